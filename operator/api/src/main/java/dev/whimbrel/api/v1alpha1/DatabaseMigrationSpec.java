package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Optional;

/** What a person asks for. See {@code docs/reference} for every field. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value =
        "!has(self.database.postgres) || !has(self.backup) || !has(self.backup.policy) ||"
            + " self.backup.policy == 'Never'",
    message =
        "spec.backup.policy must be Never with spec.database.postgres: Whimbrel can only back up"
            + " Cloud SQL instances; back the database up yourself and say so here")
@ValidationRule(
    value =
        "has(self.database.cloudSQL) == has(oldSelf.database.cloudSQL) &&"
            + " has(self.database.postgres) == has(oldSelf.database.postgres)",
    message = "spec.database is immutable: create another DatabaseMigration for another database")
@ValidationRule(
    value =
        "has(self.source.flyway) == has(oldSelf.source.flyway) && has(self.source.alembic) =="
            + " has(oldSelf.source.alembic)",
    message = "the kind of spec.source is immutable")
@ValidationRule(
    value =
        "!((has(self.database.cloudSQL) && has(self.database.cloudSQL.credentials.urlEnv)) ||"
            + " (has(self.database.postgres) && has(self.database.postgres.credentials.urlEnv))) ||"
            + " has(self.source.alembic)",
    message = "credentials.urlEnv needs spec.source.alembic: only its tool has a URL of its own")
@ValidationRule(
    value =
        "!has(self.source.alembic) || !has(self.database.cloudSQL) ||"
            + " !has(self.database.cloudSQL.credentials.urlEnv) || has(self.source.alembic.env) &&"
            + " self.source.alembic.env.exists(e, e.name =="
            + " self.database.cloudSQL.credentials.urlEnv)",
    message =
        "spec.database.cloudSQL.credentials.urlEnv must name a variable of spec.source.alembic.env")
@ValidationRule(
    value =
        "!has(self.source.alembic) || !has(self.database.postgres) ||"
            + " !has(self.database.postgres.credentials.urlEnv) || has(self.source.alembic.env) &&"
            + " self.source.alembic.env.exists(e, e.name =="
            + " self.database.postgres.credentials.urlEnv)",
    message =
        "spec.database.postgres.credentials.urlEnv must name a variable of spec.source.alembic.env")
@ValidationRule(
    value =
        "!has(self.database.postgres) || !has(self.database.postgres.credentials.secretManager) ||"
            + " has(self.database.postgres.credentials.secretManager.project)",
    message =
        "spec.database.postgres.credentials.secretManager.project is required: only"
            + " spec.database.cloudSQL has a project to take it from")
@ValidationRule(
    value =
        "!has(self.database.postgres) || !has(self.source.alembic) || !has(self.source.alembic.env)"
            + " || self.source.alembic.env.all(e, !has(e.valueFrom) ||"
            + " !has(e.valueFrom.secretManager) || has(e.valueFrom.secretManager.project))",
    message =
        "spec.source.alembic.env[].valueFrom.secretManager.project is required with"
            + " spec.database.postgres: only spec.database.cloudSQL has a project to take it from")
@ValidationRule(
    value =
        "!has(self.run) || !has(self.run.cloudBuild) || !((has(self.database.cloudSQL) &&"
            + " has(self.database.cloudSQL.credentials.secretRef)) || (has(self.database.postgres)"
            + " && has(self.database.postgres.credentials.secretRef)))",
    message =
        "credentials.secretRef does not work with backend CloudBuild: a build sees no Secret of"
            + " Kubernetes; keep the password in Secret Manager (credentials.secretManager, or"
            + " credentials.urlEnv)")
@ValidationRule(
    value = "!has(self.database.postgres) || !has(self.database.postgres.credentials.iam)",
    message = "credentials.iam needs spec.database.cloudSQL: only Cloud SQL knows Google's IAM")
@ValidationRule(
    value =
        "!has(self.run) || !has(self.run.cloudBuild) || !has(self.database.cloudSQL) ||"
            + " !has(self.database.cloudSQL.connect) || self.database.cloudSQL.connect != 'Proxy'",
    message =
        "spec.database.cloudSQL.connect: Proxy does not work with backend CloudBuild: a step of a"
            + " build has no sidecar; the private pool is in the network of the instance, so use"
            + " PrivateIP or Connector")
@ValidationRule(
    value =
        "!has(self.run) || !has(self.run.cloudBuild) || !has(self.source.alembic) ||"
            + " (!has(self.source.alembic.envFrom) || self.source.alembic.envFrom.size() == 0) &&"
            + " (!has(self.source.alembic.env) || self.source.alembic.env.all(e, !has(e.valueFrom)"
            + " || !(has(e.valueFrom.secretKeyRef) || has(e.valueFrom.configMapKeyRef))))",
    message =
        "spec.source.alembic.env takes values and valueFrom.secretManager only with backend"
            + " CloudBuild: a build sees no Secret and no ConfigMap of Kubernetes")
@ValidationRule(
    value =
        "!has(self.run) || !has(self.run.cloudBuild) || !has(self.verify) ||"
            + " !has(self.verify.http) || self.verify.http.all(c, !has(c.headersFrom))",
    message =
        "spec.verify.http[].headersFrom does not work with backend CloudBuild: a build sees no"
            + " Secret of Kubernetes")
@ValidationRule(
    value =
        "!has(self.source.alembic) || !has(self.source.alembic.build) || has(self.run) &&"
            + " has(self.run.cloudBuild)",
    message =
        "spec.source.alembic.build needs backend CloudBuild: pods build no images; name one in"
            + " spec.source.alembic.image")
@ValidationRule(
    value =
        "!has(self.rehearse) || self.rehearse == 'None' || !((has(self.source.flyway) &&"
            + " has(self.source.flyway.allowDowngrade)) || (has(self.source.alembic) &&"
            + " has(self.source.alembic.allowDowngrade)))",
    message =
        "spec.rehearse: Downgrade does not go with allowDowngrade: a plan that goes back is itself"
            + " the way back; remove one of the two")
@ValidationRule(
    value =
        "!has(self.run) || !has(self.run.cloudBuild) || !has(self.plan) || !has(self.plan.trace)",
    message =
        "spec.plan.trace does not work with backend CloudBuild: a step of a build has no sidecar;"
            + " remove it, or plan in pods (spec.run.backend: KubernetesJob)")
@ValidationRule(
    value =
        "!has(self.plan) || !has(self.plan.trace) || !has(self.database.cloudSQL) ||"
            + " !has(self.database.cloudSQL.connect) || self.database.cloudSQL.connect !="
            + " 'Connector'",
    message =
        "spec.plan.trace does not work with spec.database.cloudSQL.connect: Connector, which"
            + " pg_dump cannot use; use PrivateIP or Proxy")
@ValidationRule(
    value =
        "!has(self.rollback) || !has(self.rollback.cloudRun) || has(self.rollback.cloudRun.project)"
            + " || has(self.database.cloudSQL)",
    message =
        "spec.rollback.cloudRun.project is required with spec.database.postgres: only"
            + " spec.database.cloudSQL has a project to take it from")
public record DatabaseMigrationSpec(
    @Required
        @JsonPropertyDescription(
            "The database to migrate: exactly one of cloudSQL and postgres. Which database it is"
                + " cannot be changed later.")
        Database database,
    @Required
        @JsonPropertyDescription(
            "Where the changes come from. The kind of source cannot be changed later.")
        Source source,
    @JsonPropertyDescription("How plans are made, besides what is always looked at.")
        PlanSettings plan,
    @JsonPropertyDescription(
            "When a backup is taken before migrating. Without it: Always on Cloud SQL, Never on"
                + " plain PostgreSQL.")
        BackupPolicy backup,
    @Default("{}") @JsonPropertyDescription("When a person has to approve the plan.")
        ApprovalPolicy approval,
    @Default("{}") @JsonPropertyDescription("How and under which identity the Jobs run.")
        RunSettings run,
    @JsonPropertyDescription("What has to hold after the migration, besides the revision.")
        VerifySettings verify,
    @JsonPropertyDescription(
            "What happens when the migrate step fails, and what goes back with the schema.")
        RollbackSettings rollback,
    @Default("None")
        @Pattern("^(None|Downgrade)$")
        @JsonPropertyDescription(
            "Downgrade: the plan is carried out, undone by its ways back and carried out again, so"
                + " that the way back is tried. For staging databases: what the way back discards"
                + " is lost. A plan with a revision that has no way back is not carried out.")
        String rehearse,
    @Default("false")
        @JsonPropertyDescription(
            "Hold the run at the next safe point, and start no new one, while this is true.")
        Boolean suspend) {

  /** The same with other settings of its Jobs. */
  public DatabaseMigrationSpec withRun(RunSettings other) {
    return new DatabaseMigrationSpec(
        database, source, plan, backup, approval, other, verify, rollback, rehearse, suspend);
  }

  /** One that rehearses nothing. */
  public DatabaseMigrationSpec(
      Database database,
      Source source,
      BackupPolicy backup,
      ApprovalPolicy approval,
      RunSettings run,
      VerifySettings verify,
      RollbackSettings rollback,
      Boolean suspend) {
    this(database, source, backup, approval, run, verify, rollback, null, suspend);
  }

  /** One that makes its plans as they are always made. */
  public DatabaseMigrationSpec(
      Database database,
      Source source,
      BackupPolicy backup,
      ApprovalPolicy approval,
      RunSettings run,
      VerifySettings verify,
      RollbackSettings rollback,
      String rehearse,
      Boolean suspend) {
    this(database, source, null, backup, approval, run, verify, rollback, rehearse, suspend);
  }

  /** What the SQL of plans is traced on; empty where it is not. */
  public Optional<TraceSettings> trace() {
    return Optional.ofNullable(plan).map(PlanSettings::trace);
  }

  /** The same with another source. */
  public DatabaseMigrationSpec withSource(Source other) {
    return new DatabaseMigrationSpec(
        database, other, plan, backup, approval, run, verify, rollback, rehearse, suspend);
  }
}
