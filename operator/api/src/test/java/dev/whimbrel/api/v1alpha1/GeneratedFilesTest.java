package dev.whimbrel.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.CustomResource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is generated from this module and committed elsewhere: the CRDs, the chart's copy of them
 * and the reference pages. With {@code -Dwhimbrel.generate} these tests write the files.
 */
class GeneratedFilesTest {

  private static final Path ROOT = Path.of(System.getProperty("whimbrel.root", "../.."));
  private static final boolean GENERATE =
      !List.of("", "false").contains(System.getProperty("whimbrel.generate", "false"));

  static List<Class<? extends CustomResource<?, ?>>> kinds() {
    return CrdFile.KINDS;
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void theManifestInCrdsIsWhatTheModelSays(Class<? extends CustomResource<?, ?>> kind)
      throws IOException {
    CrdFile crd = CrdFile.of(kind);

    compareOrWrite(ROOT.resolve("crds/" + crd.name() + ".yaml"), crd.manifest());
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void theChartCarriesTheSameCrd(Class<? extends CustomResource<?, ?>> kind) throws IOException {
    CrdFile crd = CrdFile.of(kind);

    compareOrWrite(
        ROOT.resolve("helm/whimbrel/templates/crd-" + crd.name() + ".yaml"), crd.template());
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void theReferencePageListsEveryField(Class<? extends CustomResource<?, ?>> kind)
      throws IOException {
    CrdFile crd = CrdFile.of(kind);

    compareOrWrite(
        ROOT.resolve("docs/reference/" + ReferencePage.fileName(crd)), ReferencePage.of(crd));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void everyFieldHasADescription(Class<? extends CustomResource<?, ?>> kind) {
    CrdFile crd = CrdFile.of(kind);

    List<String> undescribed = ReferencePage.undescribed(crd);

    assertThat(undescribed).as("fields without @JsonPropertyDescription").isEmpty();
    assertThat(crd.schema().path("description").asText()).isNotBlank();
  }

  @Test
  void noOtherCrdIsPublished() throws IOException {
    try (Stream<Path> files = Files.list(ROOT.resolve("crds"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(
              CrdFile.KINDS.stream().map(kind -> CrdFile.of(kind).name() + ".yaml").toList());
    }
  }

  private static void compareOrWrite(Path file, String expected) throws IOException {
    if (GENERATE) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, expected);
    }
    assertThat(Files.exists(file) ? Files.readString(file) : "")
        .as(
            "%s is generated from operator/api and is not up to date; to rewrite it:"
                + " ./mvnw -pl operator/api test -Dwhimbrel.generate",
            ROOT.relativize(file))
        .isEqualTo(expected);
  }
}
