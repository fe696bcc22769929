package dev.whimbrel.cli.report;

import dev.whimbrel.analysis.JudgedStatement;
import dev.whimbrel.analysis.locks.Waiting;
import dev.whimbrel.api.v1alpha1.Risk;
import dev.whimbrel.cli.review.Note;
import dev.whimbrel.cli.review.Review;
import dev.whimbrel.cli.review.ReviewedScript;
import dev.whimbrel.cli.review.ReviewedSource;
import java.io.IOException;
import java.io.Writer;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Lines as a compiler prints them, so that editors find the place: file:line: Risk Rule: message.
 */
final class TextReport implements Report {

  private static final String RESET = "\033[0m";

  private final boolean colours;

  TextReport(boolean colours) {
    this.colours = colours;
  }

  @Override
  public void print(Review review, Writer out) throws IOException {
    for (ReviewedSource source : review.sources()) {
      for (ReviewedScript script : source.scripts()) {
        print(script, out);
      }
      for (String note : source.source().notes()) {
        out.write(source.source().path() + ": " + note + "\n");
      }
    }
    out.write(review.summary() + "\n");
  }

  private void print(ReviewedScript script, Writer out) throws IOException {
    for (int i = 0; i < script.notes().size(); i++) {
      Note note = script.notes().get(i);
      print(note, out);
      boolean more =
          i + 1 < script.notes().size()
              && script.notes().get(i + 1).statement().equals(note.statement());
      if (note.statement().isPresent() && !more) {
        out.write("    locks: " + note.statement().get().locks().text() + "\n");
      }
    }
    unnoted(script, out);
  }

  /** What no rule says anything of, and somebody may wait for all the same. */
  private static void unnoted(ReviewedScript script, Writer out) throws IOException {
    Set<JudgedStatement> noted =
        script.notes().stream()
            .flatMap(note -> note.statement().stream())
            .collect(Collectors.toSet());
    for (JudgedStatement statement : script.statements()) {
      if (statement.locks().waiting().compareTo(Waiting.MOMENT) > 0 && !noted.contains(statement)) {
        out.write(
            "%s:%d: locks: %s\n"
                .formatted(
                    script.script().file(),
                    statement.statement().line(),
                    statement.locks().text()));
      }
    }
  }

  private void print(Note note, Writer out) throws IOException {
    out.write(
        "%s:%d: %s %s: %s\n"
            .formatted(
                note.file(), note.line(), risk(note.risk()), note.rule().id(), note.message()));
    for (String forbidden : note.forbidden()) {
      out.write("    forbidden: " + forbidden + "\n");
    }
    if (!note.rewrite().isEmpty()) {
      out.write("    instead:\n");
      for (String line : note.rewrite()) {
        out.write(line.isBlank() ? "\n" : "      " + line + "\n");
      }
    }
  }

  private String risk(Risk risk) {
    if (!colours) {
      return risk.label();
    }
    String colour =
        switch (risk) {
          case LOW -> "\033[2m";
          case MEDIUM -> "\033[33m";
          case HIGH -> "\033[31m";
          case UNSAFE -> "\033[1;31m";
        };
    return colour + risk.label() + RESET;
  }
}
