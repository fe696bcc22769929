package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.catalog.Check;
import dev.whimbrel.analysis.catalog.ForeignKey;
import dev.whimbrel.analysis.catalog.RelationFacts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Which measured forms the actions of an ALTER TABLE have; together they are its own. */
final class AlterTableForms {

  /** Actions that are the same whatever the table holds. */
  private static final Map<String, String> SIMPLE =
      Map.ofEntries(
          Map.entry("AT_DropNotNull", "drop-not-null"),
          Map.entry("AT_AddIdentity", "add-identity"),
          Map.entry("AT_SetIdentity", "set-identity"),
          Map.entry("AT_DropIdentity", "drop-identity"),
          Map.entry("AT_SetExpression", "set-expression"),
          Map.entry("AT_DropExpression", "drop-expression"),
          Map.entry("AT_SetStatistics", "set-statistics"),
          Map.entry("AT_SetOptions", "set-attribute-options"),
          Map.entry("AT_ResetOptions", "reset-attribute-options"),
          Map.entry("AT_SetStorage", "set-storage"),
          Map.entry("AT_SetCompression", "set-compression"),
          Map.entry("AT_ClusterOn", "cluster-on"),
          Map.entry("AT_DropCluster", "set-without-cluster"),
          Map.entry("AT_ReplicaIdentity", "replica-identity"),
          Map.entry("AT_AlterConstraint", "alter-constraint"),
          Map.entry("AT_ChangeOwner", "owner-to"),
          Map.entry("AT_EnableRowSecurity", "enable-rls"),
          Map.entry("AT_DisableRowSecurity", "disable-rls"),
          Map.entry("AT_ForceRowSecurity", "force-rls"),
          Map.entry("AT_NoForceRowSecurity", "no-force-rls"),
          Map.entry("AT_EnableTrig", "enable-trigger"),
          Map.entry("AT_EnableAlwaysTrig", "enable-trigger-always"),
          Map.entry("AT_EnableTrigAll", "enable-trigger-all"),
          Map.entry("AT_EnableTrigUser", "enable-trigger-user"),
          Map.entry("AT_DisableTrig", "disable-trigger"),
          Map.entry("AT_DisableTrigAll", "disable-trigger-all"),
          Map.entry("AT_DisableTrigUser", "disable-trigger-user"),
          Map.entry("AT_SetLogged", "set-logged"),
          Map.entry("AT_SetUnLogged", "set-unlogged"),
          Map.entry("AT_DropOf", "alter-table-of-type"));

  /** What the relation is called on which a form was measured, where that is not {@code t}. */
  private static final Map<String, String> MEASURED_ON =
      Map.of(
          "set-logged", "unlogged",
          "set-unlogged", "keyless",
          "alter-table-of-type", "uses_pair");

  private static final Map<String, String> VIEWS =
      Map.of(
          "AT_ChangeOwner", "view-owner",
          "AT_SetRelOptions", "view-parameter",
          "AT_ResetRelOptions", "view-parameter",
          "AT_ColumnDefault", "view-column-default");

  private static final Map<String, String> SEQUENCES = Map.of("AT_ChangeOwner", "sequence-owner");

  private static final String NEITHER = "that form of ALTER of what is neither table nor index";

  private static final Set<String> UNLOCKED_PARAMETERS = Set.of("fillfactor");

  private final QualifiedName table;
  private final Node alter;
  private final LockForms forms;
  private final Optional<RelationFacts> facts;

  private AlterTableForms(Node alter, LockForms forms) {
    this.table = alter.relation("relation");
    this.alter = alter;
    this.forms = forms;
    this.facts = forms.facts(table);
  }

  static void add(Node alter, LockForms forms) {
    switch (alter.text("objtype")) {
      case "OBJECT_TABLE" -> new AlterTableForms(alter, forms).actions();
      case "OBJECT_INDEX" -> IndexForms.alter(alter, forms);
      case "OBJECT_VIEW" -> ofOther(alter, "v", VIEWS, forms);
      case "OBJECT_SEQUENCE" -> ofOther(alter, "s", SEQUENCES, forms);
      default -> forms.unmeasured(NEITHER);
    }
  }

  private static void ofOther(
      Node alter, String measured, Map<String, String> known, LockForms forms) {
    for (Node action : alter.list("cmds")) {
      Optional.ofNullable(known.get(action.text("subtype")))
          .ifPresentOrElse(
              form -> forms.add(form).on(measured, alter.relation("relation")),
              () -> forms.unmeasured(NEITHER));
    }
  }

  private void actions() {
    for (Node action : alter.list("cmds")) {
      if (forms.isPartitioned(table)) {
        new PartitionedForms(table, forms).action(action);
      } else {
        action(action);
      }
    }
    StatementForms.heirs(table, forms);
  }

