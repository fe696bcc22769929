package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import java.util.List;

/** Which measured forms statements have that define neither tables nor indexes. */
final class ObjectForms {

  private static final String USERS = "each table that uses the domain";

  private ObjectForms() {}

  static void add(Node s, LockForms forms) {
    switch (s.kind()) {
      case "CommentStmt" -> comment(s, forms);
      case "CreateTrigStmt" -> trigger(s, forms);
      case "CreatePolicyStmt" -> forms.add("create-policy", s.relation("table"));
      case "AlterPolicyStmt" -> forms.add("alter-policy").on("keyless", s.relation("table"));
      case "RuleStmt" -> forms.add("create-rule", s.relation("relation"));
      case "AlterSeqStmt" -> sequence(s, forms);
      case "AlterEnumStmt" -> forms.add(s.has("oldVal") ? "enum-rename-value" : "enum-add-value");
      case "AlterDomainStmt" -> domain(s, forms);
      case "AlterObjectSchemaStmt" -> {
        QualifiedName name = s.relation("relation");
        switch (s.text("objectType")) {
          case "OBJECT_TABLE" -> forms.add("set-schema", name);
          case "OBJECT_SEQUENCE" -> forms.add("sequence-set-schema").on("s", name);
          case "OBJECT_VIEW" -> forms.add("view-set-schema").on("v", name);
          case "OBJECT_MATVIEW" -> forms.add("materialized-view-set-schema").on("m", name);
          default -> ofCatalogs(s, "SET SCHEMA of such an object", forms);
        }
      }
      case "CreateFunctionStmt" ->
          forms.add(s.flag("replace") ? "replace-function" : "create-function");
      case "GrantStmt" -> grant(s, forms);
      case "CreatePublicationStmt" -> publication(s, "create-publication", forms);
      case "AlterPublicationStmt" -> publication(s, "alter-publication", forms);
      case "CreateStatsStmt" ->
          s.list("relations").stream()
              .map(CreatedObjects::name)
              .forEach(table -> forms.add("create-statistics", table));
      default -> ofCatalogs(s, "that kind of statement", forms);
    }
  }

  /** Nothing but catalogs is changed, or nobody measured what. */
  static void ofCatalogs(Node s, String what, LockForms forms) {
    CatalogForms.of(s).ifPresentOrElse(forms::add, () -> forms.unmeasured(what));
  }

  static void rename(Node s, LockForms forms) {
    QualifiedName name = s.relation("relation");
    switch (s.text("renameType")) {
      case "OBJECT_COLUMN" -> {
        if (s.text("relationType").equals("OBJECT_VIEW")) {
          forms.add("rename-view-column").on("v", name);
        } else if (!s.text("relationType").equals("OBJECT_TABLE")) {
          forms.unmeasured("RENAME of a column of what is no table");
        } else if (forms.isPartitioned(name)) {
          forms.add("rename-column-of-partitioned").on("parts", name);
        } else {
          StatementForms.heirs(name, forms);
          forms.add("rename-column", name);
        }
      }
      case "OBJECT_TABLE" -> forms.add("rename-table", name);
      case "OBJECT_TABCONSTRAINT" -> {
        if (forms.isPartitioned(name)) {
          forms.unmeasured("RENAME CONSTRAINT of a partitioned table");
        } else {
          StatementForms.heirs(name, forms);
          forms.add("rename-constraint", name);
        }
      }
      case "OBJECT_INDEX" -> forms.add("rename-index").on("t_a", name);
      case "OBJECT_VIEW" -> forms.add("rename-view").on("v", name);
      case "OBJECT_MATVIEW" -> forms.add("rename-materialized-view").on("m", name);
      case "OBJECT_TRIGGER" -> forms.add("rename-trigger", name);
      case "OBJECT_SEQUENCE" -> forms.add("rename-sequence").on("s", name);
      case "OBJECT_POLICY" -> forms.add("rename-policy").on("keyless", name);
      case "OBJECT_RULE" -> forms.add("rename-rule").on("unlogged", name);
      default -> ofCatalogs(s, "RENAME of such an object", forms);
    }
  }

