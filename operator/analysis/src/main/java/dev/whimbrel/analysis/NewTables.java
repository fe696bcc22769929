package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

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
    boolean partition = s.has("partbound") && !parents.stream().allMatch(known::isNew);
    s.all("Constraint")
        .filter(constraint -> constraint.text("contype").equals("CONSTR_FOREIGN"))
        .map(constraint -> constraint.relation("pktable"))
        .filter(parent -> !known.isNew(parent) && !parent.equals(table))
        .findFirst()
        .map(parent -> references(table, parent))
        .ifPresent(found::add);
    remember(s, table);
    if (partition) {
      found.add(
          Judgement.of(
                  Rule.CREATE_PARTITION,
                  "CREATE TABLE … PARTITION OF blocks readers of "
                      + parents.getFirst()
                      + ", and reads its default partition; CREATE TABLE … (LIKE …) with a CHECK"
                      + " like the bounds, then ATTACH PARTITION, does not")
              .on(parents.getFirst())
              .calling("partition", Identifiers.quoted(table))
              .calling("bounds", bounds(statement)));
    }
    return found;
  }

  private void remember(Node s, QualifiedName table) {
    // IF NOT EXISTS may find a table that holds data, so it does not count as new.
    if (s.struct("relation").text("relpersistence").equals("t")) {
      // A commit may come before anything else, and takes it along.
      if (!s.text("oncommit").equals("ONCOMMIT_DROP")) {
        known.created().addTemporary(table);
      }
    } else if (!s.flag("if_not_exists") || known.isAbsent(table)) {
      known.created().add(table);
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

  private static String bounds(Statement statement) {
    String text = statement.text();
    int begin = text.toUpperCase(Locale.ROOT).indexOf("FOR VALUES");
    return begin < 0 ? "DEFAULT" : text.substring(begin);
  }
}
