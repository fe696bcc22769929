package dev.whimbrel.cli.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.whimbrel.api.v1alpha1.ForbiddenRule;
import dev.whimbrel.api.v1alpha1.MigrationPolicySpec;
import dev.whimbrel.api.v1alpha1.Whimbrel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A file of MigrationPolicies, as it is applied to a cluster. What the API server would refuse is
 * refused here: a policy that forbids nothing for a typing error would pass everything.
 */
public final class PolicyFile {

  private static final String KIND = "MigrationPolicy";

  private final ObjectMapper yaml =
      YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
  private final WorkingDirectory directory;

  /** Files whose names are relative to this folder. */
  public PolicyFile(WorkingDirectory directory) {
    this.directory = directory;
  }

  /**
   * The policies of a file. Where they hold is not asked: nobody knows here in which namespace the
   * migrations will run.
   *
   * @throws UnreadableInput where the file is not there, or holds anything but policies
   */
  public List<NamedPolicy> read(String written) throws UnreadableInput {
    Path file = directory.resolve(written);
    List<NamedPolicy> policies = new ArrayList<>();
    try (MappingIterator<JsonNode> documents =
        yaml.readerFor(JsonNode.class).readValues(Files.newBufferedReader(file))) {
      while (documents.hasNextValue()) {
        JsonNode document = documents.nextValue();
        if (!document.isNull()) {
          policies.add(policy(written, document));
        }
      }
    } catch (JsonProcessingException e) {
      throw new UnreadableInput(written + ": this is no YAML: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new UnreadableInput("cannot read the policy " + written + ": " + e.getMessage());
    }
    if (policies.isEmpty()) {
      throw new UnreadableInput(written + ": there is no MigrationPolicy in it");
    }
    return policies;
  }

  private NamedPolicy policy(String file, JsonNode document)
      throws UnreadableInput, JsonProcessingException {
    String version = Whimbrel.GROUP + "/" + Whimbrel.VERSION;
    String name = document.at("/metadata/name").asText();
    if (!KIND.equals(document.path("kind").asText())
        || !version.equals(document.path("apiVersion").asText())
        || name.isEmpty()) {
      throw new UnreadableInput(
          file + ": only MigrationPolicies of " + version + " with a metadata.name may be in it");
    }
    MigrationPolicySpec spec = yaml.treeToValue(document.path("spec"), MigrationPolicySpec.class);
    Optional<String> wrong =
        spec == null || spec.forbid().isEmpty()
            ? Optional.of("spec.forbid is empty: name a rule, or leave the policy out")
            : spec.forbid().stream().flatMap(rule -> wrong(rule).stream()).findFirst();
    if (wrong.isPresent()) {
      throw new UnreadableInput(file + ": " + KIND + " " + name + ": " + wrong.get());
    }
    return new NamedPolicy(name, spec);
  }

  private static Optional<String> wrong(ForbiddenRule forbidden) {
    if (forbidden.rule() == null || !forbidden.exists()) {
      return Optional.of(
          "spec.forbid: there is no rule " + forbidden.rule() + "; docs/rules lists them");
    }
    return forbidden.reason() == null || forbidden.reason().isBlank()
        ? Optional.of("spec.forbid: " + forbidden.rule() + " needs a reason, for whom it stops")
        : Optional.empty();
  }

  /**
   * A policy.
   *
   * @param name of the MigrationPolicy
   */
  public record NamedPolicy(String name, MigrationPolicySpec spec) {}
}
