package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.catalog.Index;
import dev.whimbrel.analysis.catalog.RelationFacts;
import dev.whimbrel.api.v1alpha1.Risk;
import java.util.Optional;

/**
 * What takes away by which a subscriber finds a row: a published table without a replica identity
 * refuses UPDATE and DELETE.
 */
final class ReplicaIdentity {

  private final QualifiedName table;
  private final Known known;

  ReplicaIdentity(QualifiedName table, Known known) {
    this.table = table;
    this.known = known;
  }

  Optional<Judgement> judge(Node action) {
    Optional<RelationFacts> facts = known.relation(table);
    return switch (action.text("subtype")) {
      case "AT_DropConstraint" ->
          isPrimaryKey(action.text("name"), facts)
              ? found(facts, "its primary key is its replica identity, unless another was chosen")
              : Optional.empty();
      case "AT_ReplicaIdentity" ->
          switch (action.node("def").text("identity_type")) {
            case "f" ->
                found(facts, "the whole old row is written to the log with each UPDATE and DELETE")
                    .map(judgement -> judgement.at(Risk.LOW));
            case "n" -> found(facts, "nothing tells its rows apart any more");
            default -> Optional.empty();
          };
      default -> Optional.empty();
    };
  }

  /** By the catalog; else by the name that PostgreSQL gives it. */
  private boolean isPrimaryKey(String constraint, Optional<RelationFacts> facts) {
    return facts
        .map(relation ->
            relation.indexes().stream()
                .filter(index -> index.name().equals(constraint))
                .anyMatch(Index::primary))
        .orElseGet(() -> constraint.equals(table.name() + "_pkey"));
  }

  private Optional<Judgement> found(Optional<RelationFacts> facts, String why) {
    if (facts.isPresent() && !facts.get().replicated()) {
      return Optional.empty();
    }
    Judgement judgement =
        Judgement.of(
                Rule.REPLICA_IDENTITY,
                facts.isPresent()
                    ? table + " is published to subscribers, and " + why
                    : "where " + table + " is published to subscribers: " + why)
            .on(table);
    return Optional.of(facts.isPresent() ? judgement.at(Risk.HIGH) : judgement);
  }
}
