package dev.whimbrel.testkit.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every rule of the CRDs against the real API server: one file per rule in {@code
 * operator/api/src/test/resources/crd}. A second document in a file is an update of the first; an
 * invalid file names in its first line what the API server answers to its last document.
 */
@WithControlPlane
class CrdRulesIT {

  private static final String EXPECT = "# expect: ";
  private static final Path CASES =
      Repository.root().resolve("operator/api/src/test/resources/crd");

  private final KubernetesClient client;
  private final String namespace;
  private final List<GenericKubernetesResource> accepted = new ArrayList<>();

  CrdRulesIT(ControlPlane cluster, TestNamespace namespace) {
    this.client = cluster.admin();
    this.namespace = namespace.name();
  }

  @BeforeAll
  static void install(ControlPlane cluster) {
    Crds.install(cluster.admin());
  }

  @AfterEach
  void removeWhatWasAccepted() {
    accepted.forEach(object -> client.resource(object).delete());
  }

  static List<String> valid() throws IOException {
    return cases("valid-");
  }

  static List<String> invalid() throws IOException {
    return cases("invalid-");
  }

  @ParameterizedTest
  @MethodSource("valid")
  void whatIsRightIsAccepted(String file) throws IOException {
    String text = Files.readString(CASES.resolve(file));

    GenericKubernetesResource last = null;
    for (GenericKubernetesResource document : documents(text)) {
      last = send(document, last);
    }

    assertThat(last).isNotNull();
  }

  @ParameterizedTest
  @MethodSource("invalid")
  void whatIsWrongIsRefusedWithAMessageThatSaysSo(String file) throws IOException {
    String text = Files.readString(CASES.resolve(file));
    String expected = text.lines().findFirst().orElseThrow().substring(EXPECT.length());
    List<GenericKubernetesResource> documents = documents(text);
    GenericKubernetesResource last = null;
    for (GenericKubernetesResource document : documents.subList(0, documents.size() - 1)) {
      last = send(document, last);
    }
    GenericKubernetesResource before = last;

    KubernetesClientException refusal =
        catchThrowableOfType(
            KubernetesClientException.class, () -> send(documents.getLast(), before));

    assertThat(refusal).as("%s was accepted", file).isNotNull();
    assertThat(refusal.getMessage()).contains(expected);
    assertThat(refusal.getCode()).isIn(400, 422);
  }

  @Test
  void aShortSpecIsFilledInByTheApiServer() throws IOException {
    String text = Files.readString(CASES.resolve("valid-postgres-minimal.yaml"));

    GenericKubernetesResource created = send(documents(text).getFirst(), null);

    assertThat(created.<String>get("spec", "database", "postgres", "sslMode"))
        .isEqualTo("verify-full");
    assertThat(created.<Integer>get("spec", "database", "postgres", "port")).isEqualTo(5432);
    assertThat(created.<Object>get("spec", "approval"))
        .isEqualTo(Map.of("policy", "AtMedium", "count", 1, "expiresAfter", "24h"));
    assertThat(created.<String>get("spec", "run", "guard", "lockTimeout")).isEqualTo("2s");
    assertThat(created.<String>get("spec", "source", "flyway", "target")).isEqualTo("latest");
    assertThat(created.<Boolean>get("spec", "suspend")).isFalse();
  }

  @Test
  void everyRuleHasACase() throws IOException {
    List<String> expected = new ArrayList<>();
    for (String file : invalid()) {
      expected.add(Files.readAllLines(CASES.resolve(file)).getFirst().substring(EXPECT.length()));
    }

    Stream<String> uncovered =
        Crds.files().stream()
            .flatMap(CrdRulesIT::ruleMessages)
            .filter(message -> expected.stream().noneMatch(message::contains));

    assertThat(uncovered).isEmpty();
  }

  private static Stream<String> ruleMessages(Path crd) {
    return Serialization.unmarshal(contents(crd), JsonNode.class)
        .findValues("x-kubernetes-validations")
        .stream()
        .flatMap(rules -> rules.findValuesAsText("message").stream());
  }

  private static String contents(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private GenericKubernetesResource send(
      GenericKubernetesResource document, GenericKubernetesResource before) {
    document.getMetadata().setNamespace(isOfCluster(document) ? null : namespace);
    var strict = client.resource(document).fieldValidation(FieldValidateable.Validation.STRICT);
    if (before != null) {
      document.getMetadata().setResourceVersion(before.getMetadata().getResourceVersion());
      return strict.update();
    }
    GenericKubernetesResource created = create(document, strict);
    accepted.add(created);
    return created;
  }

  private static boolean isOfCluster(GenericKubernetesResource document) {
    return document.getKind().equals("MigrationPolicy");
  }

  /** The client repeats a POST whose answer was lost: then the object is there already. */
  private GenericKubernetesResource create(
      GenericKubernetesResource document, NonDeletingOperation<GenericKubernetesResource> strict) {
    try {
      return strict.create();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
      return client.resource(document).get();
    }
  }

  private static List<GenericKubernetesResource> documents(String text) {
    return Arrays.stream(text.split("(?m)^---$"))
        .map(document -> Serialization.unmarshal(document, GenericKubernetesResource.class))
        .toList();
  }

  private static List<String> cases(String prefix) throws IOException {
    try (Stream<Path> files = Files.list(CASES)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith(prefix))
          .sorted()
          .toList();
    }
  }
}
