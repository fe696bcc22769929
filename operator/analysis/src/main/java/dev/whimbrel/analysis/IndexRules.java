package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.catalog.RelationFacts;
import dev.whimbrel.analysis.catalog.RelationKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What builds and rebuilds indexes. */
final class IndexRules {

  /** PostgreSQL 14.0 to 14.3 could miss rows (release notes of 14.4). */
  private static final int FIRST_BROKEN = 140_000;

  private static final int FIRST_SOUND = 140_004;

  private static final Pattern ON_TABLE =
      Pattern.compile(
          "(?is)^on\\s+(?:only\\s+)?(?:(?:[^\\s.(\"]+|\"(?:[^\"]|\"\")*\")\\.?)+\\s*\\*?\\s*");

  private final Known known;

  IndexRules(Known known) {
    this.known = known;
  }

  List<Judgement> create(Node s, Statement statement) {
    QualifiedName table = s.relation("relation");
    if (known.isNew(table)) {
      return List.of();
    }
    List<Judgement> found = new ArrayList<>();
    Optional<RelationFacts> facts = known.relation(table);
    boolean partitioned = isPartitioned(s, facts);
    if (s.flag("concurrent")) {
      corrupts().ifPresent(found::add);
      if (partitioned) {
        found.add(
            of(
                Rule.CONCURRENTLY_ON_PARTITIONED,
                table + " is partitioned, where CREATE" + " INDEX CONCURRENTLY is refused (0A000)",
                s,
                statement));
      } else if (s.flag("unique") && !isCounted(s)) {
        found.add(
            of(
                Rule.UNIQUE_INDEX_MAY_FAIL,
                "where "
                    + table
                    + " holds duplicates, it fails"
                    + " and leaves an invalid index behind",
                s,
                statement));
      }
    } else if (!partitioned) {
      found.add(
          of(
              Rule.CREATE_INDEX,
              "CREATE INDEX blocks writers of "
                  + table
                  + " until it is"
                  + " built; CREATE INDEX CONCURRENTLY, alone in its script, does not",
              s,
              statement));
    } else if (s.struct("relation").flag("inh")) {
      found.add(
          of(
              Rule.CREATE_INDEX_PARTITIONED,
              "CREATE INDEX blocks writers of "
                  + table
                  + " and of all its partitions until the last index is built",
              s,
              statement));
    }
    return found;
  }

  /** ON ONLY is written for the index of a partitioned table to which those of its parts go. */
  static boolean isPartitioned(Node create, Optional<RelationFacts> table) {
    return table
        .map(facts -> facts.kind() == RelationKind.PARTITIONED_TABLE)
        .orElse(!create.flag("concurrent") && !create.struct("relation").flag("inh"));
  }

  /** Whether the rows themselves are asked for duplicates, as TableQuestions does. */
  private boolean isCounted(Node s) {
    QualifiedName table = s.relation("relation");
    return known.keepsRows(table)
        && !s.has("whereClause")
        && s.list("indexParams").stream()
            .allMatch(each -> known.column(table, each.text("name")).isPresent());
  }

  List<Judgement> rebuild(Node s, Statement statement) {
    QualifiedName relation = s.relation("relation");
    List<Judgement> found = new ArrayList<>();
    QualifiedName table = known.relation(relation).flatMap(RelationFacts::table).orElse(relation);
    if (OwnTransactions.isConcurrent(s)) {
      corrupts().ifPresent(found::add);
    } else {
      found.add(blocking(s.text("kind").equals("REINDEX_OBJECT_SYSTEM"), statement).on(table));
    }
    return found;
  }

  /** PostgreSQL refuses to rebuild the indexes of its catalogs CONCURRENTLY. */
  private static Judgement blocking(boolean system, Statement statement) {
    return system
        ? Judgement.of(Rule.REINDEX, "REINDEX SYSTEM blocks whoever changes a schema")
            .calling("concurrently", "")
        : Judgement.of(Rule.REINDEX, "REINDEX blocks writers; REINDEX … CONCURRENTLY does not")
            .calling(
                "concurrently",
                statement
                    .text()
                    .replaceFirst(
                        "(?is)^(reindex\\b.*?\\b(?:index|table|schema|database))\\b",
                        "$1 CONCURRENTLY"));
  }

  private Optional<Judgement> corrupts() {
    return known.version() >= FIRST_BROKEN && known.version() < FIRST_SOUND
        ? Optional.of(
            Judgement.of(
                Rule.CORRUPTS_INDEX,
                "PostgreSQL 14.0 to 14.3 build indexes CONCURRENTLY that may miss rows: update the"
                    + " server to 14.4 or newer first"))
        : Optional.empty();
  }

  private static Judgement of(Rule rule, String message, Node s, Statement statement) {
    QualifiedName table = s.relation("relation");
    String sql = statement.text();
    List<String> columns =
        s.list("indexParams").stream().map(element -> element.text("name")).toList();
    String index = s.has("idxname") ? s.text("idxname") : unnamed(s, table);
    return Judgement.of(rule, message)
        .on(table)
        .calling("columns", columns.contains("") ? "/* the key */ 1" : Identifiers.quoted(columns))
        .calling(
            "concurrently",
            sql.replaceFirst("(?is)^(create\\s+(?:unique\\s+)?index)\\b", "$1 CONCURRENTLY")
                .replaceFirst("(?is)\\bon\\s+only\\s", "ON "))
        .calling(
            "only",
            sql.replaceFirst("(?is)\\bconcurrently\\s+", "")
                .replaceFirst("(?is)\\bon\\s+(?!only\\b)", "ON ONLY "))
        .calling("unique", s.flag("unique") ? "UNIQUE " : "")
        .calling("key", inLiteral(key(sql)).replace("%", "%%"))
        .calling("suffix", inLiteral("_" + index))
        .calling("index", inLiteral(Identifiers.quoted(new QualifiedName(table.schema(), index))));
  }

  /** The name that PostgreSQL gives: an expression has that of its function, if it is one. */
  private static String unnamed(Node s, QualifiedName table) {
    String columns =
        s.list("indexParams").stream()
            .map(element ->
                element.has("name")
                    ? element.text("name")
                    : element.node("expr").is("FuncCall")
                        ? element.node("expr").lastName("funcname")
                        : "expr")
            .collect(Collectors.joining("_"));
    return table.name() + "_" + columns + "_idx";
  }

  /** What follows the name of the table. */
  private static String key(String sql) {
    int on = Clause.find(sql, "on");
    return on < 0 ? "" : ON_TABLE.matcher(sql.substring(on)).replaceFirst("");
  }

  private static String inLiteral(String text) {
    return text.replace("'", "''");
  }
}
