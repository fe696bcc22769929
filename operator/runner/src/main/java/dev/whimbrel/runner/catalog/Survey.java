package dev.whimbrel.runner.catalog;

import dev.whimbrel.analysis.catalog.SchemaFacts;
import dev.whimbrel.api.v1alpha1.Finding;
import java.util.List;

/**
 * What the live database adds to a plan. Bound by no hash.
 *
 * @param schema of the relations that the statements name, for the rules
 * @param findings of their own, after those of the statements
 * @param facts sentences for reviewers
 */
public record Survey(SchemaFacts schema, List<Finding> findings, List<String> facts) {

  public Survey {
    findings = List.copyOf(findings);
    facts = List.copyOf(facts);
  }

  /** Nothing was looked at. */
  public static Survey none() {
    return new Survey(SchemaFacts.unknown(), List.of(), List.of());
  }
}
