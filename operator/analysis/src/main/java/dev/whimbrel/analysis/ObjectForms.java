package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import java.util.List;
import java.util.Map;

/** Which measured forms statements have that define neither tables nor indexes. */
final class ObjectForms {

  private static final String USERS = "each table that uses the domain";

  /** By what a COMMENT is on, those without a lock that one would have to name. */
  private static final Map<String, String> COMMENTS =
      Map.of(
          "OBJECT_FUNCTION", "comment-on-function",
          "OBJECT_PROCEDURE", "comment-on-function",
          "OBJECT_TYPE", "comment-on-type",
          "OBJECT_SCHEMA", "comment-on-schema");

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
        if (s.text("objectType").equals("OBJECT_TABLE")) {
          forms.add("set-schema", s.relation("relation"));
        } else {
          forms.unmeasured("SET SCHEMA of such an object");
        }
      }
      case "AlterOwnerStmt" -> owner(s, forms);
      case "CreateFunctionStmt" ->
          forms.add(s.flag("replace") ? "replace-function" : "create-function");
      case "GrantStmt" -> grant(s, forms);
      case "CreatePublicationStmt" -> publication(s, "create-publication", forms);
      case "AlterPublicationStmt" -> publication(s, "alter-publication", forms);
      case "CreateStatsStmt" ->
          s.list("relations").stream()
              .map(CreatedObjects::name)
              .forEach(table -> forms.add("create-statistics", table));
      default -> forms.unmeasured("that kind of statement");
    }
  }

  static void rename(Node s, LockForms forms) {
    QualifiedName name = s.relation("relation");
    boolean ofTable = s.text("relationType").equals("OBJECT_TABLE");
    switch (s.text("renameType")) {
      case "OBJECT_COLUMN" -> {
        if (!ofTable) {
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
      case "OBJECT_TYPE" -> forms.add("rename-type");
      case "OBJECT_SCHEMA" -> forms.add("rename-schema");
      default -> forms.unmeasured("RENAME of such an object");
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
      default -> {
        if (COMMENTS.containsKey(type)) {
          forms.add(COMMENTS.get(type));
        } else {
          forms.unmeasured("COMMENT on such an object");
        }
      }
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

  private static void owner(Node s, LockForms forms) {
    switch (s.text("objectType")) {
      case "OBJECT_SCHEMA" -> forms.add("schema-owner");
      case "OBJECT_FUNCTION", "OBJECT_PROCEDURE" -> forms.add("function-owner");
      case "OBJECT_TYPE" -> forms.add("type-owner");
      default -> forms.unmeasured("OWNER TO of such an object");
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
      case "OBJECT_SCHEMA" -> forms.add("grant-on-schema");
      case "OBJECT_SEQUENCE" ->
          s.list("objects").stream()
              .map(CreatedObjects::name)
              .forEach(name -> forms.add("grant-on-sequence").on("s", name));
      case "OBJECT_FUNCTION", "OBJECT_PROCEDURE" -> forms.add("grant-on-function");
      default -> forms.unmeasured("GRANT on such an object");
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
