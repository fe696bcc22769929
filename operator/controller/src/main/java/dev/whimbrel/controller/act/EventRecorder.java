package dev.whimbrel.controller.act;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.Whimbrel;
import dev.whimbrel.engine.Effect;
import dev.whimbrel.protocol.Sha256;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events on migrations. The same reason and message within a run is one Event with a count. An
 * Event that cannot be written (a namespace that is going answers 403) never fails a
 * reconciliation.
 */
public final class EventRecorder {

  private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);

  /** The API server refuses longer ones. */
  private static final int MAX_MESSAGE = 1024;

  private static final int REMEMBERED = 1_000;

  private static final int MAX_NAME = 253 - 17;

  private final KubernetesClient client;
  private final Clock clock;

  /** Time of the last Event of each migration that had one lately. */
  private final Map<String, Instant> last =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
          return size() > REMEMBERED;
        }
      };

  public EventRecorder(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  /** Writes or counts up an Event on a migration. Never throws. */
  void announce(DatabaseMigration migration, Effect.Announce announce) {
    announce(migration, migration.getStatus().run().id(), announce);
  }

  /**
   * Writes or counts up an Event. Never throws.
   *
   * @param about the object that it is about
   * @param run within which the same Event is counted up
   */
  void announce(HasMetadata about, String run, Effect.Announce announce) {
    try {
      Event event = event(about, run, announce);
      Event known =
          client
              .v1()
              .events()
              .inNamespace(event.getMetadata().getNamespace())
              .withName(event.getMetadata().getName())
              .get();
      if (known == null) {
        client.resource(event).create();
      } else {
        int count = known.getCount() == null ? 1 : known.getCount();
        client
            .v1()
            .events()
            .inNamespace(event.getMetadata().getNamespace())
            .withName(event.getMetadata().getName())
            .patch(
                MergePatch.CONTEXT,
                MergePatch.of(
                    Map.of("count", count + 1, "lastTimestamp", event.getLastTimestamp())));
      }
    } catch (KubernetesClientException e) {
      LOG.info(
          "event not written namespace={} name={} reason={}: {}",
          about.getMetadata().getNamespace(),
          about.getMetadata().getName(),
          announce.reason(),
          e.getStatus() == null ? e.getMessage() : e.getStatus().getMessage());
    }
  }

  private Event event(HasMetadata about, String run, Effect.Announce announce) {
    String now = time(about.getMetadata().getUid()).toString();
    String name = about.getMetadata().getName();
    String key =
        Sha256.hex(about.getMetadata().getUid() + run + announce.reason() + announce.message())
            .substring(0, 16);
    return new EventBuilder()
        .withNewMetadata()
        .withNamespace(about.getMetadata().getNamespace())
        .withName(name.substring(0, Math.min(name.length(), MAX_NAME)) + "." + key)
        .endMetadata()
        .withNewInvolvedObject()
        .withApiVersion(Whimbrel.GROUP + "/" + Whimbrel.VERSION)
        .withKind(about.getKind())
        .withNamespace(about.getMetadata().getNamespace())
        .withName(name)
        .withUid(about.getMetadata().getUid())
        .endInvolvedObject()
        .withType(announce.warning() ? "Warning" : "Normal")
        .withReason(announce.reason())
        .withMessage(cut(announce.message()))
        .withFirstTimestamp(now)
        .withLastTimestamp(now)
        .withCount(1)
        .withNewSource()
        .withComponent("whimbrel")
        .endSource()
        .withReportingComponent("whimbrel")
        .withReportingInstance("")
        .build();
  }

  /**
   * Events are shown in the order of their times, which have no fractions of a second: of two in
   * the same second the later one is stamped a second later, or the story is told backwards.
   */
  private Instant time(String migration) {
    synchronized (last) {
      Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
      Instant before = last.remove(migration);
      Instant time = before == null || now.isAfter(before) ? now : before.plusSeconds(1);
      last.put(migration, time);
      return time;
    }
  }

  private static String cut(String message) {
    return message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE - 1) + "…";
  }
}
