package dev.whimbrel.analysis;

import dev.whimbrel.analysis.RiskAssessment.Script;
import dev.whimbrel.analysis.pgquery.SqlParser;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/**
 * The scripts of a plan in the order in which they run, to be gone through by all who judge them:
 * each statement is parsed once. For one thread.
 */
public final class ParsedPlan {

  private final List<Script> scripts;
  private final Trees trees;

  private ParsedPlan(List<Script> scripts, Trees trees) {
    this.scripts = List.copyOf(scripts);
    this.trees = trees;
  }

  /** One of which nothing is parsed yet. */
  public static ParsedPlan of(SqlParser parser, List<Script> scripts) {
    return new ParsedPlan(scripts, new Trees(parser));
  }

  /** Its first scripts alone. */
  public ParsedPlan first(int count) {
    return new ParsedPlan(scripts.subList(0, count), trees);
  }

  List<Script> scripts() {
    return scripts;
  }

  Trees trees() {
    return trees;
  }

  /**
   * Goes through its statements.
   *
   * @param next what is made of one, with the name of its script
   */
  <T> Stream<T> each(BiFunction<String, Parsed, Stream<T>> next) {
    return scripts.stream()
        .flatMap(script ->
            script.statements().stream()
                .flatMap(statement -> next.apply(script.name(), trees.of(statement))));
  }
}
