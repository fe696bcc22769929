package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.locks.RelationLock;
import java.util.HashSet;
import java.util.Set;

/**
 * Views and sequences that a transaction made, and that nobody else sees before it is committed: by
 * the names that they were made with, and until such a name may have come to mean another.
 */
final class UnseenRelations {

  /** After these any name may mean another relation, or what they do shows only when they run. */
  private static final Set<String> MOVE_NAMES =
      Set.of(
          "RenameStmt",
          "AlterObjectSchemaStmt",
          "VariableSetStmt",
          "DiscardStmt",
          "SelectStmt",
          "CallStmt",
          "ExecuteStmt",
          "DoStmt");

  private final Set<String> names = new HashSet<>();

  UnseenRelations copy() {
    UnseenRelations copy = new UnseenRelations();
    copy.names.addAll(names);
    return copy;
  }

  /** A statement of the script has run. What may have been there before does not count. */
  void note(Node s) {
    switch (s.kind()) {
      case "ViewStmt" -> made(s.relation("view"), !s.flag("replace"));
      case "CreateSeqStmt" -> made(s.relation("sequence"), !s.flag("if_not_exists"));
      case "DropStmt" ->
          s.list("objects").stream()
              .map(DropRules::name)
              .map(Identifiers::quoted)
              .forEach(names::remove);
      default -> {
        if (MOVE_NAMES.contains(s.kind())) {
          names.clear();
        }
      }
    }
  }

  private void made(QualifiedName name, boolean surely) {
    if (surely) {
      names.add(Identifiers.quoted(name));
    }
  }

  boolean contains(RelationLock lock) {
    return names.contains(lock.relation());
  }
}
