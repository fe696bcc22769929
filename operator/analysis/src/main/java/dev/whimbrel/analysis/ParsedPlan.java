package dev.whimbrel.analysis;

import dev.whimbrel.analysis.RiskAssessment.Script;
import dev.whimbrel.analysis.pgquery.SqlParser;
import java.util.ArrayList;
import java.util.List;
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
    return of(new Trees(parser), scripts);
  }

  /**
   * One of which something may be parsed already.
   *
   * @param trees of its statements
   */
  public static ParsedPlan of(Trees trees, List<Script> scripts) {
    return new ParsedPlan(scripts, trees);
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

  /** Its statements. */
  Stream<Parsed> statements() {
    return scripts.stream().flatMap(script -> script.statements().stream()).map(trees::of);
  }

  /** Goes through its statements, and remembers what each may have changed for those after it. */
  <T> List<T> each(Step<T> step) {
    Changes before = new Changes();
    List<T> all = new ArrayList<>();
    for (Script script : scripts) {
      for (Statement statement : script.statements()) {
        Parsed parsed = trees.of(statement);
        step.of(script.name(), parsed, before).forEach(all::add);
        before.note(trees, parsed);
      }
    }
    return all;
  }

  /** What is made of one statement. */
  interface Step<T> {

    /**
     * Makes it.
     *
     * @param before what the statements before it may have changed
     */
    Stream<T> of(String script, Parsed parsed, Changes before);
  }
}
