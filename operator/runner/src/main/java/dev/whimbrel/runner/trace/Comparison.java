package dev.whimbrel.runner.trace;

import dev.whimbrel.analysis.Rule;
import dev.whimbrel.analysis.Statement;
import dev.whimbrel.analysis.catalog.RelationFacts;
import dev.whimbrel.analysis.catalog.SchemaFacts;
import dev.whimbrel.analysis.locks.Effect;
import dev.whimbrel.analysis.locks.LockMode;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.Risk;
import dev.whimbrel.runner.trace.Replay.Failure;
import dev.whimbrel.runner.trace.Replay.Measured;
import dev.whimbrel.runner.trace.Replay.Replayed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Holds what was seen against what the rules had said. A finding of this kind may make a plan
 * worse, never better: that something was not seen on tables without rows proves little.
 */
final class Comparison {

  /** Lines of all revisions together: an object of Kubernetes has to hold them. */
  private static final int LINES = 200;

  /** Effects that a line names. */
  private static final int EFFECTS = 5;

  /** Rows that are not there, or that a query misses. */
  private static final Set<String> BY_ROWS = Set.of("P0001", "P0002", "P0003", "P0004", "21000");

  /** Lost sessions, limits, cancelled, I/O: classes of SQLSTATE. */
  private static final Set<String> SERVER = Set.of("08", "53", "57", "58");

  /** Of a state or setting that is missing, a database that is not there, rights. */
  private static final Set<String> BY_SERVER = Set.of("55000", "3D000", "42501");

  private final Map<Place, List<Finding>> found;
  private final Map<String, RelationFacts> relations = new HashMap<>();

  /**
   * A comparison.
   *
   * @param found by the rules
   * @param schema of the database
   */
  Comparison(List<Finding> found, SchemaFacts schema) {
    this.found =
        found.stream()
            .filter(finding -> finding.script() != null && finding.line() != null)
            .collect(Collectors.groupingBy(f -> new Place(f.script(), f.line())));
    schema
        .relations()
        .values()
        .forEach(facts -> {
          String name = facts.name().toString();
          relations.put(name.replaceFirst("^public\\.", ""), facts);
        });
  }

  Traced of(Replayed replayed) {
    List<Finding> findings = new ArrayList<>();
    for (Measured each : replayed.measured()) {
      worse(each).or(() -> better(each)).ifPresent(findings::add);
    }
    replayed.failure().map(Comparison::failed).ifPresent(findings::add);
    replayed
        .stopped()
        .map(reason -> Traced.notTraced("Not traced from here on: " + reason))
        .ifPresent(findings::add);
    return new Traced(findings, lines(replayed.measured()));
  }

  /** It works for long while others wait, and no rule had said so. */
  private Optional<Finding> worse(Measured seen) {
    List<Effect> blocking = seen.effects().stream().filter(Effect::blocksForLong).toList();
    if (blocking.isEmpty() || isExpected(seen) || isKnownToBeEmpty(blocking)) {
      return Optional.empty();
    }
    return Optional.of(
        finding(
            Rule.TRACE_DISAGREES,
            Rule.TRACE_DISAGREES.page().risk(),
            "no rule expects it to take long, but on a server with the structure of this database "
                + some(blocking.stream().map(Comparison::words).toList())
                + ": with the rows of production that takes as long as the table is large, and"
                + " others wait. Test it on a copy with rows, or split the statement",
            seen.script(),
            seen.statement()));
  }

  /** A rule had said that it works for long, and nothing of the kind was seen. */
  private Optional<Finding> better(Measured seen) {
    boolean worked = seen.effects().stream().anyMatch(effect -> !effect.work().isEmpty());
    Optional<Finding> said =
        at(seen).stream()
            .filter(finding -> Risk.of(finding.risk()).compareTo(Risk.MEDIUM) >= 0)
            .filter(finding -> scales(finding))
            .findFirst();
    boolean comparable = seen.inTransaction() && seen.statement().starts("ALTER");
    if (said.isEmpty() || worked || !comparable || seen.effects().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        finding(
            Rule.TRACE_DISAGREES,
            Risk.LOW,
            said.get().rule()
                + " expects work for as long as the table is large; on a server with the structure"
                + " of this database no table was read in full, rewritten or given an index. The"
                + " risk stays what the rule says",
            seen.script(),
            seen.statement()));
  }

