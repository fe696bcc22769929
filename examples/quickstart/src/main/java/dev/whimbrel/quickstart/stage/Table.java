package dev.whimbrel.quickstart.stage;

import java.util.ArrayList;
import java.util.List;

/** Rows of cells as lines of text. */
final class Table {

  private static final int GAP = 2;

  private Table() {}

  /**
   * Aligns cells as Go's tabwriter does, which kubectl prints with: a column is as wide as it has
   * to be for neighbouring rows that go on after it; the last cell of a row counts for nothing.
   */
  static List<String> aligned(List<String[]> rows) {
    List<StringBuilder> lines = new ArrayList<>();
    rows.forEach(_ -> lines.add(new StringBuilder()));
    align(rows, lines, 0, rows.size(), 0);
    return lines.stream().map(line -> line.toString().stripTrailing()).toList();
  }

  private static void align(
      List<String[]> rows, List<StringBuilder> lines, int from, int to, int column) {
    for (int row = from; row < to; row++) {
      String[] cells = rows.get(row);
      if (column == cells.length - 1) {
        lines.get(row).append(cells[column]);
      }
      if (column >= cells.length - 1) {
        continue;
      }
      int end = row;
      int width = 0;
      while (end < to && column < rows.get(end).length - 1) {
        width = Math.max(width, rows.get(end)[column].length() + GAP);
        end++;
      }
      for (int each = row; each < end; each++) {
        String cell = rows.get(each)[column];
        lines.get(each).append(cell).append(" ".repeat(width - cell.length()));
      }
      align(rows, lines, row, end, column + 1);
      row = end - 1;
    }
  }
}
