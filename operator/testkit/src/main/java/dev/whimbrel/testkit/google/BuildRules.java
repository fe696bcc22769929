package dev.whimbrel.testkit.google;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What Cloud Build refuses when a build is created, in its words where they are known. */
final class BuildRules {

  private static final int MOST_STEPS = 100;
  private static final int MOST_TAGS = 64;

  private BuildRules() {}

  /**
   * Refuses.
   *
   * @param build the request
   * @param parent where it is created: {@code projects/P/locations/R}
   * @param pools the private pools that exist
   */
  static void require(JsonNode build, String parent, Set<String> pools) {
    JsonNode options = build.path("options");
    String pool = pool(options);
    if (!pool.isEmpty()) {
      pool(options, pool, parent, pools);
    }
    logging(build, options);
    steps(build);
    secrets(build);
    volumes(build);
    build
        .path("tags")
        .forEach(tag -> {
          if (!tag.asText().matches("[\\w][\\w.-]{0,127}")) {
            throw invalid("invalid build: invalid tag \"" + tag.asText() + "\"");
          }
        });
    if (build.path("tags").size() > MOST_TAGS) {
      throw invalid("invalid build: number of tags exceeds the limit of " + MOST_TAGS);
    }
    substitutions(build, Map.of());
  }

  static String pool(JsonNode options) {
    String named = options.path("pool").path("name").asText("");
    return named.isEmpty() ? options.path("workerPool").asText("") : named;
  }

  private static void pool(JsonNode options, String pool, String parent, Set<String> pools) {
    if (!pools.contains(pool) || !pool.startsWith(parent + "/")) {
      throw new ApiError(404, "NOT_FOUND", "workerpool not found: \"" + pool + "\"");
    }
    String machine = options.path("machineType").asText("");
    if (!machine.isEmpty() && !machine.equals("UNSPECIFIED") && !machine.equals("0")) {
      throw invalid(
          "invalid build: machine_type option is disallowed for builds with a Worker Pool");
    }
    if (options.path("diskSizeGb").asLong(0) > 0) {
      throw invalid(
          "invalid build: disk_size_gb option is disallowed for builds with a Worker Pool");
    }
  }

  private static void logging(JsonNode build, JsonNode options) {
    boolean said =
        build.hasNonNull("logsBucket")
            || options
                .path("defaultLogsBucketBehavior")
                .asText("")
                .equals("REGIONAL_USER_OWNED_BUCKET")
            || Set.of("CLOUD_LOGGING_ONLY", "NONE").contains(options.path("logging").asText(""));
    if (build.hasNonNull("serviceAccount") && !said) {
      throw invalid(
          "if 'build.service_account' is specified, the build must either (a) specify"
              + " 'build.logs_bucket', (b) use the REGIONAL_USER_OWNED_BUCKET"
              + " build.options.default_logs_bucket_behavior option, or (c) use either"
              + " CLOUD_LOGGING_ONLY / NONE logging options: invalid argument");
    }
  }

  private static void steps(JsonNode build) {
    JsonNode steps = build.path("steps");
    if (steps.isEmpty()) {
      throw invalid("invalid build: no build steps are specified");
    }
    if (steps.size() > MOST_STEPS) {
      throw invalid("invalid build: number of build steps exceeds the limit of " + MOST_STEPS);
    }
    Set<String> ids = new HashSet<>();
    for (JsonNode step : steps) {
      if (step.hasNonNull("script")
          && (step.hasNonNull("entrypoint") || !step.path("args").isEmpty())) {
        throw invalid("invalid build: script cannot be used with args or entrypoint");
      }
      for (JsonNode other : step.path("waitFor")) {
        if (!other.asText().equals("-") && !ids.contains(other.asText())) {
          throw invalid(
              "invalid build: step \"%s\" waits for unknown step \"%s\""
                  .formatted(step.path("id").asText(), other.asText()));
        }
      }
      String id = step.path("id").asText("");
      if (!id.isEmpty() && !ids.add(id)) {
        throw invalid("invalid build: duplicate build step id \"" + id + "\"");
      }
    }
  }

  private static void secrets(JsonNode build) {
    Set<String> available = new HashSet<>();
    build
        .path("availableSecrets")
        .path("secretManager")
        .forEach(secret -> available.add(secret.path("env").asText()));
    for (JsonNode step : build.path("steps")) {
      for (JsonNode variable : step.path("secretEnv")) {
        if (!available.contains(variable.asText())) {
          throw invalid(
              "invalid build: secretEnv \"" + variable.asText() + "\" is not defined in secrets");
        }
      }
    }
  }

  /** A volume of one step alone is a mistake to Cloud Build. */
  private static void volumes(JsonNode build) {
    Map<String, Integer> uses = new HashMap<>();
    build
        .path("steps")
        .forEach(step ->
            step.path("volumes")
                .forEach(volume -> uses.merge(volume.path("name").asText(), 1, Integer::sum)));
    uses.forEach((name, count) -> {
      if (count < 2) {
        throw invalid("invalid build: volume \"" + name + "\" is only used by one step");
      }
    });
  }

  /**
   * The variables that a build brings along, each of which is used.
   *
   * @param builtIn values of Cloud Build's own
   */
  static Substitutions substitutions(JsonNode build, Map<String, String> builtIn) {
    Map<String, String> given = new HashMap<>();
    build
        .path("substitutions")
        .properties()
        .forEach(entry -> given.put(entry.getKey(), entry.getValue().asText()));
    Substitutions substitutions = new Substitutions(given);
    for (String text : texts(build)) {
      substitutions.apply(text, builtIn);
    }
    if (!build.path("options").path("substitutionOption").asText("").equals("ALLOW_LOOSE")) {
      substitutions.requireUsed();
    }
    return substitutions;
  }

  /** A script is not among them. */
  private static List<String> texts(JsonNode build) {
    List<String> texts = new ArrayList<>();
    build.path("tags").forEach(tag -> texts.add(tag.asText()));
    build.path("images").forEach(image -> texts.add(image.asText()));
    for (JsonNode step : build.path("steps")) {
      for (String field : List.of("name", "dir", "entrypoint")) {
        texts.add(step.path(field).asText(""));
      }
      step.path("args").forEach(arg -> texts.add(arg.asText()));
      step.path("env").forEach(variable -> texts.add(variable.asText()));
    }
    return texts;
  }

  private static ApiError invalid(String message) {
    return new ApiError(400, "INVALID_ARGUMENT", message);
  }
}
