package dev.whimbrel.analysis.locks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one version of PostgreSQL did with a statement.
 *
 * @param effects on relations that were there before, tables before indexes
 * @param waitsFor whom a statement that works in several transactions waits for in between
 * @param refused the SQLSTATE, where it was refused
 */
public record Measurement(List<Effect> effects, List<String> waitsFor, Optional<String> refused) {

  private static final String REFUSED = "refused ";
  private static final String WAITS = "waits for ";

  public Measurement {
    effects = List.copyOf(effects);
    waitsFor = List.copyOf(waitsFor);
  }

  /**
   * Reads the lines of the table, of one version.
   *
   * @throws IllegalArgumentException where one is none
   */
  public static Measurement parse(List<String> lines) {
    return new Measurement(
        lines.stream()
            .filter(line -> !line.startsWith(REFUSED) && !line.startsWith(WAITS))
            .map(Effect::parse)
            .toList(),
        lines.stream()
            .filter(line -> line.startsWith(WAITS))
            .flatMap(line -> List.of(line.substring(WAITS.length()).split(", ")).stream())
            .toList(),
        lines.stream()
            .filter(line -> line.startsWith(REFUSED))
            .map(line -> line.substring(REFUSED.length()))
            .findFirst());
  }

  /** The strictest of both; refused only where both are. */
  Measurement strictest(Measurement other) {
    Map<String, Effect> both = new LinkedHashMap<>();
    effects.forEach(effect -> both.put(effect.relation(), effect));
    other.effects.forEach(effect -> both.merge(effect.relation(), effect, Effect::strictest));
    return new Measurement(
        List.copyOf(both.values()),
        waitsFor.size() >= other.waitsFor.size() ? waitsFor : other.waitsFor,
        refused.flatMap(code -> other.refused));
  }

  /** The strongest lock on any of them; empty where nothing was locked. */
  public Optional<LockMode> strongest() {
    return effects.stream().flatMap(effect -> effect.lock().stream()).max(LockMode::compareTo);
  }

  /**
   * Whether users wait for as long as one of the relations is large. What works in several
   * transactions has its strong locks for a moment only, in the last of them.
   */
  public boolean blocksForLong() {
    return waitsFor.isEmpty() && effects.stream().anyMatch(Effect::blocksForLong);
  }
}
