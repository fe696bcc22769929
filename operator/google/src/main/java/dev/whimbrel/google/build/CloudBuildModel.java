package dev.whimbrel.google.build;

import com.google.cloudbuild.v1.Build;
import com.google.cloudbuild.v1.BuildOptions;
import com.google.cloudbuild.v1.BuildStep;
import com.google.cloudbuild.v1.BuiltImage;
import com.google.cloudbuild.v1.ConnectedRepository;
import com.google.cloudbuild.v1.GitSource;
import com.google.cloudbuild.v1.SecretManagerSecret;
import com.google.cloudbuild.v1.Secrets;
import com.google.cloudbuild.v1.Source;
import com.google.cloudbuild.v1.StorageSource;
import com.google.cloudbuild.v1.Volume;
import com.google.protobuf.Duration;
import dev.whimbrel.google.build.BuildRecord.Status;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Between Google's generated classes, in which nothing is absent, and our records. */
final class CloudBuildModel {

  /** Begins at once, although steps stand before it. */
  private static final String AT_ONCE = "-";

  private CloudBuildModel() {}

  static Build build(BuildRequest request) {
    Build.Builder build =
        Build.newBuilder()
            .addTags(request.tag())
            .addAllTags(request.tags())
            .setServiceAccount(
                "projects/"
                    + projectOf(request.serviceAccount(), request.pool())
                    + "/serviceAccounts/"
                    + request.serviceAccount())
            .setTimeout(seconds(request.timeout()))
            .setQueueTtl(seconds(request.queueTtl()))
            .setOptions(
                // With a service account of one's own a build is refused unless it says where its
                // log goes; the machine type is the pool's.
                BuildOptions.newBuilder()
                    .setLogging(BuildOptions.LoggingMode.CLOUD_LOGGING_ONLY)
                    .setPool(
                        BuildOptions.PoolOption.newBuilder().setName(request.pool().resource())));
    if (!request.secrets().isEmpty()) {
      build.setAvailableSecrets(secrets(request.secrets()));
    }
    request.source().ifPresent(source -> build.setSource(source(source)));
    request.images().forEach(image -> build.addImages(literal(image)));
    request.steps().forEach(step -> build.addSteps(step(step, request.volumes())));
    return build.build();
  }

  private static Source source(BuildSource source) {
    Source.Builder built = Source.newBuilder();
    switch (source) {
      case BuildSource.Git(String url, String revision) ->
          built.setGitSource(GitSource.newBuilder().setUrl(url).setRevision(revision));
      case BuildSource.Connected(String name, String revision) ->
          built.setConnectedRepository(
              ConnectedRepository.newBuilder().setRepository(name).setRevision(revision));
      case BuildSource.Archive(String bucket, String object, long generation) ->
          built.setStorageSource(
              StorageSource.newBuilder()
                  .setBucket(bucket)
                  .setObject(object)
                  .setGeneration(generation));
    }
    return built.build();
  }

  /** The address names it, except for the default accounts of Google. */
  private static String projectOf(String email, WorkerPool pool) {
    String domain = email.substring(email.indexOf('@') + 1);
    String suffix = ".iam.gserviceaccount.com";
    return domain.endsWith(suffix)
        ? domain.substring(0, domain.length() - suffix.length())
        : pool.project();
  }

  private static Secrets secrets(Map<String, String> secrets) {
    Secrets.Builder all = Secrets.newBuilder();
    secrets.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(secret ->
            all.addSecretManager(
                SecretManagerSecret.newBuilder()
                    .setEnv(secret.getKey())
                    .setVersionName(secret.getValue())));
    return all.build();
  }

  private static BuildStep step(BuildStepRequest step, Map<String, String> volumes) {
    BuildStep.Builder built =
        BuildStep.newBuilder()
            .setId(step.id())
            .setName(literal(step.image()))
            .addAllArgs(step.arguments().stream().map(CloudBuildModel::literal).toList())
            .addAllWaitFor(step.waitFor().isEmpty() ? List.of(AT_ONCE) : step.waitFor())
            .addAllSecretEnv(step.secretEnv())
            .setAllowFailure(step.mayFail());
    step.entrypoint().map(CloudBuildModel::literal).ifPresent(built::setEntrypoint);
    step.directory().map(CloudBuildModel::literal).ifPresent(built::setDir);
    step.script().ifPresent(built::setScript);
    volumes.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(volume ->
            built.addVolumes(
                Volume.newBuilder().setName(volume.getKey()).setPath(volume.getValue())));
    step.env().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(variable -> built.addEnv(variable.getKey() + "=" + literal(variable.getValue())));
    return built.build();
  }

  /** Whatever looks like a substitution is one to Cloud Build, unless its dollar is doubled. */
  private static String literal(String value) {
    return value.replace("$", "$$");
  }

  static BuildRecord record(Build build) {
    return new BuildRecord(
        build.getId(),
        Status.of(build.getStatus().name()),
        text(build.getStatusDetail()),
        build.hasFailureInfo()
            ? Optional.of(build.getFailureInfo().getType().name())
            : Optional.empty(),
        build.getTagsList(),
        outputs(build),
        text(build.getLogUrl()),
        images(build));
  }

  private static Map<String, String> images(Build build) {
    Map<String, String> images = new HashMap<>();
    for (BuiltImage image : build.getResults().getImagesList()) {
      images.put(image.getName(), image.getDigest());
    }
    return images;
  }

  /** The n-th output is the n-th step's. */
  private static Map<String, byte[]> outputs(Build build) {
    Map<String, byte[]> outputs = new HashMap<>();
    int known = Math.min(build.getResults().getBuildStepOutputsCount(), build.getStepsCount());
    for (int i = 0; i < known; i++) {
      byte[] output = build.getResults().getBuildStepOutputs(i).toByteArray();
      String step = build.getSteps(i).getId();
      if (output.length > 0 && !step.isEmpty()) {
        outputs.put(step, output);
      }
    }
    return outputs;
  }

  private static Optional<String> text(String value) {
    return value.isEmpty() ? Optional.empty() : Optional.of(value);
  }

  private static Duration seconds(java.time.Duration duration) {
    return Duration.newBuilder().setSeconds(duration.toSeconds()).build();
  }
}
