package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where the values of a column come from that an INSERT leaves out, and which numbers come next.
 */
final class NumberRules {

  private NumberRules() {}

  /** An ALTER SEQUENCE. */
  static Optional<Judgement> sequence(Node s) {
    return mayRepeatOrEnd(s.list("options"))
        ? Optional.of(restarts("a sequence"))
        : Optional.empty();
  }

  /** An action of an ALTER TABLE on a default or an identity. */
  static Stream<Judgement> column(Node action, QualifiedName table, Known known) {
    String name = action.text("name");
    if (known.columns().contains(table, name)) {
      return Stream.empty();
    }
    String column = table + "." + name;
    Node definition = action.node("def");
    List<Node> options = definition.list("items");
    return Stream.of(
            refuses(action.text("subtype"), definition, options)
                .map(message -> Judgement.of(Rule.REFUSES_INSERTS, column + message)),
            mayRepeatOrEnd(options)
                ? Optional.of(restarts("the sequence of " + column))
                : Optional.<Judgement>empty())
        .flatMap(Optional::stream)
        .map(judgement -> judgement.on(table));
  }

  private static Optional<String> refuses(String subtype, Node definition, List<Node> options) {
    boolean fails =
        switch (subtype) {
          case "AT_ColumnDefault" -> definition.kind().isEmpty() || definition.flag("isnull");
          case "AT_DropIdentity" -> true;
          default -> false;
        };
    boolean always =
        switch (subtype) {
          case "AT_AddIdentity" -> definition.text("generated_when").equals("a");
          case "AT_SetIdentity" ->
              options.stream()
                  .filter(option -> option.text("defname").equals("generated"))
                  .anyMatch(option -> option.node("arg").fields().path("ival").asInt() == 'a');
          default -> false;
        };
    return fails
        ? Optional.of(
            " has no default any more: INSERTs that leave it out write NULL, or fail where it is"
                + " NOT NULL (23502)")
        : always
            ? Optional.of(" is GENERATED ALWAYS: INSERTs that write it fail (428C9)")
            : Optional.empty();
  }

  private static Judgement restarts(String sequence) {
    return Judgement.of(
        Rule.RESTARTS_SEQUENCE,
        sequence
            + " that starts again, turns back or ends sooner gives numbers that may be taken, or"
            + " none");
  }

  private static boolean mayRepeatOrEnd(List<Node> options) {
    return options.stream()
        .anyMatch(option -> {
          Node value = option.node("arg");
          return switch (option.text("defname")) {
            case "restart" -> true;
            case "cycle" -> value.flag("boolval");
            case "increment" ->
                value.fields().path("ival").asInt() < 0 || value.text("fval").startsWith("-");
            case "maxvalue" -> !value.kind().isEmpty();
            case "as" -> !value.lastName("names").equals("int8");
            default -> false;
          };
        });
  }
}
