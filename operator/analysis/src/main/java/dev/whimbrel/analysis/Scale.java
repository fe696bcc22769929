package dev.whimbrel.analysis;

import dev.whimbrel.analysis.catalog.RelationFacts;
import dev.whimbrel.api.v1alpha1.Risk;
import java.util.Optional;

/**
 * What the size of a table makes of a finding. Work that holds its lock for as long as the table is
 * large is nothing on an empty one and a class worse on a large one; below that the rule's own
 * class stays, since size alone makes nothing harmless.
 */
final class Scale {

  /** Rows above which reading or writing all of them is no matter of a few seconds. */
  private static final long MANY_ROWS = 1_000_000;

  /** The same in bytes, for few but large rows: 1 GiB. */
  private static final long MANY_BYTES = 1L << 30;

  private Scale() {}

  /** The finding, with what is known of the table that it works on. */
  static Judgement of(Judgement judgement, Known known) {
    if (!judgement.rule().page().scales()) {
      return judgement;
    }
    Optional<RelationFacts> facts = judgement.table().flatMap(known::relation);
    if (facts.isEmpty() || !isKnown(facts.get())) {
      return judgement;
    }
    RelationFacts table = facts.get();
    if (known.isEmpty(judgement.table().get())) {
      return judgement
          .at(Risk.LOW)
          .saying(judgement.message() + ". " + table.name() + " was empty when this was planned");
    }
    Judgement told =
        judgement.saying(
            judgement.message()
                + ". "
                + table.name()
                + ": "
                + table.size().text()
                + PredictedHold.of(judgement.rule(), table).map(hold -> "; " + hold).orElse(""));
    return isLarge(table) && judgement.risk() == Risk.MEDIUM ? told.at(Risk.HIGH) : told;
  }

  static boolean isKnown(RelationFacts table) {
    return table.size().rows().isPresent() || table.size().bytes().isPresent();
  }

  static boolean isLarge(RelationFacts table) {
    return table.size().rows().orElse(0) > MANY_ROWS || table.size().bytes().orElse(0) > MANY_BYTES;
  }
}
