package dev.whimbrel.cli.report;

import java.util.ArrayList;
import java.util.List;

/** SQL as a reader wants to see it: whole where it is short, its begin where it is not. */
final class Shown {

  private static final int LINES = 30;
  private static final int COLUMNS = 300;

  private Shown() {}

  static List<String> lines(String sql) {
    List<String> lines = new ArrayList<>();
    long left = sql.lines().count() - LINES;
    sql.lines().limit(LINES).forEach(line -> lines.add(cut(line)));
    if (left > 0) {
      lines.add("-- … and " + left + " more lines");
    }
    return lines;
  }

  private static String cut(String line) {
    if (line.length() <= COLUMNS) {
      return line;
    }
    int end = Character.isHighSurrogate(line.charAt(COLUMNS - 1)) ? COLUMNS - 1 : COLUMNS;
    return line.substring(0, end) + " … and " + (line.length() - end) + " more characters";
  }
}
