package dev.whimbrel.cli.review;

import dev.whimbrel.api.v1alpha1.Risk;
import java.util.List;
import java.util.stream.Stream;

/**
 * All that was read, judged.
 *
 * @param asOnePlan whether the scripts were taken to run together, none of them having run before
 */
public record Review(List<ReviewedSource> sources, boolean asOnePlan) {

  public Review {
    sources = List.copyOf(sources);
  }

  /** All notes, in order. */
  public Stream<Note> notes() {
    return scripts().flatMap(script -> script.notes().stream());
  }

  /** All scripts, in order. */
  public Stream<ReviewedScript> scripts() {
    return sources.stream().flatMap(source -> source.scripts().stream());
  }

  /** The worst of all; Low where nothing is to be said. */
  public Risk risk() {
    return notes().map(Note::risk).reduce(Risk.LOW, Risk::or);
  }

  /** How many notes have that risk. */
  public long count(Risk risk) {
    return notes().filter(note -> note.risk() == risk).count();
  }

  /** How many things could not be analysed. */
  public long gaps() {
    return notes().filter(Note::isGap).count();
  }

  /** How many notes a policy forbids. */
  public long forbidden() {
    return notes().filter(Note::isForbidden).count();
  }

  /** How many files were read. */
  public long files() {
    return scripts().map(script -> script.script().file()).distinct().count();
  }

  /** How many statements were judged. */
  public long statements() {
    return scripts().mapToLong(script -> script.script().statements().size()).sum();
  }

  /** What was read and found, in one line. */
  public String summary() {
    StringBuilder text = new StringBuilder(counted(files(), "file"));
    text.append(", ").append(counted(statements(), "statement")).append(": ");
    List<String> found =
        Stream.of(Risk.UNSAFE, Risk.HIGH, Risk.MEDIUM, Risk.LOW)
            .filter(risk -> count(risk) > 0)
            .map(risk -> count(risk) + " " + risk.label())
            .toList();
    text.append(found.isEmpty() ? "nothing to say" : String.join(", ", found));
    if (forbidden() > 0) {
      text.append("; ").append(forbidden()).append(" forbidden");
    }
    if (gaps() > 0) {
      text.append("; ").append(counted(gaps(), "thing")).append(" not analysed");
    }
    return text.toString();
  }

  private static String counted(long number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }
}