  private static void comment(Node s, LockForms forms) {
    String type = s.text("objtype");
    List<Node> names = s.node("object").list("items");
    switch (type) {
      case "OBJECT_TABLE" -> forms.add("comment", DropRules.name(s.node("object")));
      case "OBJECT_COLUMN" -> forms.add("comment-on-column", before(names));
      case "OBJECT_TABCONSTRAINT" -> forms.add("comment-on-constraint", before(names));
      case "OBJECT_INDEX" ->
          forms.add("comment-on-index").on("t_a", DropRules.name(s.node("object")));
      case "OBJECT_VIEW" -> forms.add("comment-on-view").on("v", DropRules.name(s.node("object")));
      case "OBJECT_SEQUENCE" ->
          forms.add("comment-on-sequence").on("s", DropRules.name(s.node("object")));
      case "OBJECT_MATVIEW" ->
          forms.add("comment-on-materialized-view").on("m", DropRules.name(s.node("object")));
      case "OBJECT_TRIGGER" -> forms.add("comment-on-trigger", before(names));
      case "OBJECT_POLICY" -> forms.add("comment-on-policy").on("keyless", before(names));
      case "OBJECT_RULE" -> forms.add("comment-on-rule").on("unlogged", before(names));
      default -> ofCatalogs(s, "COMMENT on such an object", forms);
    }
  }

  /** The relation whose column or constraint the last of some names is. */
  private static QualifiedName before(List<Node> names) {
    int last = names.size() - 1;
    return new QualifiedName(
        last > 1 ? names.get(last - 2).text("sval") : "",
        last > 0 ? names.get(last - 1).text("sval") : "");
  }

  private static void trigger(Node s, LockForms forms) {
    QualifiedName table = s.relation("relation");
    if (forms.isPartitioned(table)) {
      forms.add("create-trigger-on-partitioned").on("parts", table);
    } else if (s.flag("isconstraint")) {
      forms.add("create-constraint-trigger", table);
      if (s.has("constrrel")) {
        forms.unmeasured("what it does to " + s.relation("constrrel"));
      }
    } else {
      forms.add(s.flag("replace") ? "replace-trigger" : "create-trigger", table);
    }
  }

  private static void sequence(Node s, LockForms forms) {
    QualifiedName name = s.relation("sequence");
    boolean owned =
        s.list("options").stream().anyMatch(option -> option.text("defname").equals("owned_by"));
    if (owned) {
      forms.add("alter-sequence-owned").on("s", name).without("t");
    } else {
      forms.add("alter-sequence").on("s", name);
    }
  }

  private static void domain(Node s, LockForms forms) {
    // The letters are those of AlterDomainStmt in parsenodes.h.
    switch (s.text("subtype")) {
      case "T" -> forms.add("domain-set-default");
      case "N" -> forms.add("domain-drop-not-null");
      case "X" -> forms.add("domain-drop-constraint");
      case "O" -> forms.add("domain-set-not-null").as("uses_domain", USERS);
      case "V" -> forms.add("domain-validate").as("uses_later", USERS);
      case "C" -> {
        if (s.node("def").flag("skip_validation")) {
          forms.add("domain-add-check-not-valid");
        } else {
          forms.add("domain-add-check").as("uses_domain", USERS);
        }
      }
      default -> forms.unmeasured("that form of ALTER DOMAIN");
    }
  }

  private static void grant(Node s, LockForms forms) {
    boolean named = s.text("targtype").equals("ACL_TARGET_OBJECT");
    String type = s.text("objtype");
    if (!named) {
      forms.add("grant-all-in-schema");
      return;
    }
    switch (type) {
      case "OBJECT_TABLE" -> {
        String form = s.flag("is_grant") ? "grant" : "revoke";
        s.list("objects").stream()
            .map(CreatedObjects::name)
            .forEach(table -> forms.add(form, table));
      }
      case "OBJECT_SEQUENCE" ->
          s.list("objects").stream()
              .map(CreatedObjects::name)
              .forEach(name -> forms.add("grant-on-sequence").on("s", name));
      default -> ofCatalogs(s, "GRANT on such an object", forms);
    }
  }

  private static void publication(Node s, String form, LockForms forms) {
    if (s.flag("for_all_tables")) {
      forms.add("create-publication-all");
      return;
    }
    List<Node> objects = s.list("pubobjects");
    List<QualifiedName> tables =
        objects.stream().map(object -> object.struct("pubtable").relation("relation")).toList();
    boolean onlyTables =
        objects.stream().allMatch(o -> o.text("pubobjtype").equals("PUBLICATIONOBJ_TABLE"));
    if (tables.isEmpty() || !onlyTables) {
      forms.unmeasured("that form of a publication");
    } else {
      forms.add(form).on("t", tables);
    }
  }
}
