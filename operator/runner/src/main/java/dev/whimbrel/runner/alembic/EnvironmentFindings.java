package dev.whimbrel.runner.alembic;

import dev.whimbrel.analysis.Rule;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.Risk;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.database.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What a reviewer should know of the environment that all revisions run in. */
final class EnvironmentFindings {

  private static final Pattern AUTOCOMMIT =
      Pattern.compile("isolation_level\\W+AUTOCOMMIT|autocommit\\s*=\\s*True");

  private static final Pattern PER_MIGRATION = Pattern.compile("transaction_per_migration\\W+True");

  private final Standing standing;
  private final ScriptLocation location;

  EnvironmentFindings(Standing standing, ScriptLocation location) {
    this.standing = standing;
    this.location = location;
  }

  /** Whether env.py connects so that each statement commits, which no preview shows. */
  static boolean commitsEachStatement(ScriptLocation location) {
    return AUTOCOMMIT.matcher(location.env()).find();
  }

  /** Whether env.py ends a transaction after each revision. */
  static boolean commitsEachRevision(ScriptLocation location) {
    return PER_MIGRATION.matcher(location.env()).find();
  }

  List<Finding> of(Session session, VersionRows rows, List<RenderedRevision> rendered)
      throws SQLException {
    List<Finding> findings = new ArrayList<>();
    if (standing.sighting().hidden()) {
      findings.add(
          finding(
              Rule.HIDDEN_SESSIONS,
              "Alembic logs in as another role than Whimbrel, which may not see its transactions:"
                  + " where a revision fails that changes data, nobody can say whether something of"
                  + " it is in. GRANT pg_read_all_stats TO "
                  + session.text("SELECT pg_catalog.quote_ident(session_user)").orElseThrow()));
    } else if (!standing.sighting().named() || !standing.sighting().options()) {
      findings.add(
          finding(
              Rule.UNNAMED_SESSIONS,
              "Alembic's driver does not take PGOPTIONS and PGAPPNAME (asyncpg and pg8000 do not; a"
                  + " URL with options= replaces them), so lock_timeout cannot be set from outside,"
                  + " nothing but env.py keeps it from writing while a plan is made, and its"
                  + " sessions are told apart by their address; where others come from the"
                  + " same one, a person may have to look after a failure. ALTER ROLE … IN DATABASE"
                  + " … SET lock_timeout = '2s' for the role that migrates"));
    }
    standing
        .sighting()
        .writes(standing.graph())
        .ifPresent(what ->
            findings.add(
                RevisionFindings.finding(
                    Rule.ENVIRONMENT_WRITES,
                    Risk.HIGH,
                    "env.py writes as soon as Alembic is connected, whatever Alembic is asked: it"
                        + " could not while this was planned ("
                        + what
                        + "), it can while this is carried out, and no preview shows what. Move it"
                        + " into a revision",
                    null)));
    if (location.folder().isEmpty()) {
      findings.add(
          finding(
              Rule.ENVIRONMENT_NOT_BOUND,
              "env.py was not found beside the revisions, so a change of it would not be noticed:"
                  + " set script_location in alembic.ini to a path"));
    }
    if (commitsEachStatement(location)) {
      findings.add(
          finding(
              Rule.AUTOCOMMIT_CONNECTION,
              "env.py connects with AUTOCOMMIT: each statement commits by itself, although the"
                  + " preview shows a transaction; a failure leaves its first statements in"));
    } else if (rendered.stream().anyMatch(r -> r.previewed() && !r.inTransaction())) {
      findings.add(
          finding(
              Rule.NO_TRANSACTION,
              "env.py runs migrations outside a transaction: run them inside"
                  + " context.begin_transaction(), or a failure leaves the first statements in"));
    }
    if (rows.rows().isEmpty() && hasTables(session, rows)) {
      findings.add(
          finding(
              Rule.NO_HISTORY,
              "no revision is recorded, but the database has tables: where they were made by other"
                  + " means, \"alembic stamp\" the revision that they match, then plan again"));
    }
    return findings;
  }

  /** What is known of the tool's sessions, for reviewers. */
  static List<String> facts(Job job, Sighting sighting) {
    List<String> facts = new ArrayList<>();
    facts.add(
        sighting.options()
            ? "Alembic's sessions take the settings that Whimbrel gives: lock_timeout and"
                + " client_connection_check_interval apply to them"
            : "Whether Alembic's sessions take the settings that Whimbrel gives is not known");
    List<String> hidden =
        job.input().alembic().environment().entrySet().stream()
            .filter(entry -> entry.getValue().matches("(secret|configMap) .*"))
            .map(entry -> entry.getKey() + " (" + entry.getValue() + ")")
            .toList();
    if (!hidden.isEmpty()) {
      facts.add("Values not bound by this plan: " + String.join(", ", hidden));
    }
    return facts;
  }

  private static boolean hasTables(Session session, VersionRows rows) throws SQLException {
    return session.isTrue(
        """
        SELECT EXISTS (
          SELECT 1 FROM pg_catalog.pg_class c
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
          WHERE c.relkind IN ('r', 'p')
            AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
            AND NOT (n.nspname = ? AND c.relname = ?)
            AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d
                            WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
                              AND d.deptype = 'e'))
        """,
        rows.schema(), rows.table());
  }

  private static Finding finding(Rule rule, String message) {
    return RevisionFindings.finding(rule, Risk.MEDIUM, message, null);
  }
}
