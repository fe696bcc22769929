package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import java.util.ArrayList;
import java.util.List;

/** The tables that a plan has created so far: nobody uses them yet. */
final class CreatedTables {

  private final List<QualifiedName> tables = new ArrayList<>();

  void add(QualifiedName table) {
    tables.add(table);
  }

  boolean contains(QualifiedName name) {
    return !name.name().isEmpty() && tables.stream().anyMatch(name::mayBe);
  }

  /** What a RangeVar names. */
  static QualifiedName name(Node range) {
    return new QualifiedName(range.text("schemaname"), range.text("relname"));
  }
}
