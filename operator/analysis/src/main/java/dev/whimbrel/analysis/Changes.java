package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What statements of a plan that ran before may have changed of what the catalog said: which names
 * mean something else, what may be there that was not, which rows are others. In doubt all of it.
 * What a ROLLBACK takes back may have been changed all the same. {@link ChangesOfStatement} tells.
 */
final class Changes {

  /**
   * What PostgreSQL calls what has no name, after a table (ChooseIndexName, ChooseConstraintName).
   */
  private static final Pattern GIVEN =
      Pattern.compile(".*_(pkey|key|idx|fkey|check|seq|excl|not_null)\\d*");

  /** Characters from which on such a name is cut in its middle. */
  private static final int CUT = 55;

  private final Names renamed = new Names();
  private final Names made = new Names();
  private final Names rows = new Names();
  private final Names filled = new Names();
  private final Set<String> namesakes = new HashSet<>();
  private final Set<Part> parts = new HashSet<>();
  private final Set<Part> columns = new HashSet<>();
  private final Set<String> lost = new HashSet<>();
  private final Set<String> schemas = new HashSet<>();
  private boolean everything;
  private boolean allRows;
  private boolean anythingMade;
  private boolean namesMoved;
  private boolean cascaded;
  private final CreatedObjects created;

  /** Where nobody asks what is new. */
  Changes() {
    this(new CreatedObjects());
  }

  /**
   * @param created what the plan has created, which is told of what makes it something else
   */
  Changes(CreatedObjects created) {
    this.created = created;
  }

  /** A statement of the plan has run. */
  void note(Trees trees, Parsed parsed) {
    ChangesOfStatement of = new ChangesOfStatement(this, trees);
    parsed.nodes().forEach(node -> of.note(node, parsed.statement().text()));
    if (parsed.refusal().isPresent()) {
      everything();
    }
  }

  /** Whether a name means what the catalog says of it. */
  boolean keeps(QualifiedName name) {
    return !everything
        && !(namesMoved && name.schema().isEmpty())
        && !schemas.contains(name.schema())
        && !gives(name);
  }

  /** Whether the plan itself gave a name, took it away, or gave it to something else. */
  boolean gives(QualifiedName name) {
    return renamed.mayHold(name);
  }

  /** Whether something has this name that had none. */
  boolean mayHaveMade(QualifiedName name) {
    return anythingMade || !keeps(name) || made.mayHold(name) || isNamesake(name.name());
  }

  /** Whether a table may have a column or a constraint of this name that it had not. */
  boolean mayHaveMade(QualifiedName table, String part) {
    return anythingMade
        || !keeps(table)
        || parts.contains(new Part(table, part))
        || isNamesake(part);
  }

  /** Whether a column is what the catalog says of it. */
  boolean keepsColumn(QualifiedName table, String column) {
    return keeps(table) && !columns.contains(new Part(table, column));
  }

  /** Whether a table holds the rows that it held. */
  boolean keepsRows(QualifiedName table) {
    return !allRows && keeps(table) && !rows.mayHold(table);
  }

  /** Whether no row came into a table. */
  boolean keepsEmpty(QualifiedName table) {
    return keeps(table) && !mayHaveFilled(table);
  }

  /** Whether rows may have come into a table, one of the plan's own too. */
  boolean mayHaveFilled(QualifiedName table) {
    return allRows || filled.mayHold(table);
  }

  /** Whether what has this name is gone, is another, or has lost a column or a constraint. */
  boolean mayHaveLost(String name) {
    return !name.isEmpty() && (lost.contains(name) || renamed.hasName(name));
  }

  /** Whether more is gone than the plan names. */
  boolean mayHaveLostMore() {
    return everything || cascaded;
  }

  /** Nobody knows what happens. */
  void everything() {
    everything = true;
    created.tablesMayBeOthers();
  }

  /** Names without a schema may mean anything. */
  void movesNames() {
    namesMoved = true;
    created.searchPathChanges();
  }

  /** Code runs that makes what it likes, and changes rows; it does not alter what is there. */
  void calls() {
    anythingMade = true;
    allRows = true;
    created.tablesMayBeOthers();
  }

