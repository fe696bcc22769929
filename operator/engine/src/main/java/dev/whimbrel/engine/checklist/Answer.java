package dev.whimbrel.engine.checklist;

import dev.whimbrel.api.v1alpha1.ChecklistItem;

/**
 * An answer and from what it follows.
 *
 * @param why one sentence, without a full stop
 */
record Answer(String word, String why) {

  /** What checks say can be long; the plan's status holds it whole. */
  private static final int LONGEST = 400;

  static Answer yes(String why) {
    return new Answer(ChecklistItem.YES, why);
  }

  static Answer no(String why) {
    return new Answer(ChecklistItem.NO, why);
  }

  static Answer pending(String why) {
    return new Answer(ChecklistItem.PENDING, why);
  }

  static Answer notApplicable(String why) {
    return new Answer(ChecklistItem.NOT_APPLICABLE, why);
  }

  static Answer unknown(String why) {
    return new Answer(ChecklistItem.UNKNOWN, why);
  }

  ChecklistItem to(String item, String stage) {
    String text = why.length() > LONGEST ? why.substring(0, LONGEST - 1) + "…" : why;
    return new ChecklistItem(word, item, stage, text);
  }
}
