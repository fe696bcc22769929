package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a plan has created so far: tables that nobody uses yet, and types of which it is known that
 * they are no domains, or domains without rules.
 *
 * <p>What is done to a new table is judged mildly, so a table counts as new only where it can be no
 * other: by the name it was created with, and until that name may have come to mean another.
 */
final class CreatedObjects {

  private final Set<QualifiedName> tables = new HashSet<>();
  private final Set<QualifiedName> forThisScript = new HashSet<>();

  /** Partitions and heirs: who reaches the one reaches the other. */
  private final Map<QualifiedName, QualifiedName> parents = new HashMap<>();

  /** Tables whose rows run code that is not known: defaults, checks, triggers. */
  private final Set<QualifiedName> coded = new HashSet<>();

  /** Names that tables in use have had: who asks for them gets what has them now. */
  private final Set<QualifiedName> used = new HashSet<>();

  private final Set<String> types = new HashSet<>();
  private final Map<String, String> domains = new HashMap<>();
  private boolean pathChanged;

  void addType(String name) {
    types.add(name);
  }

  boolean containsType(String name) {
    return types.contains(name);
  }

  /**
   * A domain.
   *
   * @param base the type that it is made of, as written
   * @param plain whether it takes every value of that, and brings the same default to each row
   */
  void addDomain(String name, String base, boolean plain) {
    domains.put(name, base);
    if (plain) {
      types.add(name);
    } else {
      types.remove(name);
    }
  }

  /** A domain may have other rules from here on. */
  void domainChanges(String name) {
    types.remove(name);
  }

  /** What a domain of this plan is made of. */
  Optional<String> base(String domain) {
    return Optional.ofNullable(domains.get(domain));
  }

  void add(QualifiedName table) {
    tables.add(table);
  }

  /** One that is gone with its transaction or its session, or in use from its commit on. */
  void addForThisScript(QualifiedName table) {
    forThisScript.add(table);
  }

  /** A new table is a part of another new one, and in use once that is. */
  void addPart(QualifiedName part, QualifiedName parent) {
    parents.put(part, parent);
  }

  /** Rows that come into a new table run code that is not known. */
  void runsCode(QualifiedName table) {
    coded.add(table);
  }

  /** Whether a new table does more than to keep its rows. */
  boolean mayRunCode(QualifiedName table) {
    return coded.stream().anyMatch(each -> each.mayBe(table));
  }

  /**
   * The table is gone or in use, or the name means another now, and so do its parts; one without a
   * schema may be any.
   */
  void remove(QualifiedName table) {
    if (!contains(table)) {
      used.add(table);
    }
    forget(table);
    List<QualifiedName> parts =
        parents.entrySet().stream()
            .filter(each -> each.getValue().mayBe(table))
            .map(Map.Entry::getKey)
            .toList();
    parents.values().removeIf(parent -> parent.mayBe(table));
    parts.forEach(this::remove);
  }

  private void forget(QualifiedName table) {
    tables.removeIf(each -> each.mayBe(table));
    forThisScript.removeIf(each -> each.mayBe(table));
  }

  /** Whether who asks for a name may be one that asked for a table in use. */
  boolean mayBeAsked(QualifiedName name) {
    return used.stream().anyMatch(each -> each.mayBe(name));
  }

  /** Code that others run may reach any table from the commit on. */
  void reachedFromOutside() {
    forThisScript.addAll(tables);
    tables.clear();
  }

  /**
   * A table has another name from here on; nothing is known of one that had it. It takes the place
   * of one in use where its new name was that of one.
   */
  void rename(QualifiedName from, QualifiedName to) {
    if (!contains(from) || mayBeAsked(to)) {
      remove(from);
      remove(to);
      return;
    }
    forget(from);
    add(to);
    parents.replaceAll((part, parent) -> parent.mayBe(from) ? to : parent);
    if (parents.containsKey(from)) {
      parents.put(to, parents.remove(from));
    }
    if (mayRunCode(from)) {
      coded.add(to);
    }
  }

  /** Any name may mean another table from here on, or a new table may hold rows of an old one. */
  void tablesMayBeOthers() {
    tables.clear();
    forThisScript.clear();
  }

  /** Names without a schema may mean other tables from here on. */
  void searchPathChanges() {
    tables.removeIf(table -> table.schema().isEmpty());
    forThisScript.clear();
    pathChanged = true;
  }

  /** The tool may put the search path back, and take another session. */
  void scriptEnds() {
    if (pathChanged) {
      searchPathChanges();
    }
    forThisScript.clear();
    // What was made anew under its old name is in use again.
    tables.stream().filter(this::mayBeAsked).toList().forEach(this::remove);
    pathChanged = false;
  }

  /** What was created may have been taken back. */
  void clear() {
    tables.clear();
    forThisScript.clear();
    types.clear();
    domains.clear();
  }

  boolean contains(QualifiedName name) {
    return !name.name().isEmpty() && (tables.contains(name) || forThisScript.contains(name));
  }

  /** What a RangeVar names. */
  static QualifiedName name(Node range) {
    return new QualifiedName(range.text("schemaname"), range.text("relname"));
  }
}
