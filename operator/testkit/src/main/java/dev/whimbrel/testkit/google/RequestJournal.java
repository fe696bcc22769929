package dev.whimbrel.testkit.google;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Every request that reached the fake, in order. */
public final class RequestJournal {

  private final List<Entry> entries = new CopyOnWriteArrayList<>();

  RequestJournal() {}

  /**
   * One request.
   *
   * @param time by the fake's clock
   * @param call what was asked
   * @param method of HTTP
   * @param uri path and query
   * @param body decoded, empty for none
   * @param status that was answered; 0 where the connection was dropped
   */
  public record Entry(
      Instant time, ApiCall call, String method, String uri, String body, int status) {}

  /** All entries so far. */
  public List<Entry> entries() {
    return List.copyOf(entries);
  }

  /** How often this was asked, whatever came of it. */
  public int count(ApiCall call) {
    return Math.toIntExact(entries.stream().filter(entry -> entry.call() == call).count());
  }

  void add(Entry entry) {
    entries.add(entry);
  }
}
