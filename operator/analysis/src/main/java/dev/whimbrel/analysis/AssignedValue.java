package dev.whimbrel.analysis;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whimbrel.analysis.catalog.Column;
import dev.whimbrel.analysis.catalog.TypeKind;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What an UPDATE assigns to a column. Whether a row has it already can be asked only where what is
 * stored surely equals what is written, and nothing else does: numeric(10,2) rounds 0.125, json has
 * no equality, and the interval '1 month' equals '30 days'. A constant is compared as a string,
 * which PostgreSQL reads as one of the column's own type.
 *
 * @param column its name
 * @param value the expression
 * @param known what the catalog says of a column of the table; empty where it says nothing
 */
record AssignedValue(String column, Node value, Function<String, Optional<Column>> known) {

  /** Types whose equal values are the same; of text, unless its collation says otherwise. */
  private static final Set<String> COMPARED =
      Set.of(
          ("text varchar bpchar uuid bool date timestamp timestamptz int2 int4 int8 float4 float8"
                  + " numeric jsonb bytea")
              .split(" "));

  private static final Set<String> INTEGERS = Set.of("int2", "int4", "int8");

  private static final Set<String> FRACTIONS = Set.of("float4", "float8", "numeric");

  private static final Set<String> TEXTS = Set.of("text", "varchar", "bpchar");

  /** A modifier of PostgreSQL is that much more than what it says (VARHDRSZ). */
  private static final int HEADER = 4;

  /** That a row has another value; empty where it cannot be asked. */
  Optional<String> undone() {
    String name = Identifiers.quoted(column);
    if (value.is("A_Const") && value.flag("isnull")) {
      // ROW('a', NULL) is neither NULL nor NOT NULL, but distinct from NULL.
      return Optional.of(name + " IS DISTINCT FROM NULL");
    }
    return compared(known.apply(column)).map(other -> name + " IS DISTINCT FROM " + other);
  }

  private Optional<String> compared(Optional<Column> type) {
    if (type.isEmpty()) {
      // Whatever type takes one, keeps it, but a numeric of a negative scale.
      return has(value, "boolval") || has(value, "ival")
          ? Optional.of(literal(value))
          : Optional.empty();
    }
    if (!isCompared(type.get())) {
      return Optional.empty();
    }
    Node constant = constant(type.get());
    if (isStoredAsWritten(constant, type.get())) {
      return Optional.of(literal(constant));
    }
    return isCopy(type.get())
        ? Optional.of(Identifiers.quoted(value.lastName("fields")))
        : Optional.empty();
  }

  private static boolean isCompared(Column type) {
    return type.kind() == TypeKind.ENUM
        || type.kind() == TypeKind.BASE && COMPARED.contains(type.type());
  }

  /** A constant, also where it is cast to the column's type. */
  private Node constant(Column type) {
    Node name = value.struct("typeName");
    boolean same =
        value.is("TypeCast")
            && name.lastName("names").equals(type.type())
            && !name.has("typmods")
            && !name.has("arrayBounds");
    return same ? value.node("arg") : value;
  }

  /** Whether a constant is neither rounded nor cut, and means the same later. */
  private static boolean isStoredAsWritten(Node constant, Column type) {
    if (Volatility.of(constant) != Volatility.STEADY || has(constant, "bsval")) {
      return false;
    }
    if (has(constant, "fval")) {
      return FRACTIONS.contains(type.type()) && type.modifier() < 0;
    }
    if (type.modifier() < 0) {
      return constant.is("A_Const");
    }
    int limit = type.modifier() - HEADER;
    if (TEXTS.contains(type.type())) {
      return constant.is("A_Const") && written(constant).codePoints().count() <= limit;
    }
    boolean negativeScale = (limit & 0x400) != 0;
    return type.type().equals("numeric") && has(constant, "ival") && !negativeScale;
  }

  /** Whether it is another column, which holds the same, whatever that is. */
  private boolean isCopy(Column type) {
    return value.is("ColumnRef")
        && known
            .apply(value.lastName("fields"))
            .filter(from ->
                from.text().equals(type.text()) && from.kind() == type.kind()
                    || INTEGERS.contains(from.type()) && INTEGERS.contains(type.type()))
            .isPresent();
  }

  private static boolean has(Node constant, String field) {
    return constant.is("A_Const") && constant.has(field);
  }

  private static String literal(Node constant) {
    return "'" + written(constant).replace("'", "''") + "'";
  }

  /** The tree leaves 0 and false out. */
  private static String written(Node constant) {
    JsonNode fields = constant.fields();
    if (fields.has("ival")) {
      return String.valueOf(fields.at("/ival/ival").asLong());
    }
    if (fields.has("boolval")) {
      return String.valueOf(fields.at("/boolval/boolval").asBoolean());
    }
    return fields.has("fval") ? fields.at("/fval/fval").asText() : fields.at("/sval/sval").asText();
  }
}
