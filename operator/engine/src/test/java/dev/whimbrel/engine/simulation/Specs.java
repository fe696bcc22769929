package dev.whimbrel.engine.simulation;

import dev.whimbrel.api.v1alpha1.ApprovalPolicy;
import dev.whimbrel.api.v1alpha1.BackupPolicy;
import dev.whimbrel.api.v1alpha1.CloudRunSettings;
import dev.whimbrel.api.v1alpha1.CloudSqlDatabase;
import dev.whimbrel.api.v1alpha1.Database;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationSpec;
import dev.whimbrel.api.v1alpha1.FlywaySource;
import dev.whimbrel.api.v1alpha1.PostgresDatabase;
import dev.whimbrel.api.v1alpha1.Risk;
import dev.whimbrel.api.v1alpha1.RollbackSettings;
import dev.whimbrel.api.v1alpha1.RunSettings;
import dev.whimbrel.api.v1alpha1.Source;
import dev.whimbrel.api.v1alpha1.SqlCheck;
import dev.whimbrel.api.v1alpha1.VerifySettings;
import dev.whimbrel.api.v1alpha1.WayBack;
import java.util.ArrayList;
import java.util.List;

/** Draws specs and sources. Times are short, so that a schedule reaches the end of each. */
final class Specs {

  private static final List<String> POLICIES = List.of("Always", "AtMedium", "AtHigh", "Never");

  private static final CloudRunSettings APPLICATION =
      new CloudRunSettings("shop", "api", "europe-west1");

  private final Chance chance;
  private int serial;

  Specs(Chance chance) {
    this.chance = chance;
  }

  /** A spec for the one database, with a history table of its own. */
  DatabaseMigrationSpec draw(String table, boolean cloudSql, String configMap) {
    Database database =
        cloudSql
            ? new Database(new CloudSqlDatabase("shop:europe-west1:main", "shop", null, null), null)
            : new Database(
                null, new PostgresDatabase("db.shop", 5432, "shop", "disable", null, null));
    BackupPolicy backup =
        cloudSql
            ? new BackupPolicy(
                chance.pick(POLICIES),
                chance.oneIn(2) ? "BeforeApproval" : "AfterApproval",
                chance.oneIn(3) ? "2m" : null)
            : null;
    ApprovalPolicy approval =
        new ApprovalPolicy(chance.pick(POLICIES), chance.oneIn(4) ? 2 : 1, "5m");
    RunSettings run =
        new RunSettings(
            null, null, null, "2m", "3m", "1m", chance.below(4), null, null, null, null, null);
    List<SqlCheck> checks =
        chance.oneIn(2) ? List.of() : List.of(new SqlCheck("check", "SELECT true"));
    RollbackSettings rollback =
        chance.oneIn(3)
            ? null
            : new RollbackSettings("Downgrade", chance.oneIn(2) ? null : APPLICATION);
    String rehearse = chance.oneIn(6) ? "Downgrade" : null;
    return new DatabaseMigrationSpec(
        database,
        source(table, configMap),
        backup,
        approval,
        run,
        verify(checks),
        rollback,
        rehearse,
        false);
  }

  private static Source source(String table, String configMap) {
    return new Source(
        new FlywaySource(
            List.of(configMap), table, null, null, null, "latest", null, false, false, false, null),
        null);
  }

  private static VerifySettings verify(List<SqlCheck> checks) {
    return checks.isEmpty() ? null : new VerifySettings(checks, List.of(), null);
  }

  /** The same with another ConfigMap, and sometimes one more check. */
  DatabaseMigrationSpec withSource(DatabaseMigrationSpec spec, String configMap) {
    List<SqlCheck> checks =
        new ArrayList<>(spec.verify() == null ? List.of() : spec.verify().sql());
    if (chance.oneIn(3)) {
      checks.add(new SqlCheck("check-" + ++serial, "SELECT true"));
    }
    return new DatabaseMigrationSpec(
        spec.database(),
        source(spec.source().flyway().table(), configMap),
        spec.backup(),
        spec.approval(),
        spec.run(),
        verify(checks),
        spec.rollback(),
        spec.rehearse(),
        spec.suspend());
  }

  DatabaseMigrationSpec withSuspend(DatabaseMigrationSpec spec, boolean suspend) {
    return new DatabaseMigrationSpec(
        spec.database(),
        spec.source(),
        spec.backup(),
        spec.approval(),
        spec.run(),
        spec.verify(),
        spec.rollback(),
        spec.rehearse(),
        suspend);
  }

  /** The first content of a source. */
  List<Script> first() {
    List<Script> callbacks =
        chance.oneIn(3) ? List.of(Script.callback("hash-" + ++serial)) : List.of();
    return grow(callbacks, 1);
  }

  /** What is there, mended, and up to two scripts more. */
  List<Script> grow(List<Script> scripts, int least) {
    List<Script> grown = new ArrayList<>(scripts.stream().map(this::mend).toList());
    for (int more = chance.between(least, 3); more > 0; more--) {
      String name = "V" + (grown.size() + 1) + "__script.sql";
      grown.add(
          new Script(name, "hash-" + ++serial, !chance.oneIn(4), risk(), chance.oneIn(9), undo()));
    }
    return List.copyOf(grown);
  }

  /** The same, with other bytes in the last script, or in the callback. */
  List<Script> rewritten(List<Script> scripts) {
    List<Script> rewritten = new ArrayList<>(scripts);
    boolean callback = scripts.getFirst().isCallback() && chance.oneIn(3);
    rewritten.set(callback ? 0 : scripts.size() - 1, rewritten(rewritten, callback));
    return List.copyOf(rewritten);
  }

  private Script rewritten(List<Script> scripts, boolean callback) {
    String hash = "hash-" + ++serial;
    Script last = scripts.getLast();
    return callback
        ? Script.callback(hash)
        : new Script(
            last.name(), hash, last.transactional(), last.risk(), last.broken(), last.undo());
  }

  private Script mend(Script script) {
    return script.broken() ? script.mended() : script;
  }

  private Risk risk() {
    int drawn = chance.below(20);
    return drawn == 0 ? Risk.UNSAFE : drawn < 4 ? Risk.HIGH : drawn < 9 ? Risk.MEDIUM : Risk.LOW;
  }

  private String undo() {
    int drawn = chance.below(8);
    return drawn == 0 ? null : drawn == 1 ? WayBack.WITH_LOSS : WayBack.REVERSIBLE;
  }

  String newName(String prefix) {
    return prefix + "-" + ++serial;
  }
}
