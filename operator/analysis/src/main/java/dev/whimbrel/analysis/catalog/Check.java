package dev.whimbrel.analysis.catalog;

/**
 * A CHECK constraint.
 *
 * @param definition as pg_get_constraintdef prints it: {@code CHECK ((email IS NOT NULL))}
 * @param valid whether it holds for all rows
 */
public record Check(String name, String definition, boolean valid) {

  /**
   * Whether it proves that a column holds no NULL: alone, or as a part of what AND joins. In doubt
   * it does not.
   */
  boolean provesNotNull(String column) {
    String quoted =
        column.matches("[a-z_][a-z0-9_]*") ? column : '"' + column.replace("\"", "\"\"") + '"';
    boolean simple =
        !definition.contains(" OR ")
            && !definition.contains("NOT (")
            && !definition.contains("CASE ")
            && !definition.contains("'");
    return valid && simple && definition.contains("(" + quoted + " IS NOT NULL)");
  }
}