  void makesAnything() {
    anythingMade = true;
  }

  /**
   * A relation is made.
   *
   * @param unlessThere whether one that is there already stays as it is
   */
  void makes(QualifiedName name, boolean unlessThere) {
    (unlessThere ? made : renamed).add(name);
  }

  /** PostgreSQL may name something after a relation: {@code orders_user_id_fkey}. */
  void namesAfter(QualifiedName relation) {
    namesakes.add(relation.name());
  }

  /** A table gets a column or a constraint. */
  void makes(QualifiedName table, String part) {
    parts.add(new Part(table, part));
  }

  void changesColumn(QualifiedName table, String column) {
    columns.add(new Part(table, column));
  }

  void changesName(QualifiedName from, QualifiedName to) {
    renamed.add(from);
    renamed.add(to);
    namesakes.add(from.name());
    created.rename(from, to);
  }

  /** A schema is dropped, or has another name. */
  void changesSchema(String name) {
    schemas.add(name);
    created.tablesMayBeOthers();
  }

  void changesRows(QualifiedName table) {
    rows.add(table);
  }

  void changesAllRows() {
    allRows = true;
  }

  /** Rows come into a table. */
  void fills(QualifiedName table) {
    rows.add(table);
    filled.add(table);
  }

  /** A table has the rows of another from here on, and so has whatever it is a part of. */
  void takesIn(QualifiedName parent, QualifiedName part) {
    fills(parent);
    if (!created.contains(part)) {
      created.tablesMayBeOthers();
    } else if (created.contains(parent)) {
      created.addPart(part, parent);
    } else {
      created.remove(part);
    }
  }

  /** A view shows tables to whoever asked for what had its name. */
  void shows(QualifiedName view, boolean replaces, List<QualifiedName> tables) {
    if (replaces || created.mayBeAsked(view)) {
      tables.forEach(this::reaches);
    }
  }

  /** A table in use references another, or writes it. */
  void reaches(QualifiedName from, QualifiedName to) {
    if (!created.contains(from)) {
      reaches(to);
    }
  }

  private void reaches(QualifiedName table) {
    if (created.contains(table)) {
      created.remove(table);
    }
  }

  boolean isNew(QualifiedName table) {
    return created.contains(table);
  }

  /** Each write of a table runs code that is not shown. */
  void runsCode(QualifiedName table) {
    if (created.contains(table)) {
      created.runsCode(table);
    } else {
      created.reachedFromOutside();
    }
  }

  /** Something is dropped, or loses a column or a constraint. */
  void losesSomething(QualifiedName name) {
    lost.add(name.name());
  }

  /** A relation is dropped. */
  void drops(QualifiedName relation) {
    renamed.add(relation);
    created.remove(relation);
  }

  void cascades() {
    cascaded = true;
  }

  private boolean isNamesake(String name) {
    if (!GIVEN.matcher(name).matches()) {
      return false;
    }
    for (int end = name.indexOf('_'); end >= 0; end = name.indexOf('_', end + 1)) {
      if (namesakes.contains(name.substring(0, end))) {
        return true;
      }
    }
    return name.length() > CUT && !namesakes.isEmpty();
  }

  /** A column or a constraint; of tables of one name in several schemas it may be any. */
  private record Part(String table, String name) {

    Part(QualifiedName table, String name) {
      this(table.name(), name);
    }
  }

  /** Names, of which one without a schema may be in any. */
  private static final class Names {

    private final Map<String, Set<String>> schemas = new HashMap<>();

    void add(QualifiedName name) {
      schemas.computeIfAbsent(name.name(), any -> new HashSet<>()).add(name.schema());
    }

    boolean hasName(String name) {
      return schemas.containsKey(name);
    }

    boolean mayHold(QualifiedName name) {
      Set<String> known = schemas.getOrDefault(name.name(), Set.of());
      return !known.isEmpty() && name.schema().isEmpty()
          || known.contains("")
          || known.contains(name.schema());
    }
  }
}
