package dev.whimbrel.api.v1alpha1;

import java.util.List;

/**
 * A finding that a policy forbids.
 *
 * @param policy name of the MigrationPolicy
 * @param rule that it forbids, and why
 * @param finding of that rule, or one that stands for it
 */
public record Forbidden(String policy, ForbiddenRule rule, Finding finding) {

  /**
   * What a policy forbids of this finding; more than one where it forbids both the rule and that it
   * is ignored.
   */
  public static List<Forbidden> of(String policy, MigrationPolicySpec spec, Finding finding) {
    return spec.forbid().stream()
        .filter(forbidden -> finding.isOf(forbidden.rule()))
        .map(forbidden -> new Forbidden(policy, forbidden, finding))
        .toList();
  }

  /** Who forbids it and why, as a sentence without its end. */
  public String why() {
    return "MigrationPolicy " + policy + " forbids " + rule.rule() + ": " + rule.reason();
  }

  /** The same, with the statement. */
  public String told() {
    String place =
        finding.at() != null
            ? finding.at()
            : finding.line() != null ? "line " + finding.line() : finding.message();
    return (finding.script() == null ? "" : finding.script() + " ") + place + ". " + why();
  }
}
