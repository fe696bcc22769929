package dev.whimbrel.analysis.source;

import dev.whimbrel.analysis.OwnTransactions;
import dev.whimbrel.analysis.Statement;
import dev.whimbrel.analysis.Tokenizer;
import dev.whimbrel.analysis.Trees;
import dev.whimbrel.analysis.UnreadableSql;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Alembic's {@code --sql} printed, attributed to revisions by its own comment lines.
 *
 * @param begun whether it begins with a transaction
 * @param complete whether it ends one that it began, so that nothing is cut off
 * @param sections per revision, in the order in which they run
 */
public record OfflineScript(boolean begun, boolean complete, List<Section> sections) {

  private static final String BEGIN = "BEGIN;";
  private static final String COMMIT = "COMMIT;";
  private static final Pattern DROP = Pattern.compile("DROP TABLE \\S+;");
  private static final Pattern UPGRADE = Pattern.compile("-- Running upgrade .*-> (\\S+)");
  private static final Pattern DOWNGRADE = Pattern.compile("-- Running downgrade (\\S+) ->.*");

  public OfflineScript {
    sections = List.copyOf(sections);
  }

  /**
   * Reads it.
   *
   * @param ids tells revisions that may be in it: a comment line of somebody else's names others
   */
  public static OfflineScript parse(String text, boolean downgrade, Predicate<String> ids) {
    List<Line> lines = withoutEpilogue(numbered(text));
    List<Line> prologue = new ArrayList<>();
    List<Line> ofSection = prologue;
    List<Part> parts = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Line line : lines) {
      Matcher marker = (downgrade ? DOWNGRADE : UPGRADE).matcher(line.text());
      if (marker.matches() && ids.test(marker.group(1)) && seen.add(marker.group(1))) {
        ofSection = new ArrayList<>();
        parts.add(new Part(marker.group(1), ofSection));
      }
      ofSection.add(line);
    }
    boolean begun = trimmed(prologue).stream().anyMatch(line -> line.is(BEGIN));
    boolean complete = !begun || lastLine(lines).equals(COMMIT);
    List<Section> cut = new ArrayList<>();
    for (Part part : parts) {
      cut.add(cut(part, cut.isEmpty() ? prologue : List.of()));
    }
    return new OfflineScript(begun, complete, cut);
  }

  private static List<Line> numbered(String text) {
    List<Line> lines = new ArrayList<>();
    text.lines().forEach(line -> lines.add(new Line(lines.size() + 1, line.stripTrailing())));
    return lines;
  }

  /** Takes a transaction's end, and the begin of the next, off the end of a section. */
  private static Section cut(Part part, List<Line> before) {
    List<Line> lines = new ArrayList<>(before);
    lines.removeIf(line -> line.is(BEGIN));
    lines.addAll(part.lines());
    lines = trimmed(lines);
    if (!lines.isEmpty() && lines.getLast().is(BEGIN)) {
      lines = trimmed(lines.subList(0, lines.size() - 1));
    }
    boolean ends = !lines.isEmpty() && lines.getLast().is(COMMIT);
    if (ends) {
      lines = trimmed(lines.subList(0, lines.size() - 1));
    }
    return new Section(
        part.id(),
        lines.stream().map(Line::text).toList(),
        lines.stream().map(Line::number).toList(),
        ends);
  }

  /**
   * Going back to nothing, Alembic drops its own table last. With a transaction per revision that
   * comes after the last of them, and belongs to none.
   */
  private static List<Line> withoutEpilogue(List<Line> lines) {
    List<Line> rest = trimmed(lines);
    if (rest.isEmpty() || !DROP.matcher(rest.getLast().text()).matches()) {
      return lines;
    }
    rest = trimmed(rest.subList(0, rest.size() - 1));
    return !rest.isEmpty() && rest.getLast().is(COMMIT) ? rest : lines;
  }

  private static List<Line> trimmed(List<Line> lines) {
    int from = 0;
    int to = lines.size();
    while (from < to && lines.get(from).text().isBlank()) {
      from++;
    }
    while (to > from && lines.get(to - 1).text().isBlank()) {
      to--;
    }
    return new ArrayList<>(lines.subList(from, to));
  }

  private static String lastLine(List<Line> lines) {
    return lines.reversed().stream()
        .map(Line::text)
        .filter(line -> !line.isBlank())
        .findFirst()
        .orElse("");
  }

  /** A line without the blanks at its end, and its number in the whole, from 1. */
  private record Line(int number, String text) {

    boolean is(String other) {
      return text.equals(other);
    }
  }

  /** What follows the comment line of a revision. */
  private record Part(String id, List<Line> lines) {}

  /**
   * The part of one revision.
   *
   * @param id of the revision
   * @param lines as they will be executed, the row in Alembic's own table among them
   * @param numbers of these lines in what was printed, from 1
   * @param endsTransaction whether a transaction ends after it
   */
  public record Section(
      String id, List<String> lines, List<Integer> numbers, boolean endsTransaction) {

    private static final Pattern ROW =
        Pattern.compile(
            "(?:INSERT INTO (?<insert>\\S+) \\(version_num\\) VALUES \\('(?<inserted>[^']*)'\\)"
                + "|UPDATE (?<update>\\S+) SET version_num='(?<updated>[^']*)' WHERE "
                + "|DELETE FROM (?<delete>\\S+) WHERE \\S+\\.version_num = '(?<deleted>[^']*)').*");

    public Section {
      lines = List.copyOf(lines);
      numbers = List.copyOf(numbers);
    }

    /** One of which nothing can be shown. */
    public static Section nothing(String id) {
      return new Section(id, List.of(), List.of(), false);
    }

    /**
     * Where one of its lines stands in what was printed.
     *
     * @param line of the section, from 1
     */
    public int printedLine(int line) {
      return numbers.get(Math.clamp(line, 1, numbers.size()) - 1);
    }

    /** The table whose row says that the revision is in; empty where no statement writes one. */
    public String versionTable() {
      return lines.reversed().stream()
          .map(ROW::matcher)
          .filter(Matcher::matches)
          .map(row ->
              row.group("insert") != null
                  ? row.group("insert")
                  : row.group("update") != null ? row.group("update") : row.group("delete"))
          .findFirst()
          .orElse("");
    }

    /** Whether it records that this very revision is in. */
    public boolean recordsItself() {
      return lines.stream()
          .map(ROW::matcher)
          .filter(Matcher::matches)
          .anyMatch(row -> id.equals(row.group("inserted")) || id.equals(row.group("updated")));
    }

    /** Whether it does nothing but move Alembic's own row. */
    public boolean isEmpty() {
      return statements().isEmpty();
    }

    /**
     * The statements that the revision's author wrote: without transactions and Alembic's own
     * table. Empty where the text cannot be cut into statements.
     */
    public List<Statement> statements() {
      try {
        String table = versionTable();
        return Tokenizer.statements(String.join("\n", lines)).stream()
            .filter(statement -> !isBorder(statement) && !isOwn(statement, table))
            .toList();
      } catch (UnreadableSql e) {
        return List.of();
      }
    }

    /** Whether its text can be cut into statements. */
    public boolean isReadable() {
      try {
        Tokenizer.statements(String.join("\n", lines));
        return true;
      } catch (UnreadableSql e) {
        return false;
      }
    }

    /** Whether a transaction ends within it, or a statement of it refuses to be in one. */
    public boolean leavesTransaction(Trees trees) {
      if (lines.contains(COMMIT) || lines.contains(BEGIN)) {
        return true;
      }
      try {
        return Tokenizer.statements(String.join("\n", lines)).stream()
            .anyMatch(statement ->
                OwnTransactions.isBorder(trees, statement)
                    || OwnTransactions.refusesTransaction(trees, statement));
      } catch (UnreadableSql e) {
        return false;
      }
    }

    private static boolean isBorder(Statement statement) {
      return switch (statement.firstWord()) {
        case "BEGIN", "COMMIT", "END", "START", "ABORT" -> true;
        case "ROLLBACK" -> !statement.contains("TO");
        default -> false;
      };
    }

    private static boolean isOwn(Statement statement, String table) {
      String name = table.substring(table.lastIndexOf('.') + 1).replace("\"", "");
      int at =
          switch (statement.firstWord()) {
            case "UPDATE" -> 1;
            case "INSERT", "DELETE", "CREATE", "DROP" -> 2;
            default -> -1;
          };
      return at > 0
          && !name.isEmpty()
          && statement.nameAt(at).filter(found -> found.name().equals(name)).isPresent();
    }
  }
}
