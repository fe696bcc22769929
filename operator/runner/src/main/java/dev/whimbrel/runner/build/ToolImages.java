package dev.whimbrel.runner.build;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.whimbrel.api.v1alpha1.ImageBuild;
import dev.whimbrel.google.build.BuildEnd;
import dev.whimbrel.google.build.BuildRecord;
import dev.whimbrel.google.build.BuildRequest;
import dev.whimbrel.google.build.CloudBuildApi;
import dev.whimbrel.google.build.CloudBuildException;
import dev.whimbrel.google.build.WatchedBuild;
import dev.whimbrel.google.cloudsql.Sleeper;
import dev.whimbrel.protocol.BuildInput;
import dev.whimbrel.runner.Log;
import dev.whimbrel.runner.StepEnd;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Sees to it that the image of the tool is made and pushed, and says which one it is, by digest.
 *
 * <p>The same source is made into an image once: a build that has done it is found by its tag, one
 * that is at it is waited for. One that failed is no reason not to try again: whoever asked for
 * another attempt may have mended what was wrong outside of the source.
 */
final class ToolImages {

  private static final int EXCERPT = 400;

  private final CloudBuildApi api;
  private final BuildInput input;
  private final ImageBuild wanted;
  private final Log log;
  private final Clock clock;
  private final Sleeper sleeper;
  private final BooleanSupplier stopped;

  ToolImages(
      CloudBuildApi api,
      BuildInput input,
      Log log,
      Clock clock,
      Sleeper sleeper,
      BooleanSupplier stopped) {
    this.api = api;
    this.input = input;
    this.wanted = input.toolImage().build();
    this.log = log;
    this.clock = clock;
    this.sleeper = sleeper;
    this.stopped = stopped;
  }

  /** What came of it. */
  sealed interface Outcome {

    /** It is there: {@code repository@sha256:…}. */
    record Pinned(String image) implements Outcome {}

    /** It is not. */
    record None(StepEnd end) implements Outcome {}
  }

  /** Has it made where it is not there yet. */
  Outcome obtain() throws InterruptedException {
    BuildRequest request = ImageRequests.of(input);
    List<BuildRecord> same;
    try {
      same = api.list(request.pool(), ImageRequests.tag(wanted));
    } catch (CloudBuildException e) {
      return new Outcome.None(BuildEnds.notListed(e));
    }
    Optional<String> made = same.stream().flatMap(build -> pinned(build).stream()).findFirst();
    if (made.isPresent()) {
      log.info("The image was made before", "image", made.get());
      return new Outcome.Pinned(made.get());
    }
    WatchedBuild watched = new WatchedBuild(api, request, clock, sleeper, stopped);
    Optional<BuildRecord> other =
        same.stream()
            .filter(build -> !build.status().terminal() && !build.tags().contains(request.tag()))
            .findFirst();
    log.info("The image is made first", "image", wanted.image(), "tag", request.tag());
    return outcome(other.isPresent() ? watched.follow(other.get()) : watched.run());
  }

  private Outcome outcome(BuildEnd end) {
    return switch (end) {
      case BuildEnd.None none -> new Outcome.None(BuildEnds.of(none));
      case BuildEnd.Ended(BuildRecord build, boolean cancelled) ->
          pinned(build)
              .<Outcome>map(Outcome.Pinned::new)
              .orElseGet(() -> new Outcome.None(failed(build, cancelled)));
    };
  }

  private Optional<String> pinned(BuildRecord build) {
    return Optional.ofNullable(build.images().get(wanted.image()))
        .filter(digest -> build.status() == BuildRecord.Status.SUCCESS)
        .map(digest -> wanted.repository() + "@" + digest);
  }

  private StepEnd failed(BuildRecord build, boolean cancelled) {
    String name = "build " + build.id() + " of image " + wanted.image();
    String detail = BuildEnds.detail(build);
    return switch (build.status()) {
      case SUCCESS ->
          StepEnd.permanent(
              "ImageNotPushed", name + " succeeded and pushed no such image" + detail, null);
      case TIMEOUT ->
          StepEnd.permanent(
              "ImageBuildTimeout",
              name
                  + " did not end within "
                  + input.toolImage().timeoutSeconds()
                  + " s (spec.source.alembic.build.timeout)"
                  + detail,
              null);
      case FAILURE -> failure(build, name, detail);
      default -> BuildEnds.of(build, cancelled, input);
    };
  }

  private StepEnd failure(BuildRecord build, String name, String detail) {
    String type = build.failure().orElse("");
    if (type.equals("FETCH_SOURCE_FAILED")) {
      return StepEnd.permanent(
          "ImageSourceNotFetched",
          name
              + " could not fetch its source"
              + detail
              + ". Check revision and source in spec.source.alembic.build, and whether "
              + input.serviceAccount()
              + " may read it",
          null);
    }
    if (type.startsWith("PUSH_")) {
      return StepEnd.permanent(
          "ImageNotPushed",
          name
              + " could not push it"
              + detail
              + ". Grant roles/artifactregistry.writer on the repository to serviceAccount:"
              + input.serviceAccount(),
          null);
    }
    return StepEnd.permanent("ImageBuildFailed", name + " failed" + detail + excerpt(build), null);
  }

  /** On one line, since that is what a status shows well; all of it is in the pod's log. */
  private String excerpt(BuildRecord build) {
    byte[] output = build.outputs().get(ImageRequests.STEP);
    if (output == null) {
      return "";
    }
    String said = log.redact(new String(output, UTF_8)).strip();
    log.warn("What the build said last", "build", build.id(), "output", said);
    String line = said.replaceAll("\\s*\\R\\s*", " / ");
    String end = line.length() > EXCERPT ? "…" + line.substring(line.length() - EXCERPT) : line;
    return ". It said last: " + end;
  }
}
