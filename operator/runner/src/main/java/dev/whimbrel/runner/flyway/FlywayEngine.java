package dev.whimbrel.runner.flyway;

import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.runner.database.Session;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.ClassProvider;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.migration.JavaMigration;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;

/** Flyway, configured as the spec says, on one session and with files from memory. */
final class FlywayEngine {

  /** What the plan says carries it out. */
  static final String TOOL = "flyway 13.12.0";

  /** Seconds to wait for Flyway's own lock, which an application that runs Flyway may hold. */
  private static final int LOCK_RETRIES = 5;

  private static final ClassProvider<JavaMigration> NO_CLASSES =
      new ClassProvider<>() {
        @Override
        public Collection<Class<? extends JavaMigration>> getClasses() {
          return List.of();
        }
      };

  private final RunnerInput.Flyway settings;
  private final Session session;
  private final FlywaySource source;

  FlywayEngine(RunnerInput.Flyway settings, Session session, FlywaySource source) {
    this.settings = settings;
    this.session = session;
    this.source = source;
  }

  /** To look only: no callbacks. */
  Flyway forPlanning() {
    return configuration(name -> true).skipDefaultCallbacks(true).target(target()).load();
  }

  /**
   * To execute what is pending among the visible scripts, up to a target.
   *
   * @param begun told when beforeMigrate is over and the first script is about to begin
   */
  Flyway forExecution(Predicate<String> visible, String target, Runnable begun) {
    return configuration(visible).target(target).callbacks(new FirstScript(begun)).load();
  }

  private String target() {
    return settings.target() == null ? "latest" : settings.target();
  }

  private FluentConfiguration configuration(Predicate<String> visible) {
    FluentConfiguration configuration =
        Flyway.configure()
            .dataSource(new OneConnection(session))
            .resourceProvider(source.resources(visible))
            .javaMigrationClassProvider(NO_CLASSES)
            .locations(new String[0])
            .table(HistoryPlace.of(settings).table())
            .placeholders(placeholders(settings))
            .outOfOrder(settings.outOfOrder())
            .mixed(settings.mixed())
            .group(settings.group())
            .validateOnMigrate(false)
            .validateMigrationNaming(true)
            .baselineOnMigrate(false)
            .loggers(QuietLogs.class.getName())
            .lockRetryCount(LOCK_RETRIES)
            .ignoreMigrationPatterns("*:pending");
    // Its transactional lock is a second session, idle in transaction, for which CREATE INDEX
    // CONCURRENTLY waits for ever.
    configuration
        .getConfigurationExtension(PostgreSQLConfigurationExtension.class)
        .setTransactionalLock(false);
    if (settings.defaultSchema() != null) {
      configuration.defaultSchema(settings.defaultSchema());
    }
    if (!settings.schemas().isEmpty()) {
      configuration.schemas(settings.schemas().toArray(String[]::new));
    }
    if (settings.baselineVersion() != null) {
      configuration.baselineVersion(settings.baselineVersion());
    }
    return configuration;
  }

  static Map<String, String> placeholders(RunnerInput.Flyway settings) {
    return settings.placeholders().stream()
        .collect(
            Collectors.toMap(
                RunnerInput.Placeholder::name,
                placeholder -> placeholder.value() == null ? "" : placeholder.value()));
  }
}
