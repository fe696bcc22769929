package dev.whimbrel.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.api.v1alpha1.TrafficStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a Job is to do: JSON in the environment variable {@value #VARIABLE} of the pod template,
 * below 64 KiB, without secrets. Credentials come beside it, in {@value #USER_VARIABLE} and {@value
 * #PASSWORD_VARIABLE}, which the kubelet fills from a Secret.
 *
 * @param version of this format; the runner refuses another than {@value #VERSION}
 * @param migration whose run this is
 * @param run the run within the migration, for example {@code 4-1}
 * @param attempt number of the Job within the run, from 1
 * @param steps what to do, in this order; stops at the first that does not succeed
 * @param database where
 * @param flyway from what; absent with another source
 * @param alembic from what; absent with another source
 * @param plan the plan to carry out, inspect or verify; absent where the Job plans itself
 * @param gate for Jobs that plan and migrate in one pod: up to what risk they may go on
 * @param backup the backup to take
 * @param guard limits while SQL runs
 * @param checks queries to verify with, besides the revision
 * @param verify what else to verify; absent for nothing
 * @param continues the partly carried out plan of the same run whose rest needs no approval anew;
 *     absent where there is none. See {@link Continued} for what the steps do with it
 * @param restore the restore that is planned or carried out; absent in Jobs of a migration
 * @param google what of Google Cloud the Job needs besides the instance; absent for nothing
 * @param rehearse what is rehearsed, like {@code Downgrade}; absent for nothing. PLAN makes it a
 *     setting of its plan, and MIGRATE does what the settings of its plan say
 * @param trace the server on which PLAN traces the pending SQL; absent for not at all
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record RunnerInput(
    int version,
    Migration migration,
    String run,
    int attempt,
    List<Step> steps,
    Database database,
    Flyway flyway,
    Alembic alembic,
    ExpectedPlan plan,
    Gate gate,
    Backup backup,
    Guard guard,
    List<Check> checks,
    Verify verify,
    Continued continues,
    Restore restore,
    Google google,
    String rehearse,
    Trace trace) {

  public static final int VERSION = 1;
  public static final String VARIABLE = "WHIMBREL_INPUT";
  public static final String USER_VARIABLE = "WHIMBREL_DATABASE_USER";
  public static final String PASSWORD_VARIABLE = "WHIMBREL_DATABASE_PASSWORD";

  /**
   * Instead of the two: the URL by which the tool connects, in SQLAlchemy's or libpq's spelling.
   */
  public static final String URL_VARIABLE = "WHIMBREL_DATABASE_URL";

  /**
   * A folder in memory that the runner and the tool's container share: what the tool is to have of
   * {@link Google#secrets()}.
   */
  public static final String SECRETS_DIRECTORY = "/whimbrel/secrets";

  /** The folder that the runner and the tool's container share. */
  public static final String BRIDGE_DIRECTORY = "/whimbrel/bridge";

  /** Where the source ConfigMaps are mounted, in the order of the spec: 0, 1, 2 … below this. */
  public static final String SOURCE_DIRECTORY = "/whimbrel/source";

  /**
   * Where the Secret with the headers of the HTTP check n is mounted: below this, as n, from 0. A
   * file per header: its name, and its value without line ends at the end.
   */
  public static final String HEADER_DIRECTORY = "/whimbrel/headers";

  /** A downward API file with the pod's annotations, for the gate. */
  public static final String ANNOTATIONS_FILE = "/whimbrel/pod/annotations";

  /**
   * A folder that the runner and pg_dump's container share: {@code structure.sql}, {@code errors},
   * and at last {@code ended} with pg_dump's exit code.
   */
  public static final String STRUCTURE_DIRECTORY = "/whimbrel/structure";

  /**
   * A folder in memory that the runner and pg_dump's container share, and nobody else: the runner
   * leaves {@code login} there when it wants the structure, a fragment of shell that exports
   * libpq's variables, and takes it away when it has it.
   */
  public static final String LOGIN_DIRECTORY = "/whimbrel/login";

  /** Where the runner writes its {@link RunnerResult}. */
  public static final String TERMINATION_LOG = "/dev/termination-log";

  public RunnerInput {
    steps = List.copyOf(steps);
    checks = checks == null ? List.of() : List.copyOf(checks);
  }

  /** The input of a Job of a migration. */
  public RunnerInput(
      int version,
      Migration migration,
      String run,
      int attempt,
      List<Step> steps,
      Database database,
      Flyway flyway,
      Alembic alembic,
      ExpectedPlan plan,
      Gate gate,
      Backup backup,
      Guard guard,
      List<Check> checks,
      Verify verify,
      Continued continues) {
    this(
        version, migration, run, attempt, steps, database, flyway, alembic, plan, gate, backup,
        guard, checks, verify, continues, null, null, null, null);
  }

  /** The same for a Job of a restore. */
  public RunnerInput withRestore(Restore other) {
    return new RunnerInput(
        version, migration, run, attempt, steps, database, flyway, alembic, plan, gate, backup,
        guard, checks, verify, continues, other, google, rehearse, trace);
  }

  /** The same with its plan rehearsed; null for not. */
  public RunnerInput withRehearse(String what) {
    return new RunnerInput(
        version, migration, run, attempt, steps, database, flyway, alembic, plan, gate, backup,
        guard, checks, verify, continues, restore, google, what, trace);
  }

  /** The same with its pending SQL traced; null for not. */
  public RunnerInput withTrace(Trace server) {
    return new RunnerInput(
        version, migration, run, attempt, steps, database, flyway, alembic, plan, gate, backup,
        guard, checks, verify, continues, restore, google, rehearse, server);
  }

  /** Run UID: names one run for ever. */
  public String runUid() {
    return migration.uid() + "/" + run;
  }

  /** The same for another database. */
  public RunnerInput withDatabase(Database other) {
    return with(other, backup, guard, checks, verify, continues, google);
  }

  /** The same with another backup to take. */
  public RunnerInput withBackup(Backup other) {
    return with(database, other, guard, checks, verify, continues, google);
  }

  /** The same within other limits. */
  public RunnerInput withGuard(Guard other) {
    return with(database, backup, other, checks, verify, continues, google);
  }

  /** The same with other queries to verify. */
  public RunnerInput withChecks(List<Check> others) {
    return with(database, backup, guard, others, verify, continues, google);
  }

  /** The same with other things to verify. */
  public RunnerInput withVerify(Verify other) {
    return with(database, backup, guard, checks, other, continues, google);
  }

  /** The same as the rest of another plan. */
  public RunnerInput withContinues(Continued other) {
    return with(database, backup, guard, checks, verify, other, google);
  }

  /** The same with other needs of Google Cloud. */
  public RunnerInput withGoogle(Google other) {
    return with(database, backup, guard, checks, verify, continues, other);
  }

  /** The same with the Alembic source in another image. */
  public RunnerInput withImage(String other) {
    return new RunnerInput(
        version,
        migration,
        run,
        attempt,
        steps,
        database,
        flyway,
        new Alembic(
            other,
            alembic.command(),
            alembic.environment(),
            alembic.target(),
            alembic.allowDowngrade()),
        plan,
        gate,
        backup,
        guard,
        checks,
        verify,
        continues,
        restore,
        google,
        rehearse,
        trace);
  }

  private RunnerInput with(
      Database otherDatabase,
      Backup otherBackup,
      Guard otherGuard,
      List<Check> otherChecks,
      Verify otherVerify,
      Continued otherContinues,
      Google otherGoogle) {
    return new RunnerInput(
        version,
        migration,
        run,
        attempt,
        steps,
        otherDatabase,
        flyway,
        alembic,
        plan,
        gate,
        otherBackup,
        otherGuard,
        otherChecks,
        otherVerify,
        otherContinues,
        restore,
        otherGoogle,
        rehearse,
        trace);
  }

  /** The migration object. */
  public record Migration(String namespace, String name, String uid) {}

  /**
   * The database. Either {@code instance} (Cloud SQL, project:region:instance) or {@code host} and
   * {@code port}.
   *
   * @param sslMode in the words of libpq; for Cloud SQL absent
   * @param role to SET after connecting; may be absent
   * @param by what leads to a Cloud SQL instance; absent for its own address
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Database(
      String instance,
      String host,
      Integer port,
      String database,
      String sslMode,
      String role,
      By by) {

    /** One that is reached at its own address. */
    public Database(
        String instance, String host, Integer port, String database, String sslMode, String role) {
      this(instance, host, port, database, sslMode, role, null);
    }
  }

  /**
   * What leads to a Cloud SQL instance, where it is not its own address.
   *
   * @param proxyPort of the Cloud SQL Auth Proxy on 127.0.0.1, which is pinned to the instance;
   *     absent for the connector in the runner itself
   * @param iam whether the user logs in by IAM, without a password
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record By(Integer proxyPort, boolean iam) {

    /** Whether it is the proxy. */
    public boolean proxy() {
      return proxyPort != null;
    }
  }

  /**
   * The throw-away server of the pod, and who fills it.
   *
   * @param port on 127.0.0.1, where it listens once it is ready
   */
  public record Trace(int port) {

    /** What the server calls itself: nothing is traced on one of another name. */
    public static final String SERVER_NAME = "whimbrel-trace";

    /** Its user, who needs no password. */
    public static final String USER = "postgres";
  }

  /** The Flyway source; see {@code FlywaySource} of the API for the meaning of each setting. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Flyway(
      List<String> configMaps,
      String table,
      String defaultSchema,
      List<String> schemas,
      List<Placeholder> placeholders,
      String target,
      String baselineVersion,
      boolean outOfOrder,
      boolean mixed,
      boolean group,
      String allowDowngrade) {

    public Flyway {
      configMaps = List.copyOf(configMaps);
      schemas = schemas == null ? List.of() : List.copyOf(schemas);
      placeholders = placeholders == null ? List.of() : List.copyOf(placeholders);
    }
  }

  /**
   * The Alembic source; see {@code AlembicSource} of the API.
   *
   * @param image as the spec names it, which is what the plan binds; the container may run it by
   *     digest
   * @param command absolute path of the tool, and the options before its subcommand
   * @param environment what of the tool's environment the plan binds: per variable its literal
   *     value, or where it comes from, like {@code secret database-url/url}; without those of
   *     {@link Google#secrets()}, which are bound by the version that is read
   * @param target {@code head} or a revision
   * @param allowDowngrade the revision from which an older target may be planned; may be absent
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Alembic(
      String image,
      List<String> command,
      Map<String, String> environment,
      String target,
      String allowDowngrade) {

    public Alembic {
      command = List.copyOf(command);
      environment = environment == null ? Map.of() : new TreeMap<>(environment);
    }

    /** The setting of a plan that binds a variable. */
    public static String setting(String variable) {
      return "environment." + variable;
    }
  }

  /**
   * What the Job needs of Google Cloud, all of it read under the identity of its pod.
   *
   * @param serviceAccount the Kubernetes ServiceAccount, for messages that say what to grant
   * @param secrets whose values the tool or the runner needs
   * @param backup whether the run may have to take a backup; null for no
   * @param cloudRun the service whose traffic goes back with the schema; null for none
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Google(
      String serviceAccount, List<Secret> secrets, Boolean backup, CloudRun cloudRun) {

    public Google {
      secrets = secrets == null ? List.of() : List.copyOf(secrets);
    }

    /** Without a service of Cloud Run. */
    public Google(String serviceAccount, List<Secret> secrets, Boolean backup) {
      this(serviceAccount, secrets, backup, null);
    }
  }

  /**
   * A service of Cloud Run. PLAN looks whether its traffic can be read and moved. MIGRATE records
   * who serves, right before the first statement; but where it undoes revisions, and the split was
   * recorded at the one that it goes back to, it puts that split back. ROLLBACK does so before it
   * undoes anything, and TRAFFIC does nothing else.
   *
   * @param project its project
   * @param region its region
   * @param service its name
   * @param recorded the split that was recorded last; absent before there is one
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record CloudRun(String project, String region, String service, TrafficStatus recorded) {}

  /**
   * A secret of Secret Manager as the value of a variable.
   *
   * @param variable of the tool's environment; or {@value #URL_VARIABLE} or {@value
   *     #PASSWORD_VARIABLE}, which the runner logs in by
   * @param project where it is
   * @param secret its name
   * @param version a number, or {@code latest}
   */
  public record Secret(String variable, String project, String secret, String version) {

    /** Whether the runner logs in by it; else it is for the tool. */
    public boolean ofRunner() {
      return variable.equals(URL_VARIABLE) || variable.equals(PASSWORD_VARIABLE);
    }

    /** Its resource name, as a plan binds it: with the number of a version. */
    public String resource(String number) {
      return "projects/" + project + "/secrets/" + secret + "/versions/" + number;
    }

    /** The same at the version of a {@link #resource}; empty where that is of another secret. */
    public Optional<Secret> boundTo(String resource) {
      String prefix = resource("");
      return resource.startsWith(prefix)
          ? Optional.of(new Secret(variable, project, secret, resource.substring(prefix.length())))
          : Optional.empty();
    }
  }

  /** A placeholder value. */
  public record Placeholder(String name, String value) {}

  /**
   * The plan that was decided on.
   *
   * @param hash see {@link PlanHash}
   * @param from revision before; empty for an empty history
   * @param to revision after
   * @param fingerprint of the catalog when planned
   * @param downgrade whether the revisions are undone, newest first
   * @param settings of the plan: what a later spec says does not change them
   * @param revisions in order
   * @param relations that it touches, each with a fingerprint of its shape; empty where all count
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ExpectedPlan(
      String hash,
      String from,
      String to,
      String fingerprint,
      boolean downgrade,
      Map<String, String> settings,
      List<ExpectedRevision> revisions,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> relations) {

    public ExpectedPlan {
      relations = relations == null ? Map.of() : new TreeMap<>(relations);
      settings = settings == null ? Map.of() : new TreeMap<>(settings);
      revisions = revisions == null ? List.of() : List.copyOf(revisions);
    }

    /** Whether the revisions are carried out, undone and carried out again. */
    public boolean rehearses() {
      return settings.containsKey(MigrationPlanSpec.REHEARSE);
    }

    /** What carrying out a plan needs to know of it. */
    public static ExpectedPlan of(MigrationPlanSpec plan) {
      return new ExpectedPlan(
          plan.hash(),
          plan.from() == null ? "" : plan.from(),
          plan.to(),
          plan.fingerprint(),
          MigrationPlanSpec.DOWNGRADE.equals(plan.direction()),
          plan.settings(),
          plan.revisions().stream().map(ExpectedRevision::of).toList(),
          plan.relations());
    }
  }

  /**
   * One revision of the plan: enough to find it in the history table, and to undo it.
   *
   * @param undo hash of the way back that was approved; absent where there is none
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record ExpectedRevision(
      String version, String script, Integer checksum, boolean transactional, String undo) {

    static ExpectedRevision of(PlannedRevision revision) {
      return new ExpectedRevision(
          revision.version(),
          revision.script(),
          revision.checksum(),
          !Boolean.FALSE.equals(revision.transactional()),
          revision.undo() == null ? null : revision.undo().hash());
    }
  }

  /**
   * A plan that was approved, and of which the first revisions are in.
   *
   * <p>PLAN sets {@code spec.continues} of its plan to this name, UID and hash exactly where what
   * is pending is the end of this list and not all of it, in the same order, each revision with the
   * same script and hash; else it leaves it out, and the plan meets every gate again. Whatever else
   * an approval binds (settings, tool, database, ways back) is compared by the operator, which
   * reads both plans.
   *
   * <p>MIGRATE gets it where the plan to carry out says that it continues this one, and compares
   * once more under its lock: revisions that are not the end of this list are {@code PLAN_CHANGED}
   * with reason {@code StaleContent}.
   *
   * @param name of the MigrationPlan
   * @param uid of the MigrationPlan
   * @param hash of the MigrationPlan
   * @param revisions all of it, in order, without callbacks: they run again with the rest
   */
  public record Continued(String name, String uid, String hash, List<ContinuedRevision> revisions) {

    public Continued {
      revisions = List.copyOf(revisions);
    }
  }

  /**
   * A revision of a plan that is continued.
   *
   * @param script name of its file
   * @param hash of its bytes, as in the plan
   */
  public record ContinuedRevision(String script, String hash) {}

  /**
   * Up to what risk a Job that plans may go on to migrate, once its plan is recorded.
   *
   * @param maxRisk label of the highest risk that needs neither approval nor backup
   * @param waitSeconds how long to wait for the annotation that says the plan is recorded
   */
  public record Gate(String maxRisk, int waitSeconds) {}

  /**
   * The backup to take or find, or the one that was taken.
   *
   * @param description unique; under it the backup is found again
   * @param requestedAt ISO instant before which no such backup can exist
   * @param maxAge overrides the freshness rule, like {@code 1h}; may be absent
   * @param first whether no earlier Job can have asked for it; else such a request is first given
   *     time to become visible
   * @param keepSeconds how long older ones of the same migration are kept; absent for ever
   * @param id of the one that was taken, for the step that verifies; absent before
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Backup(
      String description,
      String requestedAt,
      String maxAge,
      boolean first,
      Long keepSeconds,
      String id) {

    /** One beside which everything is kept. */
    public Backup(String description, String requestedAt, String maxAge, boolean first) {
      this(description, requestedAt, maxAge, first, null, null);
    }

    /** One that was taken. */
    public static Backup taken(String description, String requestedAt, String id) {
      return new Backup(description, requestedAt, null, false, null, id);
    }
  }

  /**
   * The restore to plan or to carry out. The migration of the input is then the restore itself.
   *
   * @param migration name of the migration whose instance it is
   * @param migrationUid its UID
   * @param currentRevision of its database, as far as is known; may be absent
   * @param restorePoint UTC time just before the first statement of its last run; may be absent
   * @param backup id of the backup run
   * @param operationsUntil of the plan: what Cloud SQL was asked for is younger; absent for a plan
   * @param first whether no earlier Job can have asked; else such a request is first given time to
   *     become visible
   * @param deadlineSeconds how long to wait for Cloud SQL
   * @param hash of the plan that was approved; absent for a plan
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Restore(
      String migration,
      String migrationUid,
      String currentRevision,
      String restorePoint,
      String backup,
      String operationsUntil,
      boolean first,
      long deadlineSeconds,
      String hash) {}

  /**
   * Limits while SQL runs.
   *
   * @param lockTimeoutMillis highest rung of the ladder
   * @param maxBlockedSessions more victims than this stop the migration; 0 means no limit
   * @param deadlineSeconds for plans without an online revision
   * @param onlineDeadlineSeconds for plans with one
   */
  public record Guard(
      long lockTimeoutMillis,
      int maxBlockedSessions,
      long deadlineSeconds,
      long onlineDeadlineSeconds) {}

  /** A query whose one value must be true. */
  public record Check(String name, String query) {}

  /**
   * What to verify besides the revision and the queries. Rows and response times are measured just
   * before the first statement of a Job that migrates, and compared in the same Job.
   *
   * @param http in the order of the spec, which is the order of the header mounts
   * @param rowCounts may be absent
   * @param rollout for the second stage alone
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Verify(List<HttpCheck> http, RowCounts rowCounts, Rollout rollout) {

    /** What the first stage verifies. */
    public Verify(List<HttpCheck> http, RowCounts rowCounts) {
      this(http, rowCounts, null);
    }

    public Verify {
      http = http == null ? List.of() : List.copyOf(http);
    }
  }

  /**
   * The second stage: the checks must hold again and again, once the new application is out.
   *
   * @param seconds for how long
   * @param medianMillis response times before the migration, by the name of the HTTP check
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Rollout(long seconds, Map<String, Long> medianMillis) {

    public Rollout {
      medianMillis = medianMillis == null ? Map.of() : new TreeMap<>(medianMillis);
    }
  }

  /**
   * A GET request; see {@code HttpCheck} of the API.
   *
   * @param bodyPattern in RE2's syntax; may be absent
   * @param headers whether a Secret with headers is mounted for it
   * @param retries after a failure, a second apart
   * @param latency may be absent
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record HttpCheck(
      String name,
      String url,
      int expectStatus,
      String bodyPattern,
      boolean headers,
      long timeoutMillis,
      int retries,
      Latency latency) {}

  /**
   * Response times to compare, by their medians.
   *
   * @param maxRatio of after to before
   * @param floorMillis a difference below this is never too much
   * @param samples on each side
   * @param fail whether too slow fails the verification, or warns
   */
  public record Latency(double maxRatio, long floorMillis, int samples, boolean fail) {}

  /**
   * Tables to count.
   *
   * @param tables as SQL spells them
   * @param mayShrink whether fewer rows than before are all right
   */
  public record RowCounts(List<String> tables, boolean mayShrink) {

    public RowCounts {
      tables = List.copyOf(tables);
    }
  }
}
