package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** ALTER TABLEs of one script that write the same table anew, each for itself. */
final class RepeatedRewrites {

  private static final Set<Rule> REWRITES =
      EnumSet.of(
          Rule.ADD_COLUMN_DEFAULT,
          Rule.ADD_COLUMN_GENERATED,
          Rule.ADD_COLUMN_NUMBERED,
          Rule.ALTER_COLUMN_TYPE,
          Rule.NARROWS_COLUMN,
          Rule.CONVERTS_BY_TIME_ZONE,
          Rule.REWRITES_TABLE);

  private final Map<QualifiedName, Integer> lines = new HashMap<>();

  /**
   * What a statement adds to those before it.
   *
   * @param judged what rules say of it alone
   */
  Optional<Judgement> judge(Node s, Statement statement, List<Judgement> judged) {
    boolean rewrites =
        s.is("AlterTableStmt")
            && judged.stream().anyMatch(judgement -> REWRITES.contains(judgement.rule()));
    if (!rewrites) {
      return Optional.empty();
    }
    QualifiedName table = s.relation("relation");
    Integer before = lines.putIfAbsent(table, statement.line());
    return Optional.ofNullable(before)
        .map(line ->
            Judgement.of(
                    Rule.REPEATED_REWRITES,
                    table
                        + " is written anew, as by line "
                        + line
                        + " already; as actions of one ALTER TABLE both write it once")
                .on(table));
  }

  /** Another script follows. */
  void scriptEnds() {
    lines.clear();
  }
}
