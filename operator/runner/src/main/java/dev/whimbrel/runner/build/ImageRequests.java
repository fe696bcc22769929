package dev.whimbrel.runner.build;

import dev.whimbrel.api.v1alpha1.ImageBuild;
import dev.whimbrel.api.v1alpha1.SourceArchive;
import dev.whimbrel.google.build.BuildRequest;
import dev.whimbrel.google.build.BuildSource;
import dev.whimbrel.google.build.BuildStepRequest;
import dev.whimbrel.google.build.WorkerPool;
import dev.whimbrel.protocol.BuildInput;
import dev.whimbrel.protocol.Json;
import dev.whimbrel.protocol.Sha256;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The build that makes and pushes an image: one step, that of Cloud Build's own Docker. */
final class ImageRequests {

  /** Id of the step. */
  static final String STEP = "image";

  private static final String DOCKER = "gcr.io/cloud-builders/docker";
  private static final String DEFAULT_DOCKERFILE = "Dockerfile";
  private static final int TAG_HASH = 16;

  /**
   * Texts come as variables, so that none is taken for shell or for a substitution. The end of the
   * log becomes the step's output, which a person gets to read where the step fails.
   */
  private static final String SCRIPT =
      """
      #!/bin/sh
      work=$(mktemp -d)
      { docker build --tag "$IMAGE" --file "$DOCKERFILE" \\
          --label "org.opencontainers.image.revision=$REVISION" . ; echo $? >"$work/exit"; } 2>&1 \\
        | tee "$work/log"
      tail -c 2000 "$work/log" >"$BUILDER_OUTPUT/output"
      exit "$(cat "$work/exit")"
      """;

  private ImageRequests() {}

  /** The build of a Job, with a tag that no other has. */
  static BuildRequest of(BuildInput input) {
    ImageBuild wanted = input.toolImage().build();
    String dockerfile = Optional.ofNullable(wanted.dockerfile()).orElse(DEFAULT_DOCKERFILE);
    return new BuildRequest(
        WorkerPool.parse(input.workerPool()),
        input.serviceAccount(),
        input.tag() + "-image",
        List.of("whimbrel", tag(wanted)),
        List.of(
            BuildStepRequest.script(
                STEP,
                DOCKER,
                SCRIPT,
                Optional.ofNullable(wanted.directory()),
                Map.of(
                    "IMAGE", wanted.image(),
                    "DOCKERFILE", dockerfile,
                    "REVISION", wanted.revision()))),
        Map.of(),
        Map.of(),
        Duration.ofSeconds(input.toolImage().timeoutSeconds()),
        Duration.ofSeconds(input.queueSeconds()),
        Optional.of(source(wanted)),
        List.of(wanted.image()));
  }

  /** The tag of every build that makes the same image of the same source. */
  static String tag(ImageBuild wanted) {
    List<String> same =
        Arrays.asList(
            wanted.image(),
            wanted.revision(),
            Json.write(source(wanted)),
            wanted.directory(),
            wanted.dockerfile());
    return "whimbrel-image-" + Sha256.hex(Json.write(same)).substring(0, TAG_HASH);
  }

  private static BuildSource source(ImageBuild wanted) {
    if (wanted.archive() != null) {
      SourceArchive archive = wanted.archive();
      return new BuildSource.Archive(
          archive.bucket(), archive.object(), Long.parseLong(archive.generation()));
    }
    return wanted.connectedRepository() == null
        ? new BuildSource.Git(wanted.gitUrl(), wanted.revision())
        : new BuildSource.Connected(wanted.connectedRepository(), wanted.revision());
  }
}
