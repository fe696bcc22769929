package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.catalog.Dependent;
import dev.whimbrel.analysis.catalog.RelationFacts;
import dev.whimbrel.analysis.catalog.SchemaFacts;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.Risk;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What depends on what a plan removes or changes: views, foreign keys of other tables, functions.
 * With CASCADE they go along, and the script does not name them; without, the statement fails. What
 * earlier statements of the plan remove or change may be gone by then, and is left out.
 */
public final class DependentFindings {

  private static final int NAMED = 10;

  private final SchemaFacts facts;
  private final Changes changes;

  private DependentFindings(SchemaFacts facts, Changes changes) {
    this.facts = facts;
    this.changes = changes;
  }

  /** Of a plan. */
  public static List<Finding> of(ParsedPlan plan, SchemaFacts facts) {
    return plan.each(
        (script, parsed, before) -> new DependentFindings(facts, before).of(script, parsed));
  }

  /** What cannot be read has a finding of its own. */
  private Stream<Finding> of(String script, Parsed parsed) {
    return parsed.nodes().stream()
        .flatMap(node -> messages(node).stream())
        .map(message ->
            new Finding(
                (message.contains("CASCADE takes") ? Rule.CASCADE_TAKES_ALONG : Rule.WILL_FAIL)
                    .id(),
                Risk.HIGH.label(),
                message,
                script,
                parsed.statement().line()));
  }

  private List<String> messages(Node s) {
    List<String> messages = new ArrayList<>();
    if (s.is("DropStmt")) {
      drop(s, messages);
    } else if (s.is("AlterTableStmt")) {
      s.list("cmds").forEach(action -> alter(action, s.relation("relation"), messages));
    }
    return messages;
  }

  private void drop(Node s, List<String> messages) {
    String what = s.text("removeType").replaceFirst("^OBJECT_", "").replace("MATVIEW", "VIEW");
    List<QualifiedName> names = s.list("objects").stream().map(DropRules::name).toList();
    Set<String> together = names.stream().map(QualifiedName::name).collect(Collectors.toSet());
    for (QualifiedName name : names) {
      relation(name)
          .filter(relation -> !s.text("removeType").equals("OBJECT_INDEX"))
          .ifPresent(relation ->
              removed(
                  "DROP " + what + " " + name,
                  relation,
                  // What falls together is in nobody's way.
                  each -> words(each).noneMatch(together::contains),
                  cascades(s),
                  messages));
    }
  }

  private void alter(Node action, QualifiedName table, List<String> messages) {
    String column = action.text("name");
    switch (action.text("subtype")) {
      case "AT_DropColumn" ->
          relation(table)
              .ifPresent(relation ->
                  removed(
                      "DROP COLUMN " + table + "." + column,
                      relation,
                      each -> each.column().equals(column),
                      cascades(action),
                      messages));
      case "AT_AlterColumnType" ->
          relation(table)
              .ifPresent(relation -> typeChanged(table + "." + column, relation, column, messages));
      default -> {
        // Takes nothing away from anybody.
      }
    }
  }

  /** What has this name in the catalog, and still has it. */
  private Optional<RelationFacts> relation(QualifiedName name) {
    return changes.gives(name) ? Optional.empty() : facts.relation(name);
  }

  private void removed(
      String what,
      RelationFacts relation,
      Predicate<Dependent> which,
      boolean cascades,
      List<String> messages) {
    List<String> names = names(relation, which);
    if (names.isEmpty() || !cascades && changes.mayHaveLostMore()) {
      return;
    }
    messages.add(
        cascades
            ? what + " … CASCADE takes along what the script does not name: " + listed(names)
            : what
                + " fails, because others depend on it: "
                + listed(names)
                + "; drop or change them first, in this script");
  }

  /** A foreign key is built again by itself, a view is not (0A000). */
  private void typeChanged(
      String what, RelationFacts relation, String column, List<String> messages) {
    List<String> names =
        names(
            relation,
            each -> each.column().equals(column) && !each.kind().equals("table constraint"));
    if (!names.isEmpty() && !changes.mayHaveLostMore()) {
      messages.add(
          "the type of "
              + what
              + " cannot be changed while others use it: "
              + listed(names)
              + "; drop them before, and create them again after, in this script");
    }
  }

  private List<String> names(RelationFacts relation, Predicate<Dependent> which) {
    return relation.dependents().stream()
        .filter(which)
        .filter(dependent -> words(dependent).noneMatch(changes::mayHaveLost))
        .map(dependent -> dependent.kind() + " " + dependent.name())
        .distinct()
        .sorted()
        .toList();
  }

  /** Its name, and that of the table it is on, without their schemas. */
  private static Stream<String> words(Dependent dependent) {
    return Stream.of(dependent.name().split("[ .()\",]+"));
  }

  private static boolean cascades(Node node) {
    return node.text("behavior").equals("DROP_CASCADE");
  }

  private static String listed(List<String> names) {
    String shown = String.join(", ", names.subList(0, Math.min(NAMED, names.size())));
    return names.size() <= NAMED
        ? shown
        : shown + String.format(Locale.ROOT, " and %,d more", names.size() - NAMED);
  }
}
