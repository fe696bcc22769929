package dev.whimbrel.runner.alembic;

import dev.whimbrel.analysis.Rule;
import dev.whimbrel.analysis.Statement;
import dev.whimbrel.analysis.Token;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.Risk;
import java.util.ArrayList;
import java.util.List;

/** What a reviewer should know of how a revision was rendered. */
final class RevisionFindings {

  private final RevisionSources sources;
  private final boolean downgrade;

  RevisionFindings(RevisionSources sources, boolean downgrade) {
    this.sources = sources;
    this.downgrade = downgrade;
  }

  /**
   * The findings of one revision.
   *
   * @param script how the plan calls its file
   */
  List<Finding> of(RenderedRevision revision, String script) {
    List<Finding> findings = new ArrayList<>();
    RevisionNode node = revision.node();
    if (downgrade) {
      findings.add(undone(revision, script));
    }
    if (!revision.previewed()) {
      findings.add(
          finding(
              Rule.UNPREVIEWABLE,
              Risk.HIGH,
              "this revision runs code that no preview can show"
                  + (revision.failure().isEmpty()
                      ? ""
                      : " (offline it ends with " + revision.failure() + ")")
                  + ": read its source",
              script));
    } else if (sources.branchesOffline(node)) {
      findings.add(
          finding(
              Rule.OFFLINE_BRANCH,
              Risk.HIGH,
              "the revision asks whether it is only previewed, so what runs may differ from what is"
                  + " shown: read its source",
              script));
    }
    if (!revision.reproducible()) {
      findings.add(
          finding(
              Rule.NOT_REPRODUCIBLE,
              Risk.MEDIUM,
              "rendering the revision again gives other SQL: an approval binds its file, not the"
                  + " SQL shown",
              script));
    }
    if (!revision.section().isReadable()) {
      findings.add(
          finding(
              Rule.UNREADABLE_SQL,
              Risk.MEDIUM,
              "what the revision prints cannot be cut into statements, so nothing of it was"
                  + " assessed: remove what it prints besides SQL",
              script));
    }
    findings.addAll(ofText(revision, script));
    return findings;
  }

  private static Finding undone(RenderedRevision revision, String script) {
    boolean nothing =
        revision.previewed() && revision.section().isReadable() && revision.section().isEmpty();
    return nothing
        ? finding(
            Rule.EMPTY_DOWNGRADE,
            Risk.HIGH,
            "its downgrade does nothing: what the revision did stays, while the history will say"
                + " that it is out",
            script)
        : finding(
            Rule.DOWNGRADE,
            Risk.HIGH,
            "the revision is undone; what it added is discarded",
            script);
  }

  /** The finding of a plan whose revisions are not one line. */
  static Finding acrossBranches() {
    return finding(
        Rule.ACROSS_BRANCHES,
        Risk.LOW,
        "the revisions are on several branches, over which Whimbrel does not go back: what of them"
            + " is not in one line is undone by hand, with alembic downgrade",
        null);
  }

  private List<Finding> ofText(RenderedRevision revision, String script) {
    List<Finding> findings = new ArrayList<>();
    RevisionNode node = revision.node();
    if (doublesPercent(revision) && !sources.doublesPercent(node)) {
      findings.add(
          finding(
              Rule.DOUBLED_PERCENT,
              Risk.MEDIUM,
              "the preview doubles percent signs, so text in it is not what will be stored: give"
                  + " context.configure dialect_opts={\"paramstyle\": \"named\"} in env.py",
              script));
    }
    if (revision.previewed() && sources.hasTabs(node)) {
      findings.add(
          finding(
              Rule.TABS_IN_PREVIEW,
              Risk.LOW,
              "the revision holds tabs, which the preview shows as four spaces each",
              script));
    }
    return findings;
  }

  private static boolean doublesPercent(RenderedRevision revision) {
    return revision.section().statements().stream()
        .map(Statement::tokens)
        .flatMap(List::stream)
        .anyMatch(token -> token.kind() == Token.Kind.STRING && token.text().contains("%%"));
  }

  static Finding finding(Rule rule, Risk risk, String message, String script) {
    return new Finding(rule.id(), risk.label(), message, script, null);
  }
}
