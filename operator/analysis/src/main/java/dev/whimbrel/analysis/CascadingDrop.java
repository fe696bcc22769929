package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.Risk;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A schema, a type or a domain that a plan drops with whatever depends on it: what a relation has
 * in its facts, these have not.
 *
 * @param line of the statement, from 1
 * @param name without a schema for a schema
 */
public record CascadingDrop(String script, int line, Kind kind, QualifiedName name) {

  /** What is dropped. */
  public enum Kind {
    SCHEMA,
    /** A domain is one too. */
    TYPE
  }

  /** Those of a plan, in order. */
  public static List<CascadingDrop> of(ParsedPlan plan) {
    return plan.each((script, parsed, before) -> of(script, parsed));
  }

  private static Stream<CascadingDrop> of(String script, Parsed parsed) {
    return parsed.nodes().stream()
        .filter(node -> node.is("DropStmt") && node.text("behavior").equals("DROP_CASCADE"))
        .flatMap(node -> of(script, parsed.statement().line(), node));
  }

  private static Stream<CascadingDrop> of(String script, int line, Node drop) {
    return switch (drop.text("removeType")) {
      case "OBJECT_SCHEMA" ->
          drop.list("objects").stream()
              .map(object -> new QualifiedName("", object.text("sval")))
              .map(name -> new CascadingDrop(script, line, Kind.SCHEMA, name));
      case "OBJECT_TYPE", "OBJECT_DOMAIN" ->
          drop.list("objects").stream()
              .map(object -> object.names("names"))
              .map(names ->
                  new QualifiedName(
                      names.size() > 1 ? names.get(names.size() - 2) : "", names.getLast()))
              .map(name -> new CascadingDrop(script, line, Kind.TYPE, name));
      default -> Stream.empty();
    };
  }

  /**
   * What goes along.
   *
   * @param first the first of them, each with what it is
   * @param count of all; at least one
   */
  public Finding finding(List<String> first, long count) {
    String more =
        count > first.size()
            ? String.format(Locale.ROOT, " and %,d more", count - first.size())
            : "";
    return new Finding(
        Rule.CASCADE_TAKES_ALONG.id(),
        Risk.HIGH.label(),
        "DROP "
            + kind
            + " "
            + name
            + " … CASCADE takes along what the script does not name: "
            + String.join(", ", first)
            + more,
        script,
        line);
  }
}
