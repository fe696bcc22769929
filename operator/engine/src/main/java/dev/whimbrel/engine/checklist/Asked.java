package dev.whimbrel.engine.checklist;

/** Kinds of checks that {@code spec.verify} may ask for, each an item of the checklist. */
public enum Asked {
  SQL("sql ", "queries hold", "spec.verify.sql"),
  ROWS("rows of ", "no rows lost", "spec.verify.rowCounts"),
  HTTP("http ", "application healthy", "spec.verify.http"),
  LATENCY("latency ", "response times kept", "latency of spec.verify.http");

  private final String prefix;
  private final String item;
  private final String field;

  Asked(String prefix, String item, String field) {
    this.prefix = prefix;
    this.item = item;
    this.field = field;
  }

  /** How the names of their results begin. */
  String prefix() {
    return prefix;
  }

  String item() {
    return item;
  }

  /** Where the spec asks for them. */
  String field() {
    return field;
  }
}
