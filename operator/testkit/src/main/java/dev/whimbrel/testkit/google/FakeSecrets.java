package dev.whimbrel.testkit.google;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The secrets of the fake Secret Manager. Names are case-sensitive, as they are in the real one.
 */
public final class FakeSecrets {

  private final Map<String, FakeSecret> secrets = new ConcurrentSkipListMap<>();
  private final Clock clock;
  private final String reader;
  private volatile boolean hidden;

  /**
   * No secrets.
   *
   * @param reader the member that may read what is created
   */
  FakeSecrets(Clock clock, String reader) {
    this.clock = clock;
    this.reader = reader;
  }

  /** A secret without a version, which the fake's service account may read. */
  public FakeSecret create(String project, String name) {
    FakeSecret secret = new FakeSecret(project, name, clock).grant(reader);
    secrets.put(project + "/" + name, secret);
    return secret;
  }

  /** Removes a secret. */
  public void delete(String project, String name) {
    secrets.remove(project + "/" + name);
  }

  /**
   * Whether the caller may not list secrets: then it is also told that it has no permission where a
   * secret is not there at all.
   */
  public void hideNames(boolean hide) {
    hidden = hide;
  }

  boolean hidden() {
    return hidden;
  }

  boolean mayRead(FakeSecret secret) {
    return secret.mayRead(reader);
  }

  Optional<FakeSecret> find(String project, String name) {
    return Optional.ofNullable(secrets.get(project + "/" + name));
  }

  List<FakeSecret> of(String project) {
    return secrets.values().stream().filter(s -> s.project().equals(project)).toList();
  }
}
