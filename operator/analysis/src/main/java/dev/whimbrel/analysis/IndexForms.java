package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.catalog.RelationFacts;
import dev.whimbrel.analysis.catalog.RelationKind;
import java.util.Optional;
import java.util.Set;

/** Which measured forms statements of indexes have. */
final class IndexForms {

  /** Storage parameters of an index that were measured. */
  private static final Set<String> MEASURED = Set.of("fillfactor");

  private IndexForms() {}

  static void create(Node s, LockForms forms) {
    QualifiedName table = s.relation("relation");
    boolean partitioned = IndexRules.isPartitioned(s, forms.facts(table));
    boolean view =
        forms.facts(table).filter(f -> f.kind() == RelationKind.MATERIALIZED_VIEW).isPresent();
    if (s.flag("concurrent")) {
      forms.add(
          partitioned
              ? "create-index-concurrently-partitioned"
              : s.flag("unique") ? "create-unique-index-concurrently" : "create-index-concurrently",
          table);
    } else if (partitioned) {
      boolean only = !s.struct("relation").flag("inh");
      forms.add(only ? "create-index-on-only" : "create-index-partitioned").on("parts", table);
    } else if (view) {
      forms.add("create-index-on-matview").on("m", table);
    } else {
      forms.add(s.flag("unique") ? "create-unique-index" : "create-index", table);
    }
    if (s.flag("if_not_exists") && !forms.known().isNew(table)) {
      forms.atMost();
    }
  }

  static void rebuild(Node s, LockForms forms) {
    QualifiedName name = s.relation("relation");
    boolean concurrently = OwnTransactions.isConcurrent(s);
    switch (s.text("kind")) {
      case "REINDEX_OBJECT_INDEX" ->
          index(
              forms.add(concurrently ? "reindex-index-concurrently" : "reindex-index"),
              name,
              forms);
      case "REINDEX_OBJECT_TABLE" -> {
        if (forms.isPartitioned(name)) {
          forms.unmeasured("REINDEX of a partitioned table");
        } else {
          LockForms.Form form =
              forms.add(concurrently ? "reindex-table-concurrently" : "reindex-table", name);
          if (concurrently && !forms.known().isNew(name)) {
            form.as("t_a", "each of its indexes");
          }
        }
      }
      default -> forms.unmeasured("REINDEX of many tables, one after the other");
    }
  }

  /** DROP INDEX of one. */
  static void drop(QualifiedName name, boolean concurrently, LockForms forms) {
    Optional<RelationFacts> facts = forms.facts(name);
    boolean partitioned = facts.filter(f -> f.kind() == RelationKind.PARTITIONED_INDEX).isPresent();
    if (partitioned && concurrently) {
      forms.unmeasured("DROP INDEX CONCURRENTLY of a partitioned index, which is refused");
    } else if (partitioned) {
      forms
          .add("drop-index-of-partitioned")
          .on("ranges_at", name)
          .on("ranges", facts.flatMap(RelationFacts::table).orElse(name))
          .as("ranges_1_at", "each index of its partitions");
    } else {
      index(forms.add(concurrently ? "drop-index-concurrently" : "drop-index"), name, forms);
    }
  }

  /** Whose index it is, the catalog says. */
  private static void index(LockForms.Form form, QualifiedName name, LockForms forms) {
    form.on("t_a", name);
    forms
        .facts(name)
        .flatMap(RelationFacts::table)
        .ifPresentOrElse(
            table -> form.on("t", table),
            () -> form.as("t", "the table of " + Identifiers.quoted(name)));
  }

  /** ALTER INDEX. */
  static void alter(Node s, LockForms forms) {
    QualifiedName name = s.relation("relation");
    for (Node action : s.list("cmds")) {
      switch (action.text("subtype")) {
        case "AT_SetStatistics" -> forms.add("alter-index-statistics").on("t_d", name);
        case "AT_AttachPartition" ->
            forms
                .add("attach-index")
                .on("ranges_at", name)
                .on("ranges_1_at", action.node("def").relation("name"))
                .without("ranges")
                .without("ranges_1");
        case "AT_SetRelOptions" -> {
          if (action.node("def").list("items").stream()
              .allMatch(option -> MEASURED.contains(option.text("defname")))) {
            forms.add("alter-index-set").on("t_a", name);
          } else {
            forms.unmeasured("that parameter of an index");
          }
        }
        default -> forms.unmeasured("that form of ALTER INDEX");
      }
    }
  }
}
