package dev.whimbrel.analysis;

import java.util.List;
import java.util.Set;

/** What the functions that a statement calls may do besides giving a value. */
final class FunctionCalls {

  /** Functions of PostgreSQL that make nothing and change no rows. */
  private static final Set<String> HARMLESS =
      Set.of(
          "setval",
          "nextval",
          "currval",
          "set_config",
          "current_setting",
          "pg_get_serial_sequence",
          "to_regclass",
          "pg_sleep",
          "pg_advisory_lock",
          "pg_advisory_unlock",
          "pg_advisory_xact_lock",
          "version",
          "now",
          "count",
          "max",
          "min",
          "sum",
          "lower",
          "upper",
          "length",
          "format",
          "concat",
          "generate_series");

  /** Volatile functions of PostgreSQL that give one value. */
  private static final Set<String> VOLATILE =
      Set.of(
          ("nextval currval lastval setval random gen_random_uuid uuid_generate_v4 clock_timestamp"
                  + " set_config")
              .split(" "));

  private FunctionCalls() {}

  /** Whether it is known to give one value, not rows. */
  static boolean givesOne(Node call) {
    return isOfServer(call)
        && (VOLATILE.contains(name(call))
            || Volatility.STEADY_FUNCTIONS.contains(name(call))
            || Volatility.STABLE_FUNCTIONS.contains(name(call)));
  }

  /** Whether one of them may make something, or change rows. */
  static boolean changeAnything(Node s) {
    return s.all("FuncCall").anyMatch(FunctionCalls::changesAnything);
  }

  /** Whether one of them decides what names without a schema mean. */
  static boolean moveNames(Node s) {
    return s.all("FuncCall").anyMatch(FunctionCalls::movesNames);
  }

  private static boolean changesAnything(Node call) {
    boolean harmless = isOfServer(call) && HARMLESS.contains(name(call));
    return !harmless && QueryRules.mayDoAnything(call);
  }

  private static boolean movesNames(Node call) {
    String setting =
        call.list("args").isEmpty()
            ? ""
            : call.list("args").getFirst().fields().at("/sval/sval").asText("");
    return name(call).equals("set_config")
        && (setting.isEmpty() || SessionRules.movesNames(setting));
  }

  /** Without a schema, PostgreSQL finds its own first. */
  static boolean isOfServer(Node call) {
    List<String> name = call.names("funcname");
    return name.size() == 1 || name.getFirst().equals("pg_catalog");
  }

  private static String name(Node call) {
    return call.lastName("funcname");
  }
}
