"""Kotori's API, as small as it can be: ``GET /health`` asks the database."""

import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from app.settings import Settings

engine = create_engine(Settings.from_environment().database_url, pool_pre_ping=True)


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path != "/health":
            self.answer(404, {"error": "no such page"})
            return
        try:
            with engine.connect() as connection:
                shares = connection.execute(text("SELECT count(*) FROM shares")).scalar_one()
        except SQLAlchemyError as error:
            # Its text may hold the URL.
            self.answer(503, {"status": "failing", "error": type(error).__name__})
            return
        self.answer(200, {"status": "healthy", "shares": shares})

    def answer(self, status, body):
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


if __name__ == "__main__":
    ThreadingHTTPServer(("", int(os.environ.get("PORT", "8080"))), Handler).serve_forever()
