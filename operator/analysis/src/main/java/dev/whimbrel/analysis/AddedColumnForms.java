package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.catalog.TypeKind;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which measured forms it has to add a column. */
final class AddedColumnForms {

  /** What a column costs, but for its constraints. */
  enum Cost {
    CATALOG,
    /** Only the catalog knows, and it does not say. */
    MAY_REWRITE,
    REWRITES
  }

  /** Functions that are known to give each row a value of its own. */
  private static final Set<String> VOLATILE =
      Set.of("gen_random_uuid", "uuid_generate_v4", "random", "clock_timestamp", "nextval");

  private static final Set<String> CONSTRAINTS =
      Set.of("CONSTR_CHECK", "CONSTR_FOREIGN", "CONSTR_UNIQUE", "CONSTR_PRIMARY");

  private final QualifiedName table;
  private final LockForms forms;

  AddedColumnForms(QualifiedName table, LockForms forms) {
    this.table = table;
    this.forms = forms;
  }

  /**
   * Adds the forms.
   *
   * @param column a ColumnDef
   */
  void add(Node column) {
    switch (cost(column, forms.known())) {
      case CATALOG -> forms.add("add-column-nullable", table);
      case REWRITES -> forms.add("add-column-volatile-default", table);
      case MAY_REWRITE -> {
        forms.add("add-column-volatile-default", table);
        forms.atMost();
      }
    }
    boolean filled = column.list("constraints").stream().anyMatch(c -> is(c, "CONSTR_DEFAULT"));
    for (Node constraint : column.list("constraints")) {
      switch (constraint.text("contype")) {
        case "CONSTR_CHECK" -> forms.add("add-column-inline-check", table);
        case "CONSTR_FOREIGN" ->
            forms
                .add(filled ? "add-column-inline-fk-default" : "add-column-inline-fk", table)
                .on("parent", constraint.relation("pktable"));
        case "CONSTR_UNIQUE" -> forms.add("add-column-inline-unique", table);
        case "CONSTR_PRIMARY" -> forms.add("add-column-inline-pk").on("keyless", table);
        default -> {
          // NOT NULL of a new column is refused, or reads nothing (measured with a default).
        }
      }
    }
  }

  /** Whether a constraint of a column does more than the column itself. */
  static boolean constrains(Node constraint) {
    return CONSTRAINTS.contains(constraint.text("contype"));
  }

  static Cost cost(Node column, Known known) {
    Node type = column.struct("typeName");
    Cost worst =
        BuiltInTypes.isSerial(type.lastName("names")) ? Cost.REWRITES : ofType(type, known);
    for (Node constraint : column.list("constraints")) {
      Cost cost =
          switch (constraint.text("contype")) {
            case "CONSTR_IDENTITY", "CONSTR_GENERATED" -> Cost.REWRITES;
            case "CONSTR_DEFAULT" -> ofDefault(constraint.node("raw_expr"));
            default -> Cost.CATALOG;
          };
      worst = cost.compareTo(worst) > 0 ? cost : worst;
    }
    return worst;
  }

  private static Cost ofDefault(Node expression) {
    if (AddedColumn.isOneValue(expression)) {
      return Cost.CATALOG;
    }
    return isVolatile(expression) ? Cost.REWRITES : Cost.MAY_REWRITE;
  }

  /** Whether it is known to differ from row to row. */
  static boolean isVolatile(Node expression) {
    return expression
        .all("FuncCall")
        .anyMatch(call -> VOLATILE.contains(call.lastName("funcname")));
  }

  private static Cost ofType(Node type, Known known) {
    List<String> names = type.names("names");
    if (BuiltInTypes.isNoDomain(type) || known.created().containsType(names.getLast())) {
      return Cost.CATALOG;
    }
    Optional<TypeKind> kind =
        known
            .facts()
            .type(
                new QualifiedName(
                    names.size() > 1 ? names.get(names.size() - 2) : "", names.getLast()));
    return kind.map(found -> found == TypeKind.CONSTRAINED_DOMAIN ? Cost.REWRITES : Cost.CATALOG)
        .orElse(Cost.MAY_REWRITE);
  }

  private static boolean is(Node constraint, String type) {
    return constraint.text("contype").equals(type);
  }
}
