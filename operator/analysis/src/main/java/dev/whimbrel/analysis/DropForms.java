package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.catalog.ForeignKey;
import dev.whimbrel.analysis.catalog.RelationFacts;
import java.util.List;
import java.util.Optional;

/** Which measured forms a DROP has. */
final class DropForms {

  private DropForms() {}

  static void add(Node s, LockForms forms) {
    boolean cascades = s.text("behavior").equals("DROP_CASCADE");
    for (Node object : s.list("objects")) {
      QualifiedName name = DropRules.name(object);
      switch (s.text("removeType")) {
        case "OBJECT_TABLE" -> table(name, forms);
        case "OBJECT_INDEX" -> IndexForms.drop(name, s.flag("concurrent"), forms);
        case "OBJECT_VIEW" -> forms.add("drop-view").on("v", name);
        case "OBJECT_MATVIEW" -> forms.add("drop-materialized-view").on("m", name);
        case "OBJECT_SEQUENCE" -> forms.add("drop-sequence").on("s", name);
        case "OBJECT_SCHEMA" -> schema(object.text("sval"), cascades, forms);
        case "OBJECT_TRIGGER" -> forms.add("drop-trigger", owner(object));
        case "OBJECT_POLICY" -> forms.add("drop-policy").on("keyless", owner(object));
        case "OBJECT_RULE" -> forms.add("drop-rule").on("unlogged", owner(object));
        case "OBJECT_STATISTIC_EXT" -> forms.add("drop-statistics").as("t", "its table");
        default -> ObjectForms.ofCatalogs(s, "DROP of such an object", forms);
      }
      if (cascades && !s.text("removeType").equals("OBJECT_SCHEMA")) {
        dependents(name, forms);
      }
    }
  }

  /** The names of a trigger, a policy or a rule begin with those of its table. */
  private static QualifiedName owner(Node object) {
    List<Node> parts = object.list("items");
    return parts.size() > 2
        ? new QualifiedName(
            parts.get(parts.size() - 3).text("sval"), parts.get(parts.size() - 2).text("sval"))
        : new QualifiedName("", parts.isEmpty() ? "" : parts.getFirst().text("sval"));
  }

  private static void table(QualifiedName name, LockForms forms) {
    Optional<RelationFacts> facts = forms.facts(name);
    Optional<QualifiedName> parent = facts.flatMap(f -> f.partitioning().parent());
    if (forms.isPartitioned(name)) {
      forms.add("drop-table-partitioned").on("parts", name);
    }
    if (parent.isPresent()) {
      forms
          .add("drop-partition")
          .on("parts_1", name)
          .on("parts", parent.get())
          .as("parts_d", "the default partition beside it, if there is one");
    }
    LockForms.Form form = forms.add("drop-table-with-fk", name);
    if (facts.isPresent()) {
      form.on(
          "parent",
          facts.get().foreignKeys().stream()
              .map(ForeignKey::references)
              .filter(other -> !other.equals(facts.get().name()))
              .distinct()
              .toList());
    } else if (forms.known().isNew(name)) {
      form.without("parent");
    } else {
      form.as("parent", "each table that its foreign keys reference");
      forms.atMost();
    }
  }

  private static void schema(String name, boolean cascades, LockForms forms) {
    if (cascades) {
      forms
          .add("drop-schema-cascade")
          .as("other.o", "every relation of schema " + Identifiers.quoted(name));
      forms.unmeasured("what depends on them elsewhere");
    } else {
      forms.add("drop-schema-empty");
    }
  }

  private static void dependents(QualifiedName name, LockForms forms) {
    Optional<RelationFacts> facts = forms.facts(name);
    boolean known = facts.isPresent() && facts.get().dependents().isEmpty();
    if (!known && !forms.known().isNew(name)) {
      forms.unmeasured("what CASCADE takes along");
    }
  }
}
