package dev.whimbrel.analysis;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What creates and alters objects that are no tables. */
final class ObjectRules {

  private ObjectRules() {}

  static Optional<Judgement> judge(Node s, Statement statement) {
    return switch (s.kind()) {
      case "AlterDomainStmt" -> domain(s);
      case "AlterEnumStmt" -> label(s);
      case "AlterSeqStmt" -> NumberRules.sequence(s);
      case "CreatePublicationStmt", "AlterPublicationStmt" ->
          found(
              Rule.PUBLICATION,
              "changes what is replicated: UPDATE and DELETE fail on a published table without a"
                  + " replica identity, and a subscriber misses what is taken out");
      case "CreateFunctionStmt" -> function(s.list("options"), statement);
      case "AlterFunctionStmt" -> function(s.list("actions"), statement);
      case "CreateExtensionStmt", "AlterExtensionStmt" ->
          found(
              Rule.EXTENSION,
              "whether the server offers the extension, and this role may have it, is not known"
                  + " here");
      case "CreateRoleStmt", "AlterRoleStmt", "DropRoleStmt" ->
          found(Rule.ROLES, "roles belong to the whole server, not to this database");
      case "AlterRoleSetStmt", "AlterDatabaseSetStmt" -> setsDefault(s);
      case "AlterOwnerStmt" ->
          found(
              Rule.OWNER_TO,
              "changes who owns an object; what the owner may do without a GRANT, the old one may"
                  + " not any more");
      case "AlterPolicyStmt" ->
          found(Rule.CREATE_POLICY, "ALTER POLICY decides who sees which rows: read it")
              .map(judgement -> judgement.on(s.relation("table")));
      case "RefreshMatViewStmt" -> refresh(s);
      default -> Optional.of(named(statement));
    };
  }

  private static Optional<Judgement> domain(Node s) {
    boolean reads =
        switch (s.text("subtype")) {
          case "C" -> !s.node("def").flag("skip_validation");
          case "V", "O" -> true;
          default -> false;
        };
    if (reads) {
      return found(
          Rule.ALTER_DOMAIN,
          "every table with a column of the domain is read while its writers wait");
    }
    return Set.of("C", "T").contains(s.text("subtype"))
        ? Optional.empty()
        : found(Rule.ALTER_OBJECT, "ALTER DOMAIN: read it before approving");
  }

  private static Optional<Judgement> label(Node s) {
    String type = s.lastName("typeName");
    return s.has("oldVal")
        ? found(
            Rule.RENAME_ENUM_VALUE,
            "renames value "
                + s.text("oldVal")
                + " of "
                + type
                + "; applications that write or compare with it fail")
        : found(
            Rule.ADD_ENUM_VALUE,
            "adds value "
                + s.text("newVal")
                + " to "
                + type
                + ", which cannot be taken back, and not be used before the transaction ends");
  }

  private static Optional<Judgement> function(List<Node> options, Statement statement) {
    boolean guards =
        options.stream()
            .filter(option -> option.text("defname").equals("set"))
            .anyMatch(option -> SessionRules.guards(option.node("arg").text("name")));
    if (guards) {
      return Optional.of(SessionRules.weakensGuard());
    }
    boolean definer =
        options.stream()
            .filter(option -> option.text("defname").equals("security"))
            .anyMatch(option -> option.fields().at("/arg/Boolean/boolval").asBoolean());
    boolean path =
        options.stream()
            .filter(option -> option.text("defname").equals("set"))
            .anyMatch(option -> option.node("arg").text("name").equals("search_path"));
    return definer && !path
        ? found(
            Rule.SECURITY_DEFINER,
            "runs with its owner's rights, and finds tables by the caller's search_path: add SET"
                + " search_path")
        : Optional.of(named(statement));
  }

  private static Optional<Judgement> setsDefault(Node s) {
    Node set = s.struct("setstmt");
    return SessionRules.guards(set.text("name"))
        ? Optional.of(SessionRules.weakensGuard())
        : found(Rule.SETS_SESSION, "changes how all later sessions of a role or a database work");
  }

  private static Optional<Judgement> refresh(Node s) {
    if (s.flag("skipData")) {
      return found(
              Rule.REFRESH_VIEW,
              "empties the view: who reads it fails (55000) until it is refreshed with its data")
          .map(judgement -> judgement.on(s.relation("relation")).withoutRewrite());
    }
    return found(
            Rule.REFRESH_VIEW,
            s.flag("concurrent")
                ? "runs the view's query and compares it with what is there; readers go on"
                : "nobody reads the view until its query has run; CONCURRENTLY, with a unique"
                    + " index on the view, lets readers go on")
        .map(judgement -> judgement.on(s.relation("relation")));
  }

  /** A rule for objects of a kind that has none of its own. */
  static Judgement named(Statement statement) {
    String verb = statement.firstWord();
    String what = statement.word(statement.matches(1, "OR", "REPLACE") ? 3 : 1);
    return switch (what.isEmpty() ? "" : verb) {
      case "CREATE" ->
          Judgement.of(Rule.CREATE_OBJECT, "CREATE " + what + ": read it before approving");
      case "ALTER" ->
          Judgement.of(Rule.ALTER_OBJECT, "ALTER " + what + ": read it before approving");
      default ->
          Judgement.of(
              Rule.UNKNOWN_STATEMENT, "not classified: " + verb + ": read it before approving");
    };
  }

  private static Optional<Judgement> found(Rule rule, String message) {
    return Optional.of(Judgement.of(rule, message));
  }
}
