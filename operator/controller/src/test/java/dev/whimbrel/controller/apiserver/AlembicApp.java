package dev.whimbrel.controller.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.testkit.python.PythonEnvironment;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The application of a scenario with its Alembic environment, in a folder of the one image that the
 * nodes show as {@value #IMAGE}.
 */
final class AlembicApp {

  static final String IMAGE = "shop:test";

  private static final String ENVIRONMENT =
      """
      import os

      from alembic import context
      from sqlalchemy import create_engine, pool

      url = os.environ["DATABASE_URL"]
      os.environ["SECRET_KEY"]

      if context.is_offline_mode():
          context.configure(url=url, literal_binds=True, transaction_per_migration=True)
          with context.begin_transaction():
              context.run_migrations()
      else:
          with create_engine(url, poolclass=pool.NullPool).connect() as connection:
              context.configure(connection=connection, transaction_per_migration=True)
              with context.begin_transaction():
                  context.run_migrations()
      """;

  private final Stage stage;
  private final Stage.Scenario scenario;
  private final Path folder;
  private final String url;
  private String last;

  private AlembicApp(Stage stage, Stage.Scenario scenario, Path folder, String url) {
    this.stage = stage;
    this.scenario = scenario;
    this.folder = folder;
    this.url = url;
  }

  /** An environment without revisions, and the Secret that it reads. */
  static AlembicApp in(Stage stage, Stage.Scenario scenario) {
    return in(
        stage,
        scenario,
        url(
            scenario.databaseName(),
            Stage.PASSWORD,
            stage.database().port(),
            scenario.databaseName()));
  }

  /** The same with another URL by which it connects. */
  static AlembicApp in(Stage stage, Stage.Scenario scenario, String url) {
    try {
      showPython(stage);
      Path folder = stage.userImage().resolve("apps").resolve(scenario.namespace());
      Files.createDirectories(folder.resolve("migrations/versions"));
      Files.writeString(
          folder.resolve("alembic.ini"), "[alembic]\nscript_location = %(here)s/migrations\n");
      Files.writeString(folder.resolve("migrations/env.py"), ENVIRONMENT);
      AlembicApp app = new AlembicApp(stage, scenario, folder, url);
      app.secret();
      return app;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The tool stands still at the gate of {@link Audit} whenever it has connected. */
  AlembicApp pausingWhereItConnects() {
    try {
      Path environment = folder.resolve("migrations/env.py");
      String configure = "context.configure(connection=connection";
      String pause = "connection.execute(text(\"SELECT passed FROM audit.gate\"))";
      String indent = "\n" + " ".repeat(8);
      Files.writeString(
          environment,
          Files.readString(environment)
              .replace("import create_engine, pool", "import create_engine, pool, text")
              .replace(configure, pause + indent + "connection.rollback()" + indent + configure));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** For all scenarios, which run at the same time. */
  private static synchronized void showPython(Stage stage) throws IOException {
    Path python = stage.userImage().resolve("python");
    if (!Files.exists(python)) {
      Files.createSymbolicLink(python, PythonEnvironment.obtain().folder());
    }
  }

  /** By which it connects. */
  String url() {
    return url;
  }

  /** A URL of this machine, as SQLAlchemy reads it. */
  static String url(String user, String password, int port, String database) {
    return "postgresql+psycopg2://%s:%s@127.0.0.1:%d/%s"
        .formatted(
            URLEncoder.encode(user, UTF_8), URLEncoder.encode(password, UTF_8), port, database);
  }

  private void secret() {
    scenario
        .client()
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName("shop")
                .withNamespace(scenario.namespace())
                .endMetadata()
                .withStringData(Map.of("database-url", url(), "secret-key", "k3y"))
                .build())
        .create();
  }

  /** A revision after the last one. Bodies are lines of Python. */
  AlembicApp revision(String id, String upgrade, String downgrade) {
    try {
      Files.writeString(
          folder.resolve("migrations/versions/" + id + ".py"),
          """
          \"""Revision %1$s.\"""
          from alembic import op
          from sqlalchemy import text

          revision = "%1$s"
          down_revision = %2$s


          def upgrade():
          %3$s

          def downgrade():
          %4$s
          """
              .formatted(
                  id,
                  last == null ? "None" : "\"" + last + "\"",
                  upgrade.indent(4),
                  downgrade.indent(4)));
      last = id;
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A revision that executes SQL. */
  AlembicApp sql(String id, String upgrade) {
    return revision(id, "op.execute(\"\"\"" + upgrade + "\"\"\")", "pass");
  }

  /** Applies the migration; {@code more} is YAML below spec. */
  DatabaseMigration migrate(String more) {
    return scenario.apply(manifest(more));
  }

  /** The manifest of it, to be changed before it is applied. */
  String manifest(String more) {
    return manifest(
        """
        postgres:
          host: 127.0.0.1
          port: %d
          database: %s
          sslMode: disable
          credentials: {urlEnv: DATABASE_URL}
        """
            .formatted(stage.database().port(), scenario.databaseName()),
        more);
  }

  /** The same of another database; it is YAML below spec.database. */
  String manifest(String database, String more) {
    return """
    apiVersion: whimbrel.dev/v1alpha1
    kind: DatabaseMigration
    metadata: {name: app, namespace: %s}
    spec:
      database:
    %s
      source:
        alembic:
          image: %s
          command: [/python/bin/alembic]
          workingDir: /apps/%s
          env:
            - {name: DATABASE_URL, valueFrom: {secretKeyRef: {name: shop, key: database-url}}}
            - {name: SECRET_KEY, valueFrom: {secretKeyRef: {name: shop, key: secret-key}}}
    %s
    """
        .formatted(
            scenario.namespace(),
            database.indent(4).stripTrailing(),
            IMAGE,
            scenario.namespace(),
            more.indent(2).stripTrailing());
  }
}
