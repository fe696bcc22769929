package dev.whimbrel.analysis;

import dev.whimbrel.analysis.pgquery.SqlRefused;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** DO blocks: what they show is judged as if it stood in the script; the rest is not known. */
final class BlockRules {

  private static final String EXECUTE = "EXECUTE ";

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
      for (Node execute :
          body.all(Set.of("PLpgSQL_stmt_dynexecute", "PLpgSQL_stmt_dynfors")).toList()) {
        found.addAll(dynamic(execute.fields().at("/query/PLpgSQL_expr/query").asText()));
      }
      for (Node opened : body.all("dynquery").toList()) {
        found.addAll(dynamic(opened.fields().at("/PLpgSQL_expr/query").asText()));
      }
      found.addAll(expressions(body));
      return found;
    } catch (SqlRefused e) {
      return unreadable(block, e);
    }
  }

  /**
   * A field of a composite variable is enough for the parser to refuse a body that PostgreSQL
   * takes, for it has no catalog. What of it reads as a statement is judged.
   */
  private List<Judgement> unreadable(Statement block, SqlRefused refusal) {
    List<Judgement> found = new ArrayList<>();
    found.add(
        Judgement.of(
            Rule.UNREADABLE_SQL,
            "the body of the DO block cannot be read: " + refusal.getMessage()));
    for (String text : BlockText.statements(trees, block)) {
      found.addAll(
          text.toUpperCase(Locale.ROOT).startsWith(EXECUTE)
              ? dynamic(text.substring(EXECUTE.length()))
              : inner(text));
    }
    // Into a variable, as PL/pgSQL has it.
    found.removeIf(judgement -> judgement.rule() == Rule.SELECT_INTO);
    return found;
  }

  /** A loop, a cursor, PERFORM and a mere value may change rows and settings, too. */
  private List<Judgement> expressions(Node body) {
    Set<String> judged =
        body.all("PLpgSQL_stmt_execsql")
            .map(each -> each.fields().at("/sqlstmt/PLpgSQL_expr/query").asText())
            .collect(Collectors.toSet());
    return body.all("PLpgSQL_expr")
        .map(each -> each.text("query"))
        .distinct()
        .filter(sql -> !judged.contains(sql))
        .flatMap(sql -> Block.readable(trees, sql).stream())
        .filter(readable -> readable.nodes().stream().anyMatch(BlockRules::changes))
        .flatMap(readable -> inner(readable.sql()).stream())
        .toList();
  }

  private static boolean changes(Node s) {
    return s.all(QueryRules.CHANGES_ROWS).findAny().isPresent()
        || s.all("FuncCall").anyMatch(QueryRules::weakens);
  }

  /** On its own: what a block creates it may create under a condition. */
  private List<Judgement> inner(String sql) {
    try {
      Statement statement = new Statement(Tokenizer.statements(sql).getFirst().tokens(), sql);
      List<Judgement> found = new ArrayList<>();
      if (trees.of(statement).nodes().stream().anyMatch(OwnTransactions::refusesTransaction)) {
        found.add(
            Judgement.of(
                Rule.CONCURRENTLY_IN_TRANSACTION,
                "PostgreSQL refuses it in a DO block, which is one transaction (25001), so it"
                    + " fails; a statement of its own, in a script without a transaction, does"
                    + " not"));
      }
      new RiskRules(trees)
          .judge(statement).stream()
              .map(judgement -> judgement.saying("in a DO block: " + judgement.message()))
              .forEach(found::add);
      return found;
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
