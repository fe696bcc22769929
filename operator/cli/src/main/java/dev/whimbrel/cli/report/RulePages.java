package dev.whimbrel.cli.report;

import dev.whimbrel.analysis.Rule;
import java.util.Optional;

/**
 * Where the pages of the rules are published.
 *
 * @param folder an absolute URL; empty where they are not, and then nothing links to them
 */
public record RulePages(Optional<String> folder) {

  /** The page of a rule. */
  Optional<String> of(Rule rule) {
    return folder.map(url -> (url.endsWith("/") ? url : url + "/") + rule.id() + ".md");
  }
}
