package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import java.util.List;

/** One pending revision. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record PlannedRevision(
    @JsonPropertyDescription("Version; empty for a repeatable script.") String version,
    @JsonPropertyDescription("Description from the file name.") String description,
    @Required @JsonPropertyDescription("File name.") String script,
    @JsonPropertyDescription("Versioned, Repeatable, Callback, Baseline.") String kind,
    @Required @JsonPropertyDescription("SHA-256 of the bytes of the script.") String hash,
    @JsonPropertyDescription("The tool's own checksum.") Integer checksum,
    @JsonPropertyDescription("Whether it runs in a transaction.") Boolean transactional,
    @JsonPropertyDescription("Low, Medium, High or Unsafe.") String risk,
    @JsonPropertyDescription("The script as it is, line by line, with placeholders filled in.")
        List<String> sql,
    @JsonPropertyDescription(
            "Source of the revision, line by line, where it runs code that no SQL preview can"
                + " show.")
        List<String> code,
    @JsonPropertyDescription("The way back, as SQL; empty where there is none.") WayBack undo,
    @JsonPropertyDescription(
            "What of sql, code and undo is not shown, for an object of Kubernetes has no place for"
                + " it, and where to read it. Absent where all is shown.")
        String cut,
    @JsonPropertyDescription("What a reviewer should know of this revision.")
        List<Finding> sqlFindings,
    @JsonPropertyDescription(
            "What its statements were seen to do on the throw-away server of spec.plan.trace, by"
                + " line: the locks on each relation that was there before the plan, and whether it"
                + " was read in full, rewritten or given an index. Not bound by the hash.")
        List<String> traced,
    @JsonPropertyDescription(
            "What its statements lock and do meanwhile, a line for each, as it was measured on real"
                + " servers of the database's version; \"at most\" where it may be less, \"not"
                + " measured\" where nobody knows. Of many lines the strictest are shown. Not bound"
                + " by the hash.")
        List<String> locks) {

  /** A script that runs along with others, however often they run: not a revision of its own. */
  public static final String CALLBACK = "Callback";

  /** A script that runs again whenever it changes: its way back is the script as it was. */
  public static final String REPEATABLE = "Repeatable";

  /** A revision of which everything is shown. */
  public PlannedRevision(
      String version,
      String description,
      String script,
      String kind,
      String hash,
      Integer checksum,
      Boolean transactional,
      String risk,
      List<String> sql,
      List<String> code,
      WayBack undo) {
    this(
        version,
        description,
        script,
        kind,
        hash,
        checksum,
        transactional,
        risk,
        sql,
        code,
        undo,
        null,
        null,
        null,
        null);
  }

  /** Lists and maps are never null. */
  public PlannedRevision {
    sql = sql == null ? List.of() : List.copyOf(sql);
    code = code == null ? List.of() : List.copyOf(code);
    sqlFindings = sqlFindings == null ? List.of() : List.copyOf(sqlFindings);
    traced = traced == null ? List.of() : List.copyOf(traced);
    locks = locks == null ? List.of() : List.copyOf(locks);
  }

  /** The same revision, with what was found in it. */
  public PlannedRevision assessed(String worst, List<Finding> findings) {
    return with(worst, sql, code, undo, cut, findings, traced, locks);
  }

  /** The same revision, with what its statements lock. */
  public PlannedRevision locking(List<String> lines) {
    return with(risk, sql, code, undo, cut, sqlFindings, traced, lines);
  }

  /** The same revision, of which no more than this is shown. */
  public PlannedRevision shown(
      List<String> shownSql, List<String> shownCode, WayBack shownUndo, String missing) {
    return with(risk, shownSql, shownCode, shownUndo, missing, sqlFindings, traced, locks);
  }

  /** The same revision, with what its statements were seen to do. */
  public PlannedRevision traced(List<String> lines) {
    return with(risk, sql, code, undo, cut, sqlFindings, lines, locks);
  }

  /** What of a revision is found out, or left out, after it was read. */
  private PlannedRevision with(
      String risk,
      List<String> sql,
      List<String> code,
      WayBack undo,
      String cut,
      List<Finding> sqlFindings,
      List<String> traced,
      List<String> locks) {
    return new PlannedRevision(
        version,
        description,
        script,
        kind,
        hash,
        checksum,
        transactional,
        risk,
        sql,
        code,
        undo,
        cut,
        sqlFindings,
        traced,
        locks);
  }

  /** Whether the history tells that it is in: of all kinds but callbacks. */
  public boolean leavesTrace() {
    return !CALLBACK.equals(kind);
  }
}
