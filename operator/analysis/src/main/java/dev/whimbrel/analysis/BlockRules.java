package dev.whimbrel.analysis;

import dev.whimbrel.analysis.pgquery.SqlRefused;
import java.util.ArrayList;
import java.util.List;

/** DO blocks: what they show is judged as if it stood in the script; the rest is not known. */
final class BlockRules {

  private final Trees trees;

  BlockRules(Trees trees) {
    this.trees = trees;
  }

  List<Judgement> judge(Statement block) {
    List<Judgement> found = new ArrayList<>();
    found.add(
        Judgement.of(Rule.ANONYMOUS_BLOCK, "what a DO block does cannot be told from the script"));
    try {
      Node body = trees.body(block.text());
      for (Node execute : body.all("PLpgSQL_stmt_execsql").toList()) {
        found.addAll(inner(execute.fields().at("/sqlstmt/PLpgSQL_expr/query").asText()));
      }
      for (Node execute : body.all("PLpgSQL_stmt_dynexecute").toList()) {
        found.addAll(dynamic(execute.fields().at("/query/PLpgSQL_expr/query").asText()));
      }
      return found;
    } catch (SqlRefused e) {
      return List.of(
          Judgement.of(
              Rule.UNREADABLE_SQL, "the body of the DO block cannot be read: " + e.getMessage()));
    }
  }

  /** On its own: what a block creates it may create under a condition. */
  private List<Judgement> inner(String sql) {
    try {
      return new RiskRules(trees)
          .judge(new Statement(Tokenizer.statements(sql).getFirst().tokens(), sql)).stream()
              .map(judgement -> judgement.saying("in a DO block: " + judgement.message()))
              .toList();
    } catch (UnreadableSql e) {
      return List.of(
          Judgement.of(
              Rule.UNREADABLE_SQL, "a statement of a DO block cannot be read: " + e.getMessage()));
    }
  }

  /** EXECUTE of one constant is as good as the statement; of anything else, nobody knows. */
  private List<Judgement> dynamic(String expression) {
    try {
      for (Node select : trees.of("SELECT " + expression)) {
        Node value = select.list("targetList").getFirst().node("val");
        String constant = value.fields().at("/sval/sval").asText("");
        if (value.is("A_Const") && !constant.isEmpty()) {
          return inner(constant);
        }
      }
    } catch (SqlRefused e) {
      // As unknown as any other expression.
    }
    return List.of(
        Judgement.of(
            Rule.ANONYMOUS_BLOCK, "a DO block puts a statement together and executes it: read it"));
  }
}
