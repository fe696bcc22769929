package dev.whimbrel.cli.review;

import dev.whimbrel.analysis.Statement;
import dev.whimbrel.analysis.locks.LockedStatement;
import dev.whimbrel.analysis.locks.StatementLocks;
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
 * @param locked what each of its statements locks, in order
 */
public record ReviewedScript(
    ReadScript script, List<Note> notes, Optional<String> wayBack, List<LockedStatement> locked) {

  public ReviewedScript {
    notes = List.copyOf(notes);
    locked = List.copyOf(locked);
  }

  /** What a statement of it locks; empty where it is none of it. */
  public Optional<StatementLocks> locks(Statement statement) {
    return locked.stream()
        .filter(each -> each.line() == statement.line())
        .findFirst()
        .map(LockedStatement::locks);
  }

  /** The worst of its notes. */
  public Risk risk() {
    return notes.stream().map(Note::risk).reduce(Risk.LOW, Risk::or);
  }
}
