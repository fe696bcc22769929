package dev.whimbrel.runner.flyway;

import dev.whimbrel.analysis.source.Placeholders;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.internal.callback.NoopCallbackExecutor;
import org.flywaydb.core.internal.database.DatabaseType;
import org.flywaydb.core.internal.database.base.Database;
import org.flywaydb.core.internal.jdbc.JdbcConnectionFactory;
import org.flywaydb.core.internal.parser.ParsingContext;
import org.flywaydb.core.internal.sqlscript.SqlScript;
import org.flywaydb.core.internal.sqlscript.SqlScriptExecutor;

/**
 * Flyway's own parser and executor of scripts, on the session of its configuration.
 *
 * <p>These are classes of Flyway that are not its public API, because no public one says how it
 * will execute a script, or executes one alone; the version is pinned and the integration tests
 * hold this to what really happens.
 */
final class FlywayParts implements AutoCloseable {

  private final Configuration configuration;
  private final MemoryResources resources;
  private final JdbcConnectionFactory connections;
  private final DatabaseType databaseType;
  private final Database<?> database;
  private final ParsingContext context = new ParsingContext();

  FlywayParts(Flyway flyway, FlywaySource source) {
    this.configuration = flyway.getConfiguration();
    this.resources = source.everything();
    this.connections =
        new JdbcConnectionFactory(configuration.getDataSource(), configuration, null);
    this.databaseType = connections.getDatabaseType();
    this.database = databaseType.createDatabase(configuration, connections, null);
    context.populate(database, configuration);
  }

  /** The placeholders of the configuration, and those that are built in. */
  Placeholders placeholders() {
    return new Placeholders(configuration.getPlaceholders(), context.getPlaceholders());
  }

  /** A script as Flyway cuts it into statements. */
  SqlScript parse(SourceFile file) {
    return databaseType
        .createSqlScriptFactory(configuration, context)
        .createSqlScript(resources.getResource(file.name()), configuration.isMixed(), resources);
  }

  /** Executes the statements of scripts, as Flyway does, on our session. */
  SqlScriptExecutor executor() {
    return databaseType
        .createSqlScriptExecutorFactory(connections, NoopCallbackExecutor.INSTANCE, null)
        .createSqlScriptExecutor(
            database.getMainConnection().getJdbcConnection(), true, false, false);
  }

  Configuration configuration() {
    return configuration;
  }

  /** The server as Flyway sees it. */
  Database<?> database() {
    return database;
  }

  @Override
  public void close() {
    database.close();
  }
}
