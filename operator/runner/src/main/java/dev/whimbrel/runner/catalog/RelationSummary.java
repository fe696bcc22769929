package dev.whimbrel.runner.catalog;

import dev.whimbrel.analysis.catalog.Dependent;
import dev.whimbrel.analysis.catalog.ForeignKey;
import dev.whimbrel.analysis.catalog.RelationFacts;
import dev.whimbrel.analysis.catalog.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** One touched relation in a sentence. */
final class RelationSummary {

  private static final int NAMED = 5;

  private RelationSummary() {}

  static String of(RelationFacts facts) {
    List<String> parts = new ArrayList<>();
    switch (facts.kind()) {
      case TABLE, PARTITIONED_TABLE, MATERIALIZED_VIEW -> size(facts, parts);
      case INDEX, PARTITIONED_INDEX ->
          facts.size().bytes().ifPresent(bytes -> parts.add(Size.text(bytes)));
      default -> {
        // Holds no rows of its own.
      }
    }
    facts.table().ifPresent(table -> parts.add("of " + table));
    facts.partitioning().parent().ifPresent(parent -> parts.add("partition of " + parent));
    if (facts.partitioning().partitions() > 0) {
      parts.add(facts.partitioning().partitions() + " partitions");
    }
    facts
        .traffic()
        .writesPerSecond()
        .ifPresent(
            rate -> parts.add(String.format(Locale.ROOT, "%.1f rows written a second", rate)));
    named(parts, "foreign keys to ", facts.foreignKeys(), key -> key.references().toString());
    named(parts, "referenced by ", facts.referencedBy(), RelationSummary::referrer);
    named(parts, "triggers ", facts.triggers(), Function.identity());
    List<Dependent> views =
        facts.dependents().stream()
            .filter(each -> !each.kind().equals("table constraint"))
            .toList();
    named(parts, "used by ", views, each -> each.kind() + " " + each.name());
    if (facts.replicated()) {
      parts.add("published by logical replication");
    }
    return "Touched: "
        + facts.kind().label()
        + " "
        + facts.name()
        + (parts.isEmpty() ? "" : ": " + String.join("; ", parts));
  }

  private static void size(RelationFacts facts, List<String> parts) {
    String indexes =
        facts.indexes().isEmpty() || facts.size().indexBytes().isEmpty()
            ? ""
            : ", and "
                + Size.text(facts.size().indexBytes().getAsLong())
                + " in "
                + facts.indexes().size()
                + (facts.indexes().size() == 1 ? " index" : " indexes");
    parts.add(facts.size().text() + indexes);
  }

  private static String referrer(ForeignKey key) {
    return key.table() + " (" + String.join(", ", key.columns()) + ")";
  }

  private static <T> void named(
      List<String> parts, String what, List<T> all, Function<T, String> name) {
    List<String> names = all.stream().map(name).distinct().sorted().toList();
    if (!names.isEmpty()) {
      parts.add(
          what
              + names.stream().limit(NAMED).collect(Collectors.joining(", "))
              + (names.size() > NAMED ? " and " + (names.size() - NAMED) + " more" : ""));
    }
  }
}
