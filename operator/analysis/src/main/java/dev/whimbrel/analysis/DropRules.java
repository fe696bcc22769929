package dev.whimbrel.analysis;

import static dev.whimbrel.analysis.Judgement.high;
import static dev.whimbrel.analysis.Judgement.medium;
import static dev.whimbrel.analysis.Judgement.unsafe;

import dev.whimbrel.analysis.Statement.QualifiedName;
import java.util.List;

/** What removes objects. */
final class DropRules {

  private DropRules() {}

  static Judgement judge(Node s, Statement statement, CreatedObjects created) {
    String what = statement.word(1);
    return switch (s.kind()) {
      case "DropdbStmt" ->
          unsafe("DropDatabase", "DROP DATABASE is never part of a migration; remove it");
      case "DropOwnedStmt", "DropTableSpaceStmt" -> removesData(what);
      default -> drop(s, what, created);
    };
  }

  private static Judgement drop(Node s, String what, CreatedObjects created) {
    boolean cascades = s.text("behavior").equals("DROP_CASCADE");
    return switch (s.text("removeType")) {
      case "OBJECT_TABLE" -> {
        List<QualifiedName> tables = s.list("objects").stream().map(DropRules::name).toList();
        boolean isNew = tables.stream().allMatch(created::contains);
        tables.forEach(created::remove);
        yield !cascades && isNew
            ? medium("DropNewTable", "drops a table that this plan creates")
            : removesData(what);
      }
      case "OBJECT_SCHEMA" -> removesData(what);
      case "OBJECT_INDEX" ->
          cascades
              ? cascade()
              : s.flag("concurrent")
                  ? medium("DropIndex", "drops an index; queries that used it become slow")
                  : medium(
                      "DropIndex",
                      "drops an index, and readers of its table wait meanwhile; DROP INDEX"
                          + " CONCURRENTLY, alone in its script, blocks nobody. Queries that used"
                          + " it become slow");
      default ->
          cascades
              ? cascade()
              : medium(
                  "Drop" + RiskRules.camel(what),
                  "DROP " + what + ": what uses it fails afterwards");
    };
  }

  private static Judgement cascade() {
    return high("DropCascade", "DROP … CASCADE removes whatever depends on it; name those things");
  }

  private static Judgement removesData(String what) {
    return high("Drop" + RiskRules.camel(what), "DROP " + what + " removes data for good");
  }

  private static QualifiedName name(Node list) {
    List<Node> parts = list.list("items");
    return parts.size() > 1
        ? new QualifiedName(parts.get(parts.size() - 2).text("sval"), parts.getLast().text("sval"))
        : new QualifiedName("", parts.isEmpty() ? "" : parts.getLast().text("sval"));
  }
}
