package dev.whimbrel.testkit.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.FieldValidateable;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whole manifests that the documentation shows are ones that the API server takes. */
@WithControlPlane
class DocumentedManifestsIT {

  private static final Pattern MANIFEST =
      Pattern.compile("(?ms)^```yaml\\n(apiVersion: whimbrel\\.dev.*?)^```$");

  @Test
  void everyManifestInTheDocumentationIsAccepted(ControlPlane cluster, TestNamespace namespace)
      throws IOException {
    Crds.install(cluster.admin());

    List<String> manifests = manifests();

    assertThat(manifests).hasSizeGreaterThanOrEqualTo(4);
    for (String manifest : manifests) {
      GenericKubernetesResource resource =
          Serialization.unmarshal(manifest, GenericKubernetesResource.class);
      boolean ofCluster = resource.getKind().equals("MigrationPolicy");
      resource.getMetadata().setNamespace(ofCluster ? null : namespace.name());
      // Several pages speak of the same object.
      resource.getMetadata().setName(null);
      resource.getMetadata().setGenerateName("documented-");
      assertThat(
              cluster
                  .admin()
                  .resource(resource)
                  .fieldValidation(FieldValidateable.Validation.STRICT)
                  .create())
          .as(manifest)
          .isNotNull();
    }
  }

  private static List<String> manifests() throws IOException {
    Path root = Repository.root();
    try (Stream<Path> pages = Files.walk(root.resolve("docs"));
        Stream<Path> examples = Files.list(root.resolve("examples"))) {
      Stream<String> documented =
          Stream.concat(pages, Stream.of(root.resolve("README.md")))
              .filter(page -> page.toString().endsWith(".md"))
              .flatMap(page -> MANIFEST.matcher(read(page)).results())
              .map(match -> match.group(1));
      Stream<String> applied =
          examples
              .map(example -> example.resolve("migration.yaml"))
              .filter(Files::exists)
              .map(DocumentedManifestsIT::read);
      return Stream.concat(documented, applied).toList();
    }
  }

  private static String read(Path page) {
    try {
      return Files.readString(page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
