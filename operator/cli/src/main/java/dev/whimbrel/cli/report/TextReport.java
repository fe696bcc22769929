package dev.whimbrel.cli.report;

import dev.whimbrel.api.v1alpha1.Risk;
import dev.whimbrel.cli.review.Note;
import dev.whimbrel.cli.review.Review;
import dev.whimbrel.cli.review.ReviewedSource;
import java.io.IOException;
import java.io.Writer;
import java.util.List;

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
      List<Note> notes =
          source.scripts().stream().flatMap(script -> script.notes().stream()).toList();
      for (Note note : notes) {
        print(note, out);
      }
      for (String note : source.source().notes()) {
        out.write(source.source().path() + ": " + note + "\n");
      }
    }
    out.write(review.summary() + "\n");
  }

  private void print(Note note, Writer out) throws IOException {
    out.write(
        "%s:%d: %s %s: %s\n"
            .formatted(
                note.file(), note.line(), risk(note.risk()), note.rule().id(), note.message()));
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
