package dev.whimbrel.engine.simulation;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** In how many schedules something happened. */
final class Statistics {

  private final Map<String, Integer> schedules = new TreeMap<>();

  void add(Set<String> happened) {
    happened.forEach(what -> schedules.merge(what, 1, Integer::sum));
  }

  int schedulesWith(String what) {
    return schedules.getOrDefault(what, 0);
  }

  /** One line per kind, as {@code kind: name count, name count}. */
  String report() {
    Map<String, Set<String>> kinds = new TreeMap<>();
    schedules.forEach((what, count) -> {
      int colon = what.indexOf(':');
      kinds
          .computeIfAbsent(what.substring(0, colon), kind -> new TreeSet<>())
          .add(what.substring(colon + 1) + " " + count);
    });
    StringBuilder text = new StringBuilder();
    kinds.forEach((kind, list) ->
        text.append("  ").append(kind).append(": ").append(String.join(", ", list)).append('\n'));
    return text.toString();
  }
}
