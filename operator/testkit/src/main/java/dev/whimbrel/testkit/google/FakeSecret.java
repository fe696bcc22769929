package dev.whimbrel.testkit.google;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A secret of the fake Secret Manager: versions, and who may read them. Safe to change any time.
 */
public final class FakeSecret {

  static final String ACCESSOR = "roles/secretmanager.secretAccessor";

  /** Where a version stands. */
  public enum State {
    ENABLED,
    DISABLED,
    DESTROYED
  }

  /**
   * A version.
   *
   * @param number from 1
   * @param payload empty once it is destroyed
   */
  record Version(int number, Instant created, State state, byte[] payload) {

    Version in(State other) {
      return new Version(number, created, other, other == State.DESTROYED ? new byte[0] : payload);
    }
  }

  private final String project;
  private final String name;
  private final Clock clock;
  private final Instant created;
  private final List<Version> versions = new ArrayList<>();
  private final Map<String, Set<String>> bindings = new TreeMap<>();

  FakeSecret(String project, String name, Clock clock) {
    this.project = project;
    this.name = name;
    this.clock = clock;
    this.created = clock.instant();
  }

  /** Adds a version, which is {@code latest} from now on. */
  public synchronized FakeSecret add(String value) {
    return add(value.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds a version, which is {@code latest} from now on. */
  public synchronized FakeSecret add(byte[] value) {
    versions.add(new Version(versions.size() + 1, clock.instant(), State.ENABLED, value.clone()));
    return this;
  }

  /** Enables, disables or destroys a version. */
  public synchronized FakeSecret set(int number, State state) {
    versions.set(number - 1, versions.get(number - 1).in(state));
    return this;
  }

  /** Nobody may read it any more. */
  public synchronized FakeSecret deny() {
    bindings.clear();
    return this;
  }

  /** A member, as IAM spells it, may read it. */
  public synchronized FakeSecret grant(String member) {
    bindings.computeIfAbsent(ACCESSOR, _ -> new TreeSet<>()).add(member);
    return this;
  }

  String project() {
    return project;
  }

  String name() {
    return name;
  }

  Instant created() {
    return created;
  }

  /** Oldest first. */
  synchronized List<Version> versions() {
    return List.copyOf(versions);
  }

  synchronized boolean mayRead(String member) {
    return bindings.getOrDefault(ACCESSOR, Set.of()).contains(member);
  }

  synchronized Map<String, Set<String>> bindings() {
    return new TreeMap<>(bindings);
  }

  synchronized void replaceBindings(Map<String, Set<String>> others) {
    bindings.clear();
    bindings.putAll(others);
  }
}
