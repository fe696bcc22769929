package dev.whimbrel.analysis;

import dev.whimbrel.analysis.RulePage.About;
import dev.whimbrel.api.v1alpha1.Risk;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a script's author says of a finding in the comment before its statement: {@code --
 * whimbrel:ignore Rule reason}. The author does not approve the plan, so the statement keeps the
 * risk of its rule; what is taken back is what the size of the table, or the statements beside it,
 * made of it. Each one shows in the plan, with its reason.
 */
final class Ignores {

  private static final Pattern DIRECTIVE = Pattern.compile("whimbrel:ignore\\b\\s*(\\S*)\\s*(.*)");

  private Ignores() {}

  /** The findings of one statement, with what the comments before it say of them. */
  static List<Judgement> apply(Statement statement, List<Judgement> judged) {
    List<Judgement> left = new ArrayList<>(judged);
    for (Comment comment : statement.comments()) {
      Matcher directive = DIRECTIVE.matcher(comment.text());
      if (directive.lookingAt()) {
        left = apply(directive.group(1), reason(directive.group(2)), left);
      }
    }
    return left;
  }

  private static List<Judgement> apply(String id, String reason, List<Judgement> judged) {
    Optional<Rule> named = Rule.of(id);
    Optional<String> wrong = wrong(id, named, reason);
    List<Judgement> left = new ArrayList<>(judged);
    if (wrong.isPresent()) {
      left.add(Judgement.of(Rule.BAD_IGNORE, wrong.get()));
      return left;
    }
    Rule rule = named.orElseThrow();
    if (judged.stream().noneMatch(judgement -> judgement.rule() == rule)) {
      left.add(
          Judgement.of(
              Rule.UNUSED_IGNORE,
              "whimbrel:ignore " + id + ": it is not found in this statement; remove the comment"));
      return left;
    }
    left.clear();
    for (Judgement judgement : judged) {
      if (judgement.rule() == rule) {
        left.addAll(ignored(judgement, reason));
      } else {
        left.add(judgement);
      }
    }
    return left;
  }

  private static List<Judgement> ignored(Judgement judgement, String reason) {
    Rule rule = judgement.rule();
    Risk floor = rule.page().floor();
    Risk kept = judgement.risk().compareTo(floor) < 0 ? judgement.risk() : floor;
    String says = "the author of the script ignores " + rule.id() + ": " + reason;
    return kept == Risk.LOW
        ? List.of(
            Judgement.of(Rule.IGNORED, says + ". It says: " + judgement.message())
                .standingFor(rule))
        : List.of(
            judgement.at(kept),
            Judgement.of(
                Rule.IGNORED,
                says
                    + ". The statement keeps the risk "
                    + kept.label()
                    + ", which is for an approver to take"));
  }

  private static Optional<String> wrong(String id, Optional<Rule> named, String reason) {
    if (named.isEmpty()) {
      return Optional.of(
          "whimbrel:ignore "
              + id
              + ": there is no rule of that name; write -- whimbrel:ignore Rule reason");
    }
    RulePage page = named.get().page();
    if (page.risk() == Risk.UNSAFE
        || !Set.of(About.STATEMENT, About.SCRIPT).contains(page.about())) {
      return Optional.of("whimbrel:ignore " + id + ": this rule cannot be ignored in a script");
    }
    return reason.isEmpty()
        ? Optional.of(
            "whimbrel:ignore " + id + " gives no reason; write it after the rule, for the reviewer")
        : Optional.empty();
  }

  /** Without the semicolon that a tool puts after a statement that ends with its comment. */
  private static String reason(String written) {
    return written.replaceFirst("[;\\s]+$", "").strip();
  }
}
