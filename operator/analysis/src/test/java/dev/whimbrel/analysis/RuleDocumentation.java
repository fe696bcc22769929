package dev.whimbrel.analysis;

import dev.whimbrel.analysis.RulePage.About;
import dev.whimbrel.analysis.RulePage.Case;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The pages of {@code docs/rules}, made of the rules' files. */
final class RuleDocumentation {

  private RuleDocumentation() {}

  static String page(Rule rule) {
    RulePage page = rule.page();
    StringBuilder text = new StringBuilder("# %s%n%n".formatted(rule.id()));
    text.append(
        "%s. Risk **%s**; %s.%n".formatted(page.title(), page.risk().label(), impact(page)));
    text.append("%n**Locks.** %s%n".formatted(page.locks()));
    text.append("%n**Why.** %s%n".formatted(page.why()));
    if (page.scales()) {
      text.append("%nHow long depends on the size of the table.%n".formatted());
    }
    if (!page.instead().isEmpty()) {
      text.append(instead(rule));
    }
    if (!page.versions().isEmpty()) {
      text.append("%n**Versions.** %s%n".formatted(page.versions()));
    }
    cases(text, "Found in", page.fires());
    cases(text, "Not found in", page.silent());
    return text.append("%n[All rules](README.md)%n".formatted()).toString();
  }

  /** With the names of the first case, where there is one. */
  private static String instead(Rule rule) {
    RulePage page = rule.page();
    if (page.fires().isEmpty()) {
      return "%n**Instead.**%n%n```sql%n%s```%n".formatted(page.instead());
    }
    String sql = page.fires().getFirst().sql();
    return RuleCases.findings(page.fires().getFirst()).stream()
        .filter(finding -> finding.rule().equals(rule.id()))
        .findFirst()
        .map(finding ->
            "%n**Instead** of `%s`:%n%n```sql%n%s%n```%n"
                .formatted(sql, String.join("\n", finding.rewrite())))
        .orElseThrow();
  }

  private static String remarks(Case each) {
    List<String> remarks =
        Stream.of(
                each.risk() == null ? "" : each.risk().label(),
                each.transaction() == null
                    ? ""
                    : each.transaction() ? "in a transaction" : "without a transaction",
                each.where().isEmpty() ? "" : "where " + each.where())
            .filter(remark -> !remark.isEmpty())
            .toList();
    return remarks.isEmpty() ? "" : " -- " + String.join(", ", remarks);
  }

  static String index() {
    StringBuilder text =
        new StringBuilder(
            """
            # What is found in a plan

            Each finding of a plan names a rule; its page says what is locked and for how long, why that matters, and what to write
            instead. The risk is that of the rule as long as nothing is known of the database. Generated from
            `operator/analysis/src/main/resources/dev/whimbrel/analysis/rules`, one file per rule.
            """);
    for (About about : About.values()) {
      text.append(
          "%n## %s%n%n| rule | risk | what |%n| --- | --- | --- |%n".formatted(title(about)));
      Arrays.stream(Rule.values())
          .filter(rule -> rule.page().about() == about)
          .sorted(Comparator.comparing(Rule::id))
          .forEach(rule ->
              text.append(
                  "| [%1$s](%1$s.md) | %2$s | %3$s |%n"
                      .formatted(rule.id(), rule.page().risk().label(), rule.page().title())));
    }
    return text.toString();
  }

  private static String title(About about) {
    return switch (about) {
      case STATEMENT -> "In a statement";
      case SCRIPT -> "In how statements stand together";
      case TOOL -> "In the source and its tool";
      case DATABASE -> "In the database";
      case APPLICATION -> "In the application";
      case RESTORE -> "In a restore";
    };
  }

  private static String impact(RulePage page) {
    return page.impact().stream()
        .map(impact ->
            switch (impact) {
              case DATA_LOSS -> "data loss";
              case DOWNTIME -> "downtime";
              case ROLLBACK -> "rollback";
              case PERFORMANCE -> "performance";
              case COMPATIBILITY -> "compatibility";
            })
        .collect(Collectors.joining(", "));
  }

  private static void cases(StringBuilder text, String title, List<Case> cases) {
    if (cases.isEmpty()) {
      return;
    }
    text.append("%n**%s**%n%n```sql%n".formatted(title));
    for (Case each : cases) {
      text.append(each.sql()).append(each.sql().endsWith(";") ? "" : ";");
      text.append(remarks(each)).append('\n');
    }
    text.append("```\n");
  }
}
