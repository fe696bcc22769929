package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The names that PostgreSQL gives constraints that have none (ChooseConstraintName in
 * pg_constraint.c, makeObjectName in indexcmds.c): the table's, those of its columns, what it is,
 * and a number where that is taken.
 */
final class GivenNames {

  /** Bytes of a name, NAMEDATALEN - 1. */
  private static final int LONGEST = 63;

  /** Namesakes of a constraint that are looked for. */
  private static final int NAMESAKES = 9;

  private GivenNames() {}

  /** Whether a constraint of a table may have been given this name. */
  static boolean mayBe(String name, QualifiedName table, Node constraint) {
    boolean key = constraint.text("contype").equals("CONSTR_FOREIGN");
    String label = key ? "fkey" : "check";
    Set<String> columns =
        key
            ? Set.of(String.join("_", constraint.names("fk_attrs")))
            : columns(constraint, table.name());
    return columns.stream()
        .flatMap(column ->
            IntStream.rangeClosed(0, NAMESAKES)
                .mapToObj(number -> label + (number == 0 ? "" : number))
                .map(each -> made(table.name(), column, each)))
        .anyMatch(name::equals);
  }

  /**
   * A check is called after its column where it has one. What is called as its table may be all.
   */
  private static Set<String> columns(Node check, String table) {
    List<String> read =
        check.all("ColumnRef").map(column -> column.lastName("fields")).distinct().toList();
    if (read.size() != 1) {
      return Set.of("");
    }
    return read.contains(table) ? Set.of("", table) : Set.of(read.getFirst());
  }

  private static String made(String table, String column, String label) {
    byte[] first = table.getBytes(StandardCharsets.UTF_8);
    byte[] second = column.getBytes(StandardCharsets.UTF_8);
    int room = LONGEST - label.length() - 1 - (second.length == 0 ? 0 : 1);
    int one = first.length;
    int other = second.length;
    while (one + other > room) {
      if (one > other) {
        one--;
      } else {
        other--;
      }
    }
    return clipped(first, one)
        + (second.length == 0 ? "" : "_" + clipped(second, other))
        + "_"
        + label;
  }

  /** No character is cut in two (pg_mbcliplen). */
  private static String clipped(byte[] name, int length) {
    int end = length;
    while (end > 0 && end < name.length && (name[end] & 0xC0) == 0x80) {
      end--;
    }
    return new String(name, 0, end, StandardCharsets.UTF_8);
  }
}
