#include "pg_query.h"
#include <emscripten.h>
#include <stdlib.h>

EMSCRIPTEN_KEEPALIVE PgQueryParseResult *whimbrel_parse(const char *sql) {
  PgQueryParseResult *result = malloc(sizeof *result);
  if (result) *result = pg_query_parse(sql);
  return result;
}
EMSCRIPTEN_KEEPALIVE void whimbrel_free_parse(PgQueryParseResult *result) {
  pg_query_free_parse_result(*result);
  free(result);
}
EMSCRIPTEN_KEEPALIVE PgQueryPlpgsqlParseResult *whimbrel_parse_plpgsql(const char *sql) {
  PgQueryPlpgsqlParseResult *result = malloc(sizeof *result);
  if (result) *result = pg_query_parse_plpgsql(sql);
  return result;
}
EMSCRIPTEN_KEEPALIVE void whimbrel_free_plpgsql(PgQueryPlpgsqlParseResult *result) {
  pg_query_free_plpgsql_parse_result(*result);
  free(result);
}
