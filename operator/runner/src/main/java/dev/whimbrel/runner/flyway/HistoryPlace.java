package dev.whimbrel.runner.flyway;

import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.RunnerInput.ExpectedPlan;
import dev.whimbrel.runner.database.Session;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where Flyway's table is.
 *
 * @param table its name
 * @param defaultSchema of the spec; empty where it has none
 * @param schemas that Flyway manages, of the spec
 */
record HistoryPlace(String table, String defaultSchema, List<String> schemas) {

  static final String TABLE = "table";
  static final String DEFAULT_SCHEMA = "defaultSchema";
  static final String SCHEMAS = "schemas";

  private static final String DEFAULT_TABLE = "flyway_schema_history";

  HistoryPlace {
    schemas = List.copyOf(schemas);
  }

  /** The place that the spec says. */
  static HistoryPlace of(RunnerInput.Flyway settings) {
    return new HistoryPlace(
        settings.table() == null ? DEFAULT_TABLE : settings.table(),
        settings.defaultSchema() == null ? "" : settings.defaultSchema(),
        settings.schemas());
  }

  /** The place that the plan was made for: the spec may say another one by now. */
  static HistoryPlace of(Optional<ExpectedPlan> plan, RunnerInput.Flyway settings) {
    Map<String, String> planned = plan.map(ExpectedPlan::settings).orElse(Map.of());
    if (!planned.containsKey(TABLE)) {
      return of(settings);
    }
    String schemas = planned.getOrDefault(SCHEMAS, "");
    return new HistoryPlace(
        planned.get(TABLE),
        planned.getOrDefault(DEFAULT_SCHEMA, ""),
        schemas.isEmpty() ? List.of() : List.of(schemas.split(",")));
  }

  /** The schema of the table. */
  String schema(Session session) throws SQLException {
    if (!defaultSchema.isEmpty()) {
      return defaultSchema;
    }
    return schemas.isEmpty()
        ? session.text("SELECT pg_catalog.current_schema()").orElse("public")
        : schemas.getFirst();
  }
}
