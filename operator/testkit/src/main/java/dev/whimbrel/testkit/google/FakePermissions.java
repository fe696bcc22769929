package dev.whimbrel.testkit.google;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which permissions the caller lacks on every project. It is told so where it asks; Cloud Run also
 * refuses what needs one of them.
 */
public final class FakePermissions {

  private final Set<String> missing = ConcurrentHashMap.newKeySet();

  FakePermissions() {}

  /** It has not got this one. */
  public void revoke(String permission) {
    missing.add(permission);
  }

  /** It has got it again. */
  public void restore(String permission) {
    missing.remove(permission);
  }

  boolean has(String permission) {
    return !missing.contains(permission);
  }
}
