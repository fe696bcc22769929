package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.catalog.TypeKind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What it costs to add a column to a table that is in use. */
final class AddedColumn {

  private static final String REWRITTEN =
      "the table and its indexes are rewritten while nobody can read it";

  /** What is written instead adds the column without them, and then one of them. */
  private static final Set<Rule> ADDED_LATER =
      EnumSet.of(
          Rule.ADD_COLUMN_CHECK,
          Rule.ADD_COLUMN_FOREIGN_KEY,
          Rule.ADD_COLUMN_NUMBERED,
          Rule.ADD_COLUMN_UNIQUE);

  private final Node column;
  private final String sql;
  private final QualifiedName table;
  private final String name;
  private final List<Judgement> found = new ArrayList<>();

  private AddedColumn(Node column, String sql, QualifiedName table) {
    this.column = column;
    this.sql = sql;
    this.table = table;
    this.name = column.text("colname");
  }

  /**
   * Judges one.
   *
   * @param column a ColumnDef
   * @param sql the whole statement
   */
  static List<Judgement> judge(Node column, String sql, QualifiedName table, Known known) {
    AddedColumn added = new AddedColumn(column, sql, table);
    added.type(known);
    List<Node> constraints = column.list("constraints");
    for (int i = 0; i < constraints.size(); i++) {
      if (constraints.get(i).text("contype").equals("CONSTR_NOTNULL") && known.isEmpty(table)) {
        continue;
      }
      String definition = added.written(constraints.get(i));
      added.constraint(constraints.get(i), definition).ifPresent(added.found::add);
    }
    return added.onceOnly();
  }

  /** Where several of its constraints cost something, what to write for one leaves out the rest. */
  private List<Judgement> onceOnly() {
    long several = found.stream().filter(each -> ADDED_LATER.contains(each.rule())).count();
    return several < 2 ? found : found.stream().map(Judgement::withoutRewrite).toList();
  }

  private void type(Known known) {
    Node type = column.struct("typeName");
    List<String> names = type.names("names");
    String last = names.getLast();
    if (BuiltInTypes.isSerial(last)) {
      found.add(of(Rule.ADD_COLUMN_NUMBERED, " is numbered by a sequence, so " + REWRITTEN));
    } else if (last.equals("json") && BuiltInTypes.isNoDomain(type)) {
      found.add(
          of(
                  Rule.ADD_COLUMN_JSON,
                  " is json, which has no equality: SELECT DISTINCT and GROUP BY of it fail; jsonb"
                      + " has")
              .calling("kept", kept()));
    } else if (!BuiltInTypes.isNoDomain(type) && !known.created().containsType(last)) {
      domain(names, known);
    }
  }

  private void domain(List<String> names, Known known) {
    QualifiedName name =
        new QualifiedName(names.size() > 1 ? names.get(names.size() - 2) : "", names.getLast());
    Optional<TypeKind> kind = known.facts().type(name);
    String base = known.created().base(name.name()).orElse("text");
    if (kind.isEmpty()) {
      found.add(
          of(
                  Rule.ADD_COLUMN_DOMAIN,
                  ": where its type "
                      + name
                      + " is a domain with a CHECK, or with a DEFAULT that differs from row to"
                      + " row, "
                      + REWRITTEN
                      + "; as a domain that is NOT NULL without a DEFAULT it fails (23502) where"
                      + " there are rows; as an enum it costs nothing")
              .calling("base", base));
    } else if (kind.get() == TypeKind.CONSTRAINED_DOMAIN) {
      found.add(
          of(Rule.ADD_COLUMN_DOMAIN, ": " + name + " is a domain with a rule, so " + REWRITTEN)
              .calling("base", base));
    }
  }

  private Optional<Judgement> constraint(Node constraint, String definition) {
    return Optional.ofNullable(
        switch (constraint.text("contype")) {
          case "CONSTR_DEFAULT" ->
              isOneValue(constraint.node("raw_expr"))
                  ? null
                  : of(Rule.ADD_COLUMN_DEFAULT, differs(constraint.node("raw_expr")) + REWRITTEN)
                      .calling("default", definition.replaceFirst("(?i)^default\\s+", ""))
                      .calling(
                          "fill", fill().byDefault(constraint.node("raw_expr")) + stillNullable());
          case "CONSTR_NOTNULL" ->
              isFilled(column)
                  ? null
                  : of(
                      Rule.ADD_COLUMN_NOT_NULL,
                      " is NOT NULL, but old rows get no value: it fails (23502) where there are"
                          + " any");
          case "CONSTR_IDENTITY" -> identity(constraint);
          case "CONSTR_GENERATED" -> generated(definition);
          case "CONSTR_CHECK" ->
              of(
                      Rule.ADD_COLUMN_CHECK,
                      ": its CHECK reads the whole table while nobody can read it, though all"
                          + " values are alike")
                  .calling("kept", kept())
                  .calling("constraint", called(constraint, "check"))
                  .calling("definition", Clause.unnamed(definition));
          case "CONSTR_FOREIGN" ->
              of(
                      Rule.ADD_COLUMN_FOREIGN_KEY,
                      " references "
                          + constraint.relation("pktable")
                          + ", whose writers wait meanwhile")
                  .calling("kept", kept())
                  .calling("constraint", called(constraint, "fkey"))
                  .calling("definition", Clause.unnamed(definition) + deferrable(constraint));
          case "CONSTR_UNIQUE", "CONSTR_PRIMARY" ->
              of(Rule.ADD_COLUMN_UNIQUE, ": its index is built while nobody can read the table")
                  .calling("kept", kept())
                  .calling("constraint", called(constraint, "key"))
                  .calling("more", AddedConstraint.more(constraint))
                  .calling("deferrable", deferrable(constraint))
                  .calling(
                      "key",
                      constraint
                          .text("contype")
                          .replace("CONSTR_PRIMARY", "PRIMARY KEY")
                          .replace("CONSTR_", ""));
          default -> null;
        });
  }