  private static Finding failed(Failure failure) {
    if (lacksRows(failure.state())) {
      return notTraced(failure, "fails on tables without rows");
    }
    if (isOfTheServer(failure)) {
      return notTraced(failure, "fails for what the throw-away server is");
    }
    return finding(
        Rule.TRACE_FAILED,
        Rule.TRACE_FAILED.page().risk(),
        "it fails on a server with the structure of this database: "
            + failure.message()
            + " (SQLSTATE "
            + failure.state()
            + "). What comes after it was not traced",
        failure.script(),
        failure.statement());
  }

  private static Finding notTraced(Failure failure, String why) {
    return Traced.notTraced(
        "Not traced from here on: "
            + failure.script()
            + " line "
            + failure.statement().line()
            + " "
            + why
            + " ("
            + failure.message()
            + ", SQLSTATE "
            + failure.state()
            + ")");
  }

  private static boolean lacksRows(String state) {
    return state.startsWith("22") || state.startsWith("23") || BY_ROWS.contains(state);
  }

  /** Its limits, settings, roles and databases are not those of the database. */
  private static boolean isOfTheServer(Failure failure) {
    String state = failure.state();
    boolean ofItsImage =
        state.equals("0A000")
            && (failure.statement().starts("CREATE", "EXTENSION")
                || failure.statement().starts("REFRESH"));
    return ofItsImage || BY_SERVER.contains(state) || SERVER.stream().anyMatch(state::startsWith);
  }

  /** Whether somebody who reads the plan is told already: by a rule, or by the script's author. */
  private boolean isExpected(Measured seen) {
    return at(seen).stream()
        .anyMatch(finding ->
            Risk.of(finding.risk()).compareTo(Risk.MEDIUM) >= 0
                || scales(finding)
                || finding.rule().equals(Rule.IGNORED.id()));
  }

  private static boolean scales(Finding finding) {
    return Rule.of(finding.rule()).filter(rule -> rule.page().scales()).isPresent();
  }

  /** Nothing takes long on a table without rows; of one that nothing is known of it may. */
  private boolean isKnownToBeEmpty(List<Effect> effects) {
    List<RelationFacts> known =
        effects.stream()
            .flatMap(effect -> Optional.ofNullable(relations.get(effect.relation())).stream())
            .toList();
    return !known.isEmpty() && known.stream().allMatch(RelationFacts::isEmpty);
  }

  private List<Finding> at(Measured seen) {
    return found.getOrDefault(new Place(seen.script(), seen.statement().line()), List.of());
  }

  private static String words(Effect effect) {
    return effect.relation()
        + " was "
        + effect.work().stream().sorted().map(Comparison::word).collect(Collectors.joining(" and "))
        + " under "
        + effect.lock().map(LockMode::sql).orElse("no lock");
  }

  private static String word(Effect.Work work) {
    return switch (work) {
      case SCANNED -> "read in full";
      case REWRITTEN -> "rewritten";
      case REBUILT -> "rebuilt";
      case INDEXED -> "given an index";
    };
  }

  /** What was seen, without what every reader locks. */
  private static Map<String, List<String>> lines(List<Measured> measured) {
    Map<String, List<String>> lines = new LinkedHashMap<>();
    int left = LINES;
    for (Measured each : measured) {
      String effects =
          some(each.effects().stream().filter(Comparison::tells).map(Effect::toString).toList());
      if (effects.isEmpty() || left < 0) {
        continue;
      }
      lines
          .computeIfAbsent(each.script(), any -> new ArrayList<>())
          .add(
              left == 0
                  ? "and more: a plan shows " + LINES + " traced statements"
                  : "line "
                      + each.statement().line()
                      + ": "
                      + effects
                      + (each.inTransaction() ? "" : " (its locks are not seen)"));
      left--;
    }
    return lines;
  }

  /** Not more than a line holds: a table may have hundreds of partitions. */
  private static String some(List<String> effects) {
    int more = effects.size() - EFFECTS;
    String first = effects.stream().limit(EFFECTS).collect(Collectors.joining("; "));
    return more > 0 ? first + "; and " + more + " more" : first;
  }

  private static boolean tells(Effect effect) {
    return !effect.work().isEmpty()
        || effect.lock().filter(lock -> lock != LockMode.ACCESS_SHARE).isPresent();
  }

  private static Finding finding(
      Rule rule, Risk risk, String message, String script, Statement statement) {
    return new Finding(rule.id(), risk.label(), message, script, statement.line());
  }

  private record Place(String script, int line) {}
}
