"""drop legacy tokens of shares

Production's index was made by hand and may be missing, so nothing is assumed of it.

Revision ID: 9d4e61c7f0ab
Revises: e5c2470b9d13
Create Date: 2025-11-06 09:12:33+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "9d4e61c7f0ab"
down_revision = "e5c2470b9d13"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("DROP INDEX IF EXISTS ix_shares_legacy_token")
    op.drop_column("shares", "legacy_token")


def downgrade():
    # The tokens themselves do not come back.
    op.add_column("shares", sa.Column("legacy_token", sa.String(64)))
    op.create_index("ix_shares_legacy_token", "shares", ["legacy_token"], unique=True)
