package dev.whimbrel.runner.alembic;

import dev.whimbrel.analysis.Statement;
import dev.whimbrel.analysis.Tokenizer;
import dev.whimbrel.analysis.UnreadableSql;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code --sql} printed, attributed to revisions by its own comment lines.
 *
 * @param begun whether it begins with a transaction
 * @param complete whether it ends one that it began, so that nothing is cut off
 * @param sections per revision, in the order in which they run
 */
record OfflineScript(boolean begun, boolean complete, List<Section> sections) {

  private static final String BEGIN = "BEGIN;";
  private static final String COMMIT = "COMMIT;";
  private static final Pattern DROP = Pattern.compile("DROP TABLE \\S+;");
  private static final Pattern UPGRADE = Pattern.compile("-- Running upgrade .*-> (\\S+)");
  private static final Pattern DOWNGRADE = Pattern.compile("-- Running downgrade (\\S+) ->.*");

  OfflineScript {
    sections = List.copyOf(sections);
  }

  /**
   * Reads it.
   *
   * @param ids revisions that may be in it: a comment line of somebody else's names others
   */
  static OfflineScript parse(String text, boolean downgrade, Set<String> ids) {
    List<String> lines = withoutEpilogue(text.lines().toList());
    List<String> prologue = new ArrayList<>();
    List<String> ofSection = prologue;
    List<Section> sections = new ArrayList<>();
    for (String line : lines) {
      Matcher marker = (downgrade ? DOWNGRADE : UPGRADE).matcher(line.stripTrailing());
      boolean begins =
          marker.matches()
              && ids.contains(marker.group(1))
              && sections.stream().noneMatch(section -> section.id().equals(marker.group(1)));
      if (begins) {
        ofSection = new ArrayList<>();
        sections.add(new Section(marker.group(1), ofSection, false));
      }
      ofSection.add(line.stripTrailing());
    }
    boolean begun = trimmed(prologue).contains(BEGIN);
    boolean complete = !begun || lastLine(lines).equals(COMMIT);
    List<Section> cut = new ArrayList<>();
    for (Section section : sections) {
      cut.add(cut(section, cut.isEmpty() ? prologue : List.of()));
    }
    return new OfflineScript(begun, complete, cut);
  }

  /** Takes a transaction's end, and the begin of the next, off the end of a section. */
  private static Section cut(Section section, List<String> before) {
    List<String> lines = new ArrayList<>(before);
    lines.removeIf(line -> line.equals(BEGIN));
    lines.addAll(section.lines());
    lines = trimmed(lines);
    if (!lines.isEmpty() && lines.getLast().equals(BEGIN)) {
      lines = trimmed(lines.subList(0, lines.size() - 1));
    }
    boolean ends = !lines.isEmpty() && lines.getLast().equals(COMMIT);
    if (ends) {
      lines = trimmed(lines.subList(0, lines.size() - 1));
    }
    return new Section(section.id(), lines, ends);
  }

  /**
   * Going back to nothing, Alembic drops its own table last. With a transaction per revision that
   * comes after the last of them, and belongs to none.
   */
  private static List<String> withoutEpilogue(List<String> lines) {
    List<String> rest = trimmed(lines);
    if (rest.isEmpty() || !DROP.matcher(rest.getLast()).matches()) {
      return lines;
    }
    rest = trimmed(rest.subList(0, rest.size() - 1));
    return !rest.isEmpty() && rest.getLast().equals(COMMIT) ? rest : lines;
  }

  private static List<String> trimmed(List<String> lines) {
    int from = 0;
    int to = lines.size();
    while (from < to && lines.get(from).isBlank()) {
      from++;
    }
    while (to > from && lines.get(to - 1).isBlank()) {
      to--;
    }
    return new ArrayList<>(lines.subList(from, to));
  }

  private static String lastLine(List<String> lines) {
    return lines.reversed().stream().filter(line -> !line.isBlank()).findFirst().orElse("");
  }

  /**
   * The part of one revision.
   *
   * @param id of the revision
   * @param lines as they will be executed, the row in Alembic's own table among them
   * @param endsTransaction whether a transaction ends after it
   */
  record Section(String id, List<String> lines, boolean endsTransaction) {

    private static final Pattern ROW =
        Pattern.compile(
            "(?:INSERT INTO (?<insert>\\S+) \\(version_num\\) VALUES \\('(?<inserted>[^']*)'\\)"
                + "|UPDATE (?<update>\\S+) SET version_num='(?<updated>[^']*)' WHERE "
                + "|DELETE FROM (?<delete>\\S+) WHERE \\S+\\.version_num = '(?<deleted>[^']*)').*");

    /** The table whose row says that the revision is in; empty where no statement writes one. */
    String versionTable() {
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
    boolean recordsItself() {
      return lines.stream()
          .map(ROW::matcher)
          .filter(Matcher::matches)
          .anyMatch(row -> id.equals(row.group("inserted")) || id.equals(row.group("updated")));
    }

    /** Whether it does nothing but move Alembic's own row. */
    boolean isEmpty() {
      return statements().isEmpty();
    }

    /**
     * The statements that the revision's author wrote: without transactions and Alembic's own
     * table. Empty where the text cannot be cut into statements.
     */
    List<Statement> statements() {
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
    boolean isReadable() {
      try {
        Tokenizer.statements(String.join("\n", lines));
        return true;
      } catch (UnreadableSql e) {
        return false;
      }
    }

    /** Whether a transaction ends within it, or a statement of it refuses to be in one. */
    boolean leavesTransaction() {
      if (lines.contains(COMMIT) || lines.contains(BEGIN)) {
        return true;
      }
      try {
        return Tokenizer.statements(String.join("\n", lines)).stream()
            .anyMatch(statement -> isBorder(statement) || statement.refusesTransaction());
      } catch (UnreadableSql e) {
        return false;
      }
    }

    private static boolean isBorder(Statement statement) {
      return switch (statement.firstWord()) {
        case "BEGIN", "COMMIT", "ROLLBACK", "END", "START", "ABORT" -> true;
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
