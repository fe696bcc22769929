package dev.whimbrel.cli.report;

import dev.whimbrel.analysis.Rule;

/**
 * Where the pages of the rules are published.
 *
 * @param folder an absolute URL
 */
public record RulePages(String folder) {

  /** The project's own. */
  public static final String PUBLISHED = "https://whimbrel.dev/docs/rules";

  /** The page of a rule. */
  String of(Rule rule) {
    return (folder.endsWith("/") ? folder : folder + "/") + rule.id() + ".md";
  }
}
