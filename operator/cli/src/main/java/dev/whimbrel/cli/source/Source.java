package dev.whimbrel.cli.source;

import java.util.List;

/**
 * Scripts that belong together, in the order in which they run.
 *
 * @param path the folder or file, as messages call it
 * @param notes what a reader should know of the whole
 */
public record Source(Kind kind, String path, List<ReadScript> scripts, List<String> notes) {

  public Source {
    scripts = List.copyOf(scripts);
    notes = List.copyOf(notes);
  }

  Source(Kind kind, String path, List<ReadScript> scripts) {
    this(kind, path, scripts, List.of());
  }

  /** What a source is. */
  public enum Kind {
    /** A folder of Flyway's. */
    FLYWAY("Flyway"),
    /** What Alembic printed with {@code --sql}. */
    ALEMBIC_SQL("Alembic, rendered"),
    /** Revisions of Alembic's that nobody has rendered. */
    ALEMBIC("Alembic"),
    /** Files with SQL, in the order of their names. */
    SQL("SQL");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    /** How reports call it. */
    public String label() {
      return label;
    }
  }
}