  private Judgement generated(String definition) {
    String expression =
        definition
            .replaceFirst("(?is)^.*?\\bas\\s*(?=\\()", "")
            .replaceFirst("(?i)\\s*stored$", "");
    Node type = column.struct("typeName");
    return of(Rule.ADD_COLUMN_GENERATED, " is generated and stored, so " + REWRITTEN)
        .calling("expression", expression)
        .calling("fill", fill().generated(expression, type, written(type)));
  }

  private String stillNullable() {
    return column.list("constraints").stream()
            .anyMatch(each -> each.text("contype").equals("CONSTR_NOTNULL"))
        ? "\n-- then make it NOT NULL, as SetNotNull says"
        : "";
  }

  private ColumnFill fill() {
    return new ColumnFill(Identifiers.quoted(table), Identifiers.quoted(name));
  }

  private Judgement identity(Node constraint) {
    Judgement found = of(Rule.ADD_COLUMN_NUMBERED, " is an identity, so " + REWRITTEN);
    // A plain sequence begins at 1, and a default does not refuse what is written.
    boolean plain = constraint.text("generated_when").equals("d") && !constraint.has("options");
    return plain ? found : found.withoutRewrite();
  }

  /** What else is said of the column, as far as it costs nothing. */
  private String kept() {
    StringBuilder kept = new StringBuilder();
    for (Node constraint : column.list("constraints")) {
      boolean free =
          switch (constraint.text("contype")) {
            case "CONSTR_DEFAULT" -> isOneValue(constraint.node("raw_expr"));
            // Without the default, old rows would have none.
            case "CONSTR_NOTNULL" -> hasOneDefault();
            default -> false;
          };
      if (free) {
        kept.append(' ').append(written(constraint));
      }
    }
    return kept.toString();
  }

  private boolean hasOneDefault() {
    return column.list("constraints").stream()
        .filter(each -> each.text("contype").equals("CONSTR_DEFAULT"))
        .map(each -> each.node("raw_expr"))
        .anyMatch(each -> isOneValue(each) && !isNull(each));
  }

  /** Whether old rows get a value, for all that is said of a column. */
  static boolean isFilled(Node column) {
    return BuiltInTypes.isSerial(column.struct("typeName").lastName("names"))
        || column.list("constraints").stream()
            .anyMatch(each ->
                switch (each.text("contype")) {
                  case "CONSTR_DEFAULT" -> !isNull(each.node("raw_expr"));
                  case "CONSTR_IDENTITY", "CONSTR_GENERATED" -> true;
                  default -> false;
                });
  }

  private static boolean isNull(Node expression) {
    return expression.is("TypeCast")
        ? isNull(expression.node("arg"))
        : expression.is("A_Const") && expression.flag("isnull");
  }

  private static String differs(Node expression) {
    return AddedColumnForms.isVolatile(expression)
        ? ": its default differs from row to row, so "
        : ": unless all that its default calls is STABLE or IMMUTABLE, ";
  }

  private Judgement of(Rule rule, String message) {
    return Judgement.of(rule, table + "." + name + message)
        .on(table)
        .calling("column", Identifiers.quoted(name))
        .calling("type", writtenType());
  }

  private String writtenType() {
    Node type = column.struct("typeName");
    String written = written(type) + collation();
    return switch (type.lastName("names")) {
      case "serial", "serial4" -> "integer";
      case "smallserial", "serial2" -> "smallint";
      case "bigserial", "serial8" -> "bigint";
      default -> written;
    };
  }

  private String collation() {
    List<String> name = column.struct("collClause").names("collname");
    return name.isEmpty()
        ? ""
        : " COLLATE " + String.join(".", name.stream().map(Identifiers::quoted).toList());
  }

  /** A part of the column as it is written, up to the next. */
  private String written(Node part) {
    int end =
        Stream.concat(
                column.list("constraints").stream(),
                column.has("collClause") ? Stream.of(column.struct("collClause")) : Stream.empty())
            .mapToInt(Node::location)
            .filter(at -> at > part.location())
            .min()
            .orElse(-1);
    return Clause.between(sql, part.location(), end);
  }

  /** When a constraint is checked: attributes of their own, behind it. */
  private String deferrable(Node constraint) {
    StringBuilder attributes = new StringBuilder();
    column.list("constraints").stream()
        .dropWhile(each -> each.location() <= constraint.location())
        .takeWhile(each -> each.text("contype").startsWith("CONSTR_ATTR_"))
        .forEach(each -> attributes.append(' ').append(written(each)));
    return attributes.toString();
  }

  private String called(Node constraint, String suffix) {
    return AddedConstraint.called(constraint, table, List.of(name), suffix);
  }

  /** Whether all rows get the same value. What is not known to does not. */
  static boolean isOneValue(Node expression) {
    return Volatility.of(expression) != Volatility.VOLATILE;
  }
}
