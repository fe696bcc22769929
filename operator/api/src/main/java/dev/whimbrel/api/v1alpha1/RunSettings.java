package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import java.util.Map;

/** How and under which identity the Jobs run. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "(has(self.backend) && self.backend == 'CloudBuild') == has(self.cloudBuild)",
    message = "spec.run.cloudBuild is required with backend CloudBuild, and only allowed there")
public record RunSettings(
    @Default("default")
        @Size(min = 1, max = 253)
        @Pattern("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")
        @JsonPropertyDescription("ServiceAccount of this namespace under which the Jobs run.")
        String serviceAccountName,
    @Default("KubernetesJob")
        @Pattern("^(KubernetesJob|CloudBuild)$")
        @JsonPropertyDescription(
            "Where the steps run. KubernetesJob: in Jobs of this namespace. CloudBuild: in builds"
                + " on a private pool, each submitted and watched by a Job of this namespace.")
        String backend,
    @JsonPropertyDescription("Where and as whom builds run; with backend CloudBuild only.")
        CloudBuildSettings cloudBuild,
    @Default("30m")
        @Size(max = 20)
        @Pattern("^([0-9]+(h|m|s|ms))+$")
        @ValidationRule(
            value = "duration(self) >= duration('5s') && duration(self) <= duration('168h')",
            message = "spec.run.deadline must be between 5s and 168h")
        @JsonPropertyDescription(
            "How long the migrate step may take before it is cancelled in the database.")
        String deadline,
    @Default("24h")
        @Size(max = 20)
        @Pattern("^([0-9]+(h|m|s|ms))+$")
        @ValidationRule(
            value = "duration(self) >= duration('5s') && duration(self) <= duration('168h')",
            message = "spec.run.onlineDeadline must be between 5s and 168h")
        @JsonPropertyDescription(
            "The same for plans that hold an online revision (CONCURRENTLY, VALIDATE).")
        String onlineDeadline,
    @Default("5m")
        @Size(max = 20)
        @Pattern("^([0-9]+(h|m|s|ms))+$")
        @ValidationRule(
            value = "duration(self) >= duration('5s') && duration(self) <= duration('24h')",
            message = "spec.run.startTimeout must be between 5s and 24h")
        @JsonPropertyDescription(
            "How long a Job may wait for a running pod (scheduling, image pull, missing Secret).")
        String startTimeout,
    @Default("2")
        @Min(0)
        @Max(10)
        @JsonPropertyDescription("How many more Jobs a step may use after transient failures.")
        Integer retries,
    @Default("{}") @JsonPropertyDescription("What protects live traffic while SQL runs.")
        GuardSettings guard,
    @JsonPropertyDescription("Node selector of the pods.") Map<String, String> nodeSelector,
    @JsonPropertyDescription("Tolerations of the pods.") List<Toleration> tolerations,
    @JsonPropertyDescription("Resources of the runner container.") ResourceRequirements resources,
    @JsonPropertyDescription(
            "Names of Secrets to pull the images with: the runner's, and the one of"
                + " source.alembic.")
        List<String> imagePullSecrets) {

  /** Every default, under this service account. */
  public static RunSettings of(String serviceAccountName) {
    return new RunSettings(
        serviceAccountName, null, null, null, null, null, null, null, null, null, null, null);
  }

  /** The same under another service account. */
  public RunSettings withServiceAccountName(String other) {
    return new RunSettings(
        other,
        backend,
        cloudBuild,
        deadline,
        onlineDeadline,
        startTimeout,
        retries,
        guard,
        nodeSelector,
        tolerations,
        resources,
        imagePullSecrets);
  }

  /** Lists and maps are never null. */
  public RunSettings {
    tolerations = tolerations == null ? List.of() : List.copyOf(tolerations);
    imagePullSecrets = imagePullSecrets == null ? List.of() : List.copyOf(imagePullSecrets);
    nodeSelector = nodeSelector == null ? Map.of() : Map.copyOf(nodeSelector);
  }
}