  private void action(Node action) {
    String subtype = action.text("subtype");
    switch (subtype) {
      case "AT_AddColumn" -> new AddedColumnForms(table, forms).add(action.node("def"));
      case "AT_DropColumn" -> dropColumn(action);
      case "AT_AlterColumnType" -> type(action);
      case "AT_SetNotNull" -> notNull(action.text("name"));
      case "AT_ColumnDefault" ->
          forms.add(action.has("def") ? "set-default" : "drop-default", table);
      case "AT_AddConstraint" -> new AddedConstraintForms(table, forms).add(action.node("def"));
      case "AT_ValidateConstraint" -> validate(action.text("name"));
      case "AT_DropConstraint" -> dropConstraint(action);
      case "AT_SetRelOptions", "AT_ResetRelOptions" -> parameters(action);
      case "AT_AttachPartition", "AT_DetachPartition" ->
          new PartitionedForms(table, forms).action(action);
      case "AT_AddInherit" ->
          forms
              .add("inherit")
              .on("keyless", table)
              .on("other.o", CreatedObjects.name(action.node("def")));
      default -> {
        String form = SIMPLE.get(subtype);
        if (form != null) {
          forms.add(form).on(MEASURED_ON.getOrDefault(form, "t"), table);
        } else if (!forms.known().isNew(table)) {
          forms.unmeasured("that form of ALTER TABLE");
        }
      }
    }
  }

  private void dropColumn(Node action) {
    LockForms.Form form = forms.add("drop-column-with-fk", table);
    references(
        form,
        key -> key.columns().contains(action.text("name")),
        "what a foreign key of the column references");
    cascade(action);
  }

  /** The tables that foreign keys of this one reference are locked with them. */
  private void references(LockForms.Form form, Predicate<ForeignKey> which, String words) {
    if (facts.isPresent()) {
      form.on(
          "parent",
          facts.get().foreignKeys().stream()
              .filter(which)
              .map(ForeignKey::references)
              .filter(other -> !other.equals(facts.get().name()))
              .distinct()
              .toList());
    } else if (forms.known().isNew(table)) {
      form.without("parent");
    } else {
      form.as("parent", words);
      forms.atMost();
    }
  }

  private void cascade(Node action) {
    boolean known = facts.isPresent() && facts.get().dependents().isEmpty();
    if (action.text("behavior").equals("DROP_CASCADE") && !known && !forms.known().isNew(table)) {
      forms.unmeasured("what CASCADE takes along");
    }
  }

  private void type(Node action) {
    Node definition = action.node("def");
    String name = action.text("name");
    boolean collates = definition.has("collClause");
    boolean taken = !definition.has("raw_default");
    Optional<TypeChange> change =
        forms
            .known()
            .column(table, name)
            .map(column -> TypeChange.of(column, definition.struct("typeName"), taken));
    if (change.filter(TypeChange.NARROWS::equals).isPresent()) {
      forms.add("type-varchar-narrows", table);
    } else if (change.filter(TypeChange.CATALOG::equals).isEmpty()) {
      forms.add("type-smallint-to-int", table);
      forms.atMost();
    } else if (collates) {
      forms.add("type-collation-indexed", table);
      forms.atMost();
    } else if (hasExpressionIndex()) {
      forms.add("type-text-to-varchar", table);
      forms.atMost();
    } else {
      forms.add("type-varchar-grows", table);
    }
  }

  /** Whether an index may have to be built anew, for it is on an expression. */
  private boolean hasExpressionIndex() {
    return facts.stream()
        .flatMap(known -> known.indexes().stream())
        .anyMatch(index -> index.partial() || index.columns().contains(""));
  }

  private void notNull(String column) {
    boolean dropsConstraint =
        alter.list("cmds").stream()
            .anyMatch(action -> action.text("subtype").equals("AT_DropConstraint"));
    if (forms.known().provesNotNull(table, column) && !dropsConstraint) {
      forms.add("set-not-null-proven", table);
    } else {
      forms.add("set-not-null", table);
      if (facts.isEmpty()) {
        forms.atMost();
      }
    }
  }

  private void validate(String name) {
    if (facts.filter(known -> has(known.checks(), name)).isPresent()) {
      forms.add("validate-check", table);
      return;
    }
    LockForms.Form form = forms.add("validate-fk", table);
    references(form, key -> key.name().equals(name), "what it references, if it is a foreign key");
  }

  private static boolean has(List<Check> checks, String name) {
    return checks.stream().anyMatch(check -> check.name().equals(name));
  }

  private void dropConstraint(Node action) {
    String name = action.text("name");
    boolean ours = forms.known().proofs().isOurs(table, name);
    if (ours || facts.filter(known -> has(known.checks(), name)).isPresent()) {
      forms.add("drop-check", table);
    } else {
      references(
          forms.add("drop-fk", table),
          key -> key.name().equals(name),
          "what it references, if it is a foreign key");
    }
    cascade(action);
  }

  /** Only some of the parameters leave readers and writers alone. */
  private void parameters(Node action) {
    boolean measured =
        action.node("def").list("items").stream()
            .map(option -> option.text("defname"))
            .allMatch(name -> UNLOCKED_PARAMETERS.contains(name) || name.startsWith("autovacuum_"));
    boolean sets = action.text("subtype").equals("AT_SetRelOptions");
    if (measured) {
      forms.add(sets ? "set-reloptions" : "reset-reloptions", table);
    } else if (!forms.known().isNew(table)) {
      forms.unmeasured("that parameter of a table");
    }
  }
}
