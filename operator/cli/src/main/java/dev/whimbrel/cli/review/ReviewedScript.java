package dev.whimbrel.cli.review;

import dev.whimbrel.analysis.JudgedStatement;
import dev.whimbrel.api.v1alpha1.Risk;
import dev.whimbrel.cli.source.ReadScript;
import java.util.List;
import java.util.Optional;

/**
 * A script with what is to be said of it.
 *
 * @param notes in the order of their lines
 * @param wayBack how it can be undone, as in {@link dev.whimbrel.api.v1alpha1.WayBack}; empty where
 *     no script undoes it
 * @param statements in order
 */
public record ReviewedScript(
    ReadScript script,
    List<Note> notes,
    Optional<String> wayBack,
    List<JudgedStatement> statements) {

  public ReviewedScript {
    notes = List.copyOf(notes);
    statements = List.copyOf(statements);
  }

  /** The worst of its notes. */
  public Risk risk() {
    return notes.stream().map(Note::risk).reduce(Risk.LOW, Risk::or);
  }
}
