package dev.whimbrel.google.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.google.build.BuildRecord.Status;
import dev.whimbrel.google.build.CloudBuildException.Kind;
import dev.whimbrel.google.cloudsql.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WatchedBuildTest {

  private final TestClock clock = new TestClock(Instant.parse("2026-11-25T18:00:00Z"));
  private final Scripted api = new Scripted();

  @Test
  void aBuildThatNobodyConfirmedAndNobodySeesIsNotAskedForTwice() throws Exception {
    api.onCreate = new CloudBuildException(Kind.UNCERTAIN, "no answer", null);

    BuildEnd end = watch();

    assertThat(api.created).isEqualTo(1);
    assertThat(end)
        .isInstanceOfSatisfying(
            BuildEnd.None.class,
            none -> {
              assertThat(none.permanent()).isFalse();
              assertThat(none.reason()).isEqualTo("BuildNotVisible");
            });
  }

  @Test
  void aBuildThatTheListShowsLateIsFound() throws Exception {
    api.onCreate = new CloudBuildException(Kind.UNCERTAIN, "no answer", null);
    api.lists.addAll(List.of(List.of(), List.of(), List.of(), List.of(build(Status.WORKING))));
    api.states.add(Status.SUCCESS);

    BuildEnd end = watch();

    assertThat(api.created).isEqualTo(1);
    assertThat(end).isInstanceOf(BuildEnd.Ended.class);
  }

  @Test
  void whereTheListDoesNotAnswerNothingIsCreated() throws Exception {
    api.onList = new CloudBuildException(Kind.UNCERTAIN, "no answer", null);

    BuildEnd end = watch();

    assertThat(api.created).isZero();
    assertThat(end)
        .isInstanceOfSatisfying(
            BuildEnd.None.class,
            none -> assertThat(none.reason()).isEqualTo("CloudBuildUnreachable"));
  }

  @Test
  void aStatusThatThisClientDoesNotKnowIsNoEnd() throws Exception {
    api.states.addAll(List.of(Status.QUEUED, Status.OTHER, Status.WORKING, Status.FAILURE));

    BuildEnd end = watch();

    assertThat(end)
        .isInstanceOfSatisfying(
            BuildEnd.Ended.class,
            ended -> assertThat(ended.build().status()).isEqualTo(Status.FAILURE));
  }

  @Test
  void nothingIsSubmittedOnceTheEndIsAskedFor() throws Exception {
    BuildEnd end = new WatchedBuild(api, request(), clock, clock, () -> true).run();

    assertThat(api.created).isZero();
    assertThat(end)
        .isInstanceOfSatisfying(
            BuildEnd.None.class, none -> assertThat(none.reason()).isEqualTo("Terminated"));
  }

  private BuildEnd watch() throws InterruptedException {
    return new WatchedBuild(api, request(), clock, clock, () -> false).run();
  }

  private static BuildRequest request() {
    return new BuildRequest(
        WorkerPool.parse("projects/p1/locations/us-central1/workerPools/pool"),
        "mig@p1.iam.gserviceaccount.com",
        "whimbrel-1",
        List.of(),
        List.of(),
        Map.of(),
        Map.of(),
        Duration.ofMinutes(1),
        Duration.ofMinutes(1));
  }

  private static BuildRecord build(Status status) {
    return new BuildRecord(
        "b1", status, Optional.empty(), Optional.empty(), List.of(), Map.of(), Optional.empty());
  }

  /** A Cloud Build of which a test says what it answers. */
  private static final class Scripted implements CloudBuildApi {

    private final Deque<List<BuildRecord>> lists = new ArrayDeque<>();
    private final List<Status> states = new ArrayList<>();
    private CloudBuildException onCreate;
    private CloudBuildException onList;
    private int created;

    @Override
    public BuildRecord create(BuildRequest request) throws CloudBuildException {
      created++;
      if (onCreate != null) {
        throw onCreate;
      }
      return build(Status.QUEUED);
    }

    @Override
    public List<BuildRecord> list(WorkerPool pool, String tag) throws CloudBuildException {
      if (onList != null) {
        throw onList;
      }
      return lists.isEmpty() ? List.of() : lists.poll();
    }

    @Override
    public BuildRecord get(WorkerPool pool, String id) {
      return build(states.isEmpty() ? Status.WORKING : states.removeFirst());
    }

    @Override
    public void cancel(WorkerPool pool, String id) {}

    @Override
    public String poolState(WorkerPool pool) {
      return "RUNNING";
    }
  }
}
