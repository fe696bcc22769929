package dev.whimbrel.analysis.locks;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the relations are to each other that the forms were measured on (schema.sql). */
final class Fixture {

  private static final Map<String, String> INDEXES =
      Map.ofEntries(
          Map.entry("t_a", "t"),
          Map.entry("t_c", "t"),
          Map.entry("t_d", "t"),
          Map.entry("t_nn", "t"),
          Map.entry("t_pkey", "t"),
          Map.entry("t_u_key", "t"),
          Map.entry("parent_pkey", "parent"),
          Map.entry("keyless_n", "keyless"),
          Map.entry("keyless_nn", "keyless"),
          Map.entry("ranges_at", "ranges"),
          Map.entry("ranges_1_at", "ranges_1"),
          Map.entry("m_id", "m"));

  private static final Map<String, String> PARTITIONS =
      Map.of("parts_1", "parts", "parts_d", "parts", "ranges_1", "ranges", "ranges_2", "ranges");

  /** Views and a sequence. */
  private static final Set<String> NO_TABLES = Set.of("v", "m", "s");

  /** Goes wherever its table goes. */
  private static final String OWNED_SEQUENCE = "t_idn_seq";

  private Fixture() {}

  /** Whose index it is. */
  static Optional<String> table(String index) {
    return Optional.ofNullable(INDEXES.get(index));
  }

  /** Whose partition it is. */
  static Optional<String> partitioned(String partition) {
    return Optional.ofNullable(PARTITIONS.get(partition));
  }

  /** Whether it is a view or a sequence. */
  static boolean isNoTable(String relation) {
    return NO_TABLES.contains(relation);
  }

  static boolean isOwnedSequence(String relation) {
    return relation.equals(OWNED_SEQUENCE);
  }
}
