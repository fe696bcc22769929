package dev.whimbrel.analysis.locks;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * PostgreSQL's table-level lock modes, from the weakest (documentation, "Explicit Locking"). The
 * order is that of the documentation; SHARE UPDATE EXCLUSIVE and SHARE conflict with different
 * things, so "stronger" means no more than "conflicts with what users do".
 */
public enum LockMode {
  ACCESS_SHARE,
  ROW_SHARE,
  ROW_EXCLUSIVE,
  SHARE_UPDATE_EXCLUSIVE,
  SHARE,
  SHARE_ROW_EXCLUSIVE,
  EXCLUSIVE,
  ACCESS_EXCLUSIVE;

  /**
   * Reads the spelling of pg_locks, with or without its last word: {@code AccessExclusiveLock}.
   *
   * @throws IllegalArgumentException where it is none
   */
  public static LockMode of(String name) {
    String wanted = name.replaceFirst("Lock$", "");
    return Arrays.stream(values())
        .filter(mode -> mode.label().equals(wanted))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no lock mode: " + name));
  }

  /** As pg_locks spells it, without the word Lock. */
  public String label() {
    return Arrays.stream(name().split("_"))
        .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
        .collect(Collectors.joining());
  }

  /** As SQL spells it. */
  public String sql() {
    return name().replace('_', ' ');
  }

  /** Whether readers wait for it. */
  public boolean blocksReaders() {
    return this == ACCESS_EXCLUSIVE;
  }

  /** Whether INSERT, UPDATE and DELETE wait for it. */
  public boolean blocksWriters() {
    return compareTo(SHARE) >= 0;
  }
}
