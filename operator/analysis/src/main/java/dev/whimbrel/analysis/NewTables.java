package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What creating a table costs those that are in use. */
final class NewTables {

  private final Known known;

  NewTables(Known known) {
    this.known = known;
  }

  List<Judgement> judge(Node s, Statement statement) {
    List<Judgement> found = new ArrayList<>();
    QualifiedName table = s.relation("relation");
    List<QualifiedName> parents =
        s.list("inhRelations").stream().map(CreatedObjects::name).toList();
    boolean ofOneInUse = !parents.stream().allMatch(known::isNew);
    referenced(s, table).map(parent -> references(table, parent)).ifPresent(found::add);
    remember(s, table, parents);
    if (ofOneInUse && s.has("partbound")) {
      found.add(partition(s, statement, parents.getFirst(), table));
    }
    return found;
  }

  /** The same of one that this plan made, and alters. */
  List<Judgement> altered(Node alter) {
    QualifiedName table = alter.relation("relation");
    boolean filled =
        !known.isNewAndEmpty(table)
            && alter.list("cmds").stream()
                .filter(action -> action.text("subtype").equals("AT_AddConstraint"))
                .anyMatch(action -> !action.node("def").flag("skip_validation"));
    return referenced(alter, table)
        .map(parent -> filled ? looksUp(table, parent) : references(table, parent))
        .stream()
        .toList();
  }

  /** The first that its foreign keys reference of those in use. */
  private Optional<QualifiedName> referenced(Node s, QualifiedName table) {
    return s.all("Constraint")
        .filter(constraint -> constraint.text("contype").equals("CONSTR_FOREIGN"))
        .map(constraint -> constraint.relation("pktable"))
        .filter(parent -> !known.isNew(parent) && !parent.equals(table))
        .findFirst();
  }

  private static Judgement looksUp(QualifiedName table, QualifiedName parent) {
    return Judgement.of(
            Rule.ADD_FOREIGN_KEY,
            "adds a foreign key from "
                + table
                + ", which has rows by now, to "
                + parent
                + ", whose writers wait until each of them is looked up; before they come, it is"
                + " there in a moment")
        .on(parent)
        .withoutRewrite();
  }

  private static Judgement partition(
      Node s, Statement statement, QualifiedName parent, QualifiedName table) {
    Judgement found =
        Judgement.of(
                Rule.CREATE_PARTITION,
                "CREATE TABLE … PARTITION OF blocks readers of "
                    + parent
                    + ", and reads its default partition; CREATE TABLE … (LIKE …) with a CHECK"
                    + " like the bounds, then ATTACH PARTITION, does not")
            .on(parent)
            .calling("partition", Identifiers.quoted(table));
    // What else it says of the partition, LIKE would leave out.
    boolean plain = !s.has("tableElts") && s.struct("relation").text("relpersistence").equals("p");
    return PartitionBounds.written(s.struct("partbound"), statement)
        .filter(bounds -> plain)
        .map(bounds -> found.calling("bounds", bounds))
        .orElseGet(found::withoutRewrite);
  }

  private void remember(Node s, QualifiedName table, List<QualifiedName> parents) {
    // IF NOT EXISTS may find a table that holds data, so it does not count as new.
    if (s.struct("relation").text("relpersistence").equals("t")) {
      // A commit may come before anything else, and takes it along.
      if (!s.text("oncommit").equals("ONCOMMIT_DROP")) {
        known.created().addForThisScript(table);
      }
    } else if (!s.flag("if_not_exists") || known.isAbsent(table)) {
      if (!parents.stream().allMatch(known::isNew)) {
        known.created().addForThisScript(table);
      } else {
        known.created().add(table);
        parents.forEach(parent -> known.created().addPart(table, parent));
      }
    }
  }

  private static Judgement references(QualifiedName table, QualifiedName parent) {
    return Judgement.of(
            Rule.REFERENCES_TABLE,
            "writers of "
                + parent
                + " wait for a moment while the foreign key of "
                + table
                + " is made")
        .on(parent);
  }
}
