package dev.whimbrel.google.build;

import com.google.api.services.cloudbuild.v1.model.Build;
import com.google.api.services.cloudbuild.v1.model.BuildOptions;
import com.google.api.services.cloudbuild.v1.model.BuildStep;
import com.google.api.services.cloudbuild.v1.model.FailureInfo;
import com.google.api.services.cloudbuild.v1.model.PoolOption;
import com.google.api.services.cloudbuild.v1.model.Results;
import com.google.api.services.cloudbuild.v1.model.SecretManagerSecret;
import com.google.api.services.cloudbuild.v1.model.Secrets;
import com.google.api.services.cloudbuild.v1.model.Volume;
import dev.whimbrel.google.build.BuildRecord.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Between Google's generated classes, in which everything may be null, and our records. */
final class CloudBuildModel {

  /** Begins at once, although steps stand before it. */
  private static final String AT_ONCE = "-";

  private CloudBuildModel() {}

  static Build build(BuildRequest request) {
    List<String> tags = new ArrayList<>(List.of(request.tag()));
    tags.addAll(request.tags());
    return new Build()
        .setTags(tags)
        .setServiceAccount(
            "projects/"
                + projectOf(request.serviceAccount(), request.pool())
                + "/serviceAccounts/"
                + request.serviceAccount())
        .setTimeout(seconds(request.timeout()))
        .setQueueTtl(seconds(request.queueTtl()))
        .setAvailableSecrets(secrets(request.secrets()))
        .setOptions(
            // With a service account of one's own a build is refused unless it says where its log
            // goes; the machine type is the pool's.
            new BuildOptions()
                .setLogging("CLOUD_LOGGING_ONLY")
                .setPool(new PoolOption().setName(request.pool().resource())))
        .setSteps(request.steps().stream().map(step -> step(step, request.volumes())).toList());
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
    return secrets.isEmpty()
        ? null
        : new Secrets()
            .setSecretManager(
                secrets.entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .map(secret ->
                        new SecretManagerSecret()
                            .setEnv(secret.getKey())
                            .setVersionName(secret.getValue()))
                    .toList());
  }

  private static BuildStep step(BuildStepRequest step, Map<String, String> volumes) {
    BuildStep built =
        new BuildStep()
            .setId(step.id())
            .setName(literal(step.image()))
            .setEntrypoint(step.entrypoint().map(CloudBuildModel::literal).orElse(null))
            .setArgs(step.arguments().stream().map(CloudBuildModel::literal).toList())
            .setDir(step.directory().map(CloudBuildModel::literal).orElse(null))
            .setWaitFor(step.waitFor().isEmpty() ? List.of(AT_ONCE) : step.waitFor())
            .setVolumes(
                volumes.entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .map(volume -> new Volume().setName(volume.getKey()).setPath(volume.getValue()))
                    .toList());
    if (!step.env().isEmpty()) {
      built.setEnv(
          step.env().entrySet().stream()
              .sorted(Map.Entry.comparingByKey())
              .map(variable -> variable.getKey() + "=" + literal(variable.getValue()))
              .toList());
    }
    if (!step.secretEnv().isEmpty()) {
      built.setSecretEnv(step.secretEnv());
    }
    return step.mayFail() ? built.setAllowFailure(true) : built;
  }

  /** Whatever looks like a substitution is one to Cloud Build, unless its dollar is doubled. */
  private static String literal(String value) {
    return value.replace("$", "$$");
  }

  static BuildRecord record(Build build) {
    return new BuildRecord(
        build.getId(),
        Status.of(build.getStatus()),
        text(build.getStatusDetail()),
        Optional.ofNullable(build.getFailureInfo()).flatMap(CloudBuildModel::failure),
        build.getTags() == null ? List.of() : build.getTags(),
        outputs(build),
        text(build.getLogUrl()));
  }

  private static Optional<String> failure(FailureInfo info) {
    return text(info.getType());
  }

  /** The n-th output is the n-th step's. */
  private static Map<String, byte[]> outputs(Build build) {
    List<String> found =
        Optional.ofNullable(build.getResults()).map(Results::getBuildStepOutputs).orElse(List.of());
    List<BuildStep> steps = build.getSteps() == null ? List.of() : build.getSteps();
    Map<String, byte[]> outputs = new HashMap<>();
    for (int i = 0; i < Math.min(found.size(), steps.size()); i++) {
      if (text(found.get(i)).isPresent() && text(steps.get(i).getId()).isPresent()) {
        outputs.put(steps.get(i).getId(), Base64.getDecoder().decode(standard(found.get(i))));
      }
    }
    return outputs;
  }

  /** Google's JSON spells bytes in either alphabet. */
  private static String standard(String base64) {
    return base64.replace('-', '+').replace('_', '/');
  }

  private static Optional<String> text(String value) {
    return Optional.ofNullable(value).filter(v -> !v.isEmpty());
  }

  private static String seconds(Duration duration) {
    return duration.toSeconds() + "s";
  }
}
