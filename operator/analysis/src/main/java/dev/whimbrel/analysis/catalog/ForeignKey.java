package dev.whimbrel.analysis.catalog;

import dev.whimbrel.analysis.Statement.QualifiedName;
import java.util.List;

/**
 * A foreign key.
 *
 * @param name of the constraint
 * @param table that has it
 * @param columns of it, in the order of the key
 * @param references the table it points to
 * @param referenced the columns it points to
 * @param valid whether it holds for all rows
 */
public record ForeignKey(
    String name,
    QualifiedName table,
    List<String> columns,
    QualifiedName references,
    List<String> referenced,
    boolean valid) {

  public ForeignKey {
    columns = List.copyOf(columns);
    referenced = List.copyOf(referenced);
  }
}
