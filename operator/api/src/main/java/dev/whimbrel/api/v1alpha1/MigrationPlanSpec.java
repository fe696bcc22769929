package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What will run, exactly. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(value = "self == oldSelf", message = "a MigrationPlan is immutable")
public record MigrationPlanSpec(
    @JsonPropertyDescription("What this plan is, in a few lines: read it first.")
        List<String> about,
    @JsonPropertyDescription(
            "Why the plan is never carried out, whoever approves it: what of it is Unsafe, and what"
                + " a MigrationPolicy forbade when it was recorded. Absent where it may be.")
        List<String> blocked,
    @JsonPropertyDescription(
            "The answers to what a reviewer asks: data loss, downtime, rollback, performance.")
        PlanImpact impact,
    @JsonPropertyDescription("How many revisions are pending; callbacks are none.") Integer pending,
    @Required @JsonPropertyDescription("The migration this plan was made for.")
        ObjectReference migration,
    @JsonPropertyDescription("The run this plan was made in.") String run,
    @Required
        @Size(min = 1, max = 80)
        @JsonPropertyDescription(
            "SHA-256 over everything that changes what runs; what an approval binds.")
        String hash,
    @Required
        @JsonPropertyDescription("The worst risk of all findings: Low, Medium, High or Unsafe.")
        String risk,
    @JsonPropertyDescription("Why the risk is what it is.") List<String> riskReasons,
    @JsonPropertyDescription("Revision before; empty for an empty history.") String from,
    @Required @JsonPropertyDescription("Revision after.") String to,
    @JsonPropertyDescription(
            "Upgrade; Downgrade: the revisions are undone, newest first; or Restore: no revision"
                + " runs, a backup replaces the instance.")
        String direction,
    @JsonPropertyDescription(
            "The partly carried out plan whose unexecuted rest this is; its approval covers this"
                + " plan too.")
        ApprovedPlan continues,
    @Required @JsonPropertyDescription("Which database was planned for, read from itself.")
        DatabaseIdentity database,
    @JsonPropertyDescription("The migration tool and its version.") String tool,
    @JsonPropertyDescription("The settings that change what runs.") Map<String, String> settings,
    @JsonPropertyDescription(
            "The pending revisions in the order they run; callbacks that run with them come first.")
        List<PlannedRevision> revisions,
    @JsonProperty("findings")
        @JsonPropertyDescription(
            "What a reviewer should know of the plan as a whole. What is found in a revision stands"
                + " with it, in revisions[].sqlFindings.")
        List<Finding> general,
    @JsonPropertyDescription(
            "SHA-256 over the catalog of all user schemas. Where relations are named, only theirs"
                + " count; else a difference when migrating means plan again.")
        String fingerprint,
    @JsonPropertyDescription("Whether a revision runs without a transaction and may take long.")
        Boolean online,
    @JsonPropertyDescription(
            "What was found in the database: size, long transactions, server version.")
        List<String> facts,
    @JsonPropertyDescription(
            "The spec.source that the plan was made from, as JSON. What carries the plan out,"
                + " inspects or verifies it works from this, whatever spec.source says by then.")
        String source,
    @JsonPropertyDescription(
            "The image that the plan was made in, by digest; what carries the plan out runs in the"
                + " same. Absent where there is none, or its digest is not known.")
        String image,
    @JsonPropertyDescription("What is restored, where this is the plan of a DatabaseRestore.")
        PlannedRestore restore,
    @JsonPropertyDescription(
            "What had to be right before the plan was made: each check with its result, and the"
                + " command that mends a warning. Not bound by the hash.")
        List<CheckResult> preflight,
    @JsonPropertyDescription(
            "The relations that the statements name, each with a fingerprint of its shape, or with"
                + " absent; a difference when migrating means plan again. None where the plan may"
                + " touch what nobody can tell.")
        Map<String, String> relations) {

  /** Revisions are carried out. */
  public static final String UPGRADE = "Upgrade";

  /** Revisions are undone. */
  public static final String DOWNGRADE = "Downgrade";

  /** A backup replaces the instance. */
  public static final String RESTORE = "Restore";

  /** The setting that says what is rehearsed; absent for nothing. */
  public static final String REHEARSE = "rehearse";

  /** The line of what a plan says of itself first, where it is blocked. */
  private static final String BLOCKED =
      "BLOCKED: it is never carried out, whoever approves it; see blocked";

  /** Whether the revisions are carried out, undone and carried out again. */
  public boolean rehearses() {
    return settings.containsKey(REHEARSE);
  }

  /** The revisions that the history tells of once they are in: all but callbacks. */
  public List<PlannedRevision> recorded() {
    return revisions.stream().filter(PlannedRevision::leavesTrace).toList();
  }

  /** A plan as a runner makes it, which does not know where it runs. */
  public MigrationPlanSpec(
      ObjectReference migration,
      String run,
      String hash,
      String risk,
      List<String> riskReasons,
      String from,
      String to,
      String direction,
      ApprovedPlan continues,
      DatabaseIdentity database,
      String tool,
      Map<String, String> settings,
      List<PlannedRevision> revisions,
      List<Finding> general,
      String fingerprint,
      Boolean online,
      List<String> facts) {
    this(
        null,
        null,
        null,
        null,
        migration,
        run,
        hash,
        risk,
        riskReasons,
        from,
        to,
        direction,
        continues,
        database,
        tool,
        settings,
        revisions,
        general,
        fingerprint,
        online,
        facts,
        null,
        null,
        null,
        null,
        null);
  }

  /** Everything that was found, in the plan as a whole and in its revisions. */
  public List<Finding> findings() {
    return Stream.concat(
            general.stream(), revisions.stream().flatMap(r -> r.sqlFindings().stream()))
        .toList();
  }

  /**
   * The same plan, with what its hash leaves out: where it was made.
   *
   * @param madeFrom the source, as JSON
   * @param madeIn the image by digest; may be null
   * @param known further facts
   */
  public MigrationPlanSpec withOrigin(String madeFrom, String madeIn, List<String> known) {
    PlanCopy copy = new PlanCopy(this);
    copy.facts = Stream.concat(facts.stream(), known.stream()).toList();
    copy.source = madeFrom;
    copy.image = madeIn;
    return copy.done();
  }

  /** The same plan with one more finding about all of it, which its hash leaves out. */
  public MigrationPlanSpec withFinding(Finding another) {
    return withGeneral(Stream.concat(general.stream(), Stream.of(another)).toList());
  }

  /** The same plan with other findings about all of it, which its hash leaves out. */
  public MigrationPlanSpec withGeneral(List<Finding> others) {
    PlanCopy copy = new PlanCopy(this);
    copy.general = others;
    return copy.done();
  }

  /**
   * The same plan with its revisions told otherwise: with what the hash leaves out, as their
   * findings, or less of their SQL.
   */
  public MigrationPlanSpec withRevisions(List<PlannedRevision> told) {
    PlanCopy copy = new PlanCopy(this);
    copy.revisions = told;
    return copy.done();
  }

  /** The same plan with what sums it up, which its hash leaves out. */
  public MigrationPlanSpec withReview(List<String> lines, PlanImpact answers) {
    PlanCopy copy = new PlanCopy(this);
    copy.about = lines;
    copy.impact = answers;
    copy.pending = recorded().size();
    return copy.done();
  }

  /** The same plan, never to be carried out for these reasons too, which its hash leaves out. */
  public MigrationPlanSpec withBlocked(List<String> reasons) {
    if (reasons.isEmpty()) {
      return this;
    }
    PlanCopy copy = new PlanCopy(this);
    copy.blocked = Stream.concat(blocked.stream(), reasons.stream()).toList();
    copy.about =
        blocked.isEmpty() ? Stream.concat(Stream.of(BLOCKED), about.stream()).toList() : about;
    return copy.done();
  }

  /** The same plan with what was checked before it was made, which its hash leaves out. */
  public MigrationPlanSpec withPreflight(List<CheckResult> checks) {
    PlanCopy copy = new PlanCopy(this);
    copy.preflight = checks;
    return copy.done();
  }

  /** The same plan, as one that restores. */
  public MigrationPlanSpec withRestore(PlannedRestore what) {
    PlanCopy copy = new PlanCopy(this);
    copy.restore = what;
    return copy.done();
  }

  /** The same plan with the shapes of what it touches, which its hash leaves out. */
  public MigrationPlanSpec withRelations(Map<String, String> shapes) {
    PlanCopy copy = new PlanCopy(this);
    copy.relations = shapes;
    return copy.done();
  }

  /** Lists and maps are never null. */
  public MigrationPlanSpec {
    riskReasons = riskReasons == null ? List.of() : List.copyOf(riskReasons);
    revisions = revisions == null ? List.of() : List.copyOf(revisions);
    general = general == null ? List.of() : List.copyOf(general);
    about = about == null ? List.of() : List.copyOf(about);
    blocked = blocked == null ? List.of() : List.copyOf(blocked);
    facts = facts == null ? List.of() : List.copyOf(facts);
    preflight = preflight == null ? List.of() : List.copyOf(preflight);
    settings = settings == null ? Map.of() : Map.copyOf(settings);
    relations = relations == null ? Map.of() : Map.copyOf(relations);
  }
}
