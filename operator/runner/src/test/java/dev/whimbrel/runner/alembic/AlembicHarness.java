package dev.whimbrel.runner.alembic;

import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.RunnerInput.ExpectedPlan;
import dev.whimbrel.protocol.Step;
import dev.whimbrel.runner.RunnerHarness;
import dev.whimbrel.runner.StopSignal;
import dev.whimbrel.testkit.python.PythonEnvironment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Runs Jobs in this process against a real Alembic in a process of its own, behind the shim, as the
 * two containers of a pod would be laid out.
 */
final class AlembicHarness implements AutoCloseable {

  private final RunnerHarness job = new RunnerHarness();
  private final Map<String, String> toolEnvironment = new HashMap<>();
  private final Path app = job.root().resolve("app");
  private List<String> command = List.of("/python/bin/alembic");
  private String target = "head";
  private String allowDowngrade;
  private String image = "registry.example/shop@sha256:" + "0".repeat(64);
  private RunnerInput.Guard guard;
  private RunnerInput.Trace trace;
  private RunnerInput.Database database;
  private List<RunnerInput.Secret> secrets = List.of();
  private Process shim;

  AlembicHarness() {
    write("alembic.ini", "[alembic]\nscript_location = %(here)s/migrations\n");
    env("sync");
    try {
      Files.createDirectories(app.resolve("migrations/versions"));
      Files.createSymbolicLink(job.root().resolve("python"), PythonEnvironment.obtain().folder());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    driver("postgresql+psycopg2");
    job.input(this::input);
  }

  RunnerHarness job() {
    return job;
  }

  /** By which driver the tool connects, and the runner by the same URL. */
  AlembicHarness driver(String scheme) {
    return url(
        scheme
            + "://postgres:s3cr%25t@127.0.0.1:"
            + RunnerHarness.server().port()
            + "/"
            + job.database());
  }

  AlembicHarness url(String url) {
    job.environment(RunnerInput.URL_VARIABLE, url);
    return toolEnvironment("DATABASE_URL", url);
  }

  AlembicHarness toolEnvironment(String name, String value) {
    if (value == null) {
      toolEnvironment.remove(name);
    } else {
      toolEnvironment.put(name, value);
    }
    return this;
  }

  /** Variables from Secret Manager, as the list is by then; DATABASE_URL is not given otherwise. */
  AlembicHarness secrets(List<RunnerInput.Secret> wanted) {
    secrets = wanted;
    return this;
  }

  AlembicHarness target(String revision) {
    target = revision;
    return this;
  }

  AlembicHarness allowDowngrade(String from) {
    allowDowngrade = from;
    return this;
  }

  AlembicHarness image(String name) {
    image = name;
    return this;
  }

  AlembicHarness command(String... words) {
    command = List.of(words);
    return this;
  }

  AlembicHarness trace(RunnerInput.Trace server) {
    trace = server;
    return this;
  }

  AlembicHarness guard(RunnerInput.Guard limits) {
    guard = limits;
    return this;
  }

  /** Where the runner goes; by default to the server of the tests. */
  AlembicHarness database(RunnerInput.Database elsewhere) {
    database = elsewhere;
    return this;
  }

  /** One of the environments in the test resources. */
  AlembicHarness env(String name) {
    try (var in = AlembicHarness.class.getResourceAsStream("env_" + name + ".py")) {
      return write("migrations/env.py", new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same environment with one text replaced. */
  AlembicHarness changeEnv(String from, String to) {
    try {
      String text = Files.readString(app.resolve("migrations/env.py"));
      if (!text.contains(from)) {
        throw new IllegalArgumentException(from);
      }
      return write("migrations/env.py", text.replace(from, to));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Puts the environment's file elsewhere. */
  AlembicHarness moveEnv(String file) {
    try {
      Path old = app.resolve("migrations/env.py");
      write(file, Files.readString(old));
      Files.delete(old);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A revision after another one; bodies are lines of Python. */
  AlembicHarness revision(String id, String down, String upgrade, String downgrade) {
    String parent = down == null ? "None" : down.startsWith("(") ? down : "\"" + down + "\"";
    return write(
        "migrations/versions/" + id + ".py",
        """
        \"""Revision %s.

        Revision ID: %s
        Revises: %s
        \"""
        import sqlalchemy as sa
        from alembic import op

        revision = "%s"
        down_revision = %s


        def upgrade():
        %s

        def downgrade():
        %s
        """
            .formatted(
                id,
                id,
                down == null ? "" : down,
                id,
                parent,
                upgrade.indent(4),
                downgrade.indent(4)));
  }

  /** A revision whose upgrade executes SQL. */
  AlembicHarness sql(String id, String down, String upgrade, String downgrade) {
    return revision(id, down, execute(upgrade), execute(downgrade));
  }

  private static String execute(String sql) {
    return sql.isEmpty() ? "pass" : "op.execute(\"\"\"" + sql + "\"\"\")";
  }

  AlembicHarness write(String file, String text) {
    try {
      Path path = app.resolve(file);
      Files.createDirectories(path.getParent());
      Files.writeString(path, text);
      // Python trusts a compiled file whose source is of the same second and size.
      Path compiled = path.resolveSibling("__pycache__");
      if (Files.exists(compiled)) {
        try (var files = Files.list(compiled)) {
          for (Path old : files.toList()) {
            Files.delete(old);
          }
        }
      }
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  AlembicHarness remove(String id) {
    try {
      Files.delete(app.resolve("migrations/versions/" + id + ".py"));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs Alembic by hand, as somebody else would. */
  String alembic(String... words) {
    try {
      List<String> all = new ArrayList<>();
      all.add(job.root().resolve("python/bin/alembic").toString());
      all.addAll(List.of(words));
      ProcessBuilder builder = new ProcessBuilder(all).directory(app.toFile());
      builder.environment().putAll(toolEnvironment);
      Process process = builder.redirectErrorStream(true).start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new AssertionError(out);
      }
      return out;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  MigrationPlanSpec plan() {
    RunnerHarness.Run run = run(Step.PLAN);
    if (run.exit() != 0) {
      throw new AssertionError(run.result() + "\n" + run.log() + "\n" + toolLog());
    }
    return run.plan();
  }

  RunnerHarness.Run migrate() {
    RunnerHarness.Run run = run(plan(), Step.MIGRATE);
    if (run.exit() != 0) {
      throw new AssertionError(run.result() + "\n" + run.log() + "\n" + toolLog());
    }
    return run;
  }

  RunnerHarness.Run run(Step... steps) {
    return run((RunnerInput.ExpectedPlan) null, steps);
  }

  RunnerHarness.Run run(MigrationPlanSpec plan, Step... steps) {
    return run(ExpectedPlan.of(plan), steps);
  }

  RunnerHarness.Run run(RunnerInput.ExpectedPlan plan, Step... steps) {
    return run(plan, new StopSignal(), steps);
  }

  RunnerHarness.Run run(RunnerInput.ExpectedPlan plan, StopSignal stop, Step... steps) {
    startTool();
    try {
      return job.run(plan, null, stop, steps);
    } finally {
      endTool();
    }
  }

  /**
   * The tool's container begins, in a pod of its own: with FIFOs of its own, since who still
   * listens to those of the last pod would hear what is said here.
   */
  void startTool() {
    try {
      BridgeFolder folder = new BridgeFolder(job.root().resolve("whimbrel/bridge"));
      Files.deleteIfExists(folder.requests());
      Files.deleteIfExists(folder.answers());
      folder.prepare();
      ProcessBuilder builder =
          new ProcessBuilder("/bin/sh", folder.path().resolve("shim.sh").toString());
      builder.directory(app.toFile());
      builder.environment().putAll(toolEnvironment);
      builder.environment().put("WHIMBREL_ROOT", job.root().toString());
      builder.redirectErrorStream(true).redirectOutput(job.root().resolve("tool-log").toFile());
      shim = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Process shim() {
    return shim;
  }

  private void endTool() {
    try {
      if (!shim.waitFor(20, TimeUnit.SECONDS)) {
        shim.descendants().forEach(ProcessHandle::destroyForcibly);
        shim.destroyForcibly();
        throw new AssertionError("the tool's container did not end");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  String toolLog() {
    try {
      return Files.readString(job.root().resolve("tool-log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private RunnerInput input(RunnerInput input) {
    Map<String, String> environment = new TreeMap<>();
    if (secrets.isEmpty()) {
      environment.put("DATABASE_URL", "secret database-url/url");
    }
    RunnerInput changed =
        new RunnerInput(
                input.version(),
                input.migration(),
                input.run(),
                input.attempt(),
                input.steps(),
                database == null ? input.database() : database,
                null,
                new RunnerInput.Alembic(image, command, environment, target, allowDowngrade),
                input.plan(),
                input.gate(),
                input.backup(),
                guard == null ? input.guard() : guard,
                input.checks(),
                input.verify(),
                input.continues())
            .withRehearse(input.rehearse())
            .withTrace(trace);
    return secrets.isEmpty()
        ? changed
        : changed.withGoogle(new RunnerInput.Google("migrator", secrets, null));
  }

  @Override
  public void close() {
    if (shim != null && shim.isAlive()) {
      shim.descendants().forEach(ProcessHandle::destroyForcibly);
      shim.destroyForcibly();
    }
    job.close();
  }
}
