package dev.whimbrel.analysis.locks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * A statement at its place, with what it locks.
 *
 * @param script file name
 * @param line of its first word, from 1
 */
public record LockedStatement(String script, int line, StatementLocks locks) {

  /** Characters of a line that somebody still reads. */
  private static final int LONGEST = 300;

  /** Where it stands and what it locks, in one line. */
  public String told() {
    return script + " line " + line + ": " + locks.text();
  }

  /**
   * What the statements of a script lock, a line each: those that follow each other and lock the
   * same are one. One that locks nothing that others use has no line.
   *
   * @param statements of one script, in order
   * @param most lines; of more the strictest stay, and one line counts the others
   */
  public static List<String> lines(List<LockedStatement> statements, int most) {
    List<Group> groups = new ArrayList<>();
    for (LockedStatement statement : statements) {
      if (!groups.isEmpty() && groups.getLast().text.equals(statement.locks.text())) {
        groups.set(groups.size() - 1, groups.getLast().and(statement));
      } else {
        groups.add(Group.of(statement));
      }
    }
    groups.removeIf(Group::isNothing);
    if (groups.isEmpty()) {
      return statements.isEmpty() ? List.of() : List.of(StatementLocks.none().text());
    }
    List<Group> shown =
        groups.stream()
            .sorted(Comparator.comparing(Group::waiting).reversed())
            .limit(most)
            .sorted(Comparator.comparingInt(Group::first))
            .toList();
    List<String> lines = new ArrayList<>(shown.stream().map(Group::line).toList());
    if (groups.size() > shown.size()) {
      int rest =
          groups.stream().filter(group -> !shown.contains(group)).mapToInt(Group::count).sum();
      lines.add(
          String.format(
              Locale.ROOT, "and %,d more statements, which make nobody wait longer", rest));
    }
    return lines;
  }

  /** Statements that follow each other and lock the same. */
  private record Group(int first, int last, int count, Waiting waiting, String text, boolean none) {

    static Group of(LockedStatement statement) {
      return new Group(
          statement.line,
          statement.line,
          1,
          statement.locks.waiting(),
          statement.locks.text(),
          statement.locks.isNothing());
    }

    Group and(LockedStatement next) {
      return new Group(first, next.line, count + 1, waiting, text, none);
    }

    boolean isNothing() {
      return none;
    }

    String line() {
      String where =
          count == 1
              ? "line " + first
              : String.format(Locale.ROOT, "lines %d to %d (%,d statements)", first, last, count);
      String line = where + ": " + text;
      return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
    }
  }
}
