package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import java.util.ArrayList;
import java.util.List;

/**
 * What a plan has created so far: tables that nobody uses yet, and types of which it is known that
 * they are no domains.
 */
final class CreatedObjects {

  private final List<QualifiedName> tables = new ArrayList<>();

  private final List<String> types = new ArrayList<>();

  void addType(String name) {
    types.add(name);
  }

  boolean containsType(String name) {
    return types.contains(name);
  }

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
