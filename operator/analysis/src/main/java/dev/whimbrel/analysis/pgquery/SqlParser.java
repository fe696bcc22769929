package dev.whimbrel.analysis.pgquery;

import com.fasterxml.jackson.databind.JsonNode;

/** What reads SQL as PostgreSQL does: {@link PgQuery}, or one that remembers or counts. */
public interface SqlParser {

  /**
   * The statements of a text, as nodes {@code {"stmt": {"AlterTableStmt": {…}}, …}} of
   * libpg_query's JSON. Offsets in it are bytes of UTF-8, from 0.
   *
   * @throws SqlRefused where PostgreSQL's parser refuses it, or it is too long or too deep
   */
  JsonNode statements(String sql) throws SqlRefused;

  /**
   * The body of a CREATE FUNCTION or CREATE PROCEDURE in PL/pgSQL, or of a DO, as libpg_query's
   * JSON.
   *
   * @param statement the whole statement
   * @throws SqlRefused where PL/pgSQL's parser refuses it, or it is too long or too deep
   */
  JsonNode plpgsql(String statement) throws SqlRefused;
}
