package dev.whimbrel.testkit.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceFieldSelector;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PodFieldsTest {

  private static final Pod POD =
      new PodBuilder()
          .withNewMetadata()
          .withName("p")
          .withNamespace("n")
          .withUid("u")
          .withAnnotations(Map.of("b", "2", "a", "say \"hi\"\nthere"))
          .endMetadata()
          .withNewSpec()
          .endSpec()
          .build();

  @Test
  void fields_are_those_of_the_downward_api() throws UnmetNeed {
    assertThat(value("metadata.name")).isEqualTo("p");
    assertThat(value("metadata.annotations['b']")).isEqualTo("2");
    assertThat(value("metadata.labels['none']")).isEmpty();
    assertThat(value("spec.nodeName")).isEqualTo("node");
    assertThat(value("spec.serviceAccountName")).isEqualTo("default");
  }

  @Test
  void a_whole_map_is_sorted_and_quoted() throws UnmetNeed {
    assertThat(value("metadata.annotations")).isEqualTo("a=\"say \\\"hi\\\"\\nthere\"\nb=\"2\"");
  }

  @Test
  void an_unknown_field_is_a_complaint() {
    assertThatThrownBy(() -> value("spec.colour")).hasMessageContaining("spec.colour");
  }

  @Test
  void resources_are_counted_in_their_divisor_and_rounded_up() {
    Container container =
        new ContainerBuilder()
            .withNewResources()
            .addToLimits("memory", new Quantity("257Mi"))
            .addToLimits("cpu", new Quantity("1500m"))
            .endResources()
            .build();

    assertThat(resource(container, "limits.memory", "1Gi")).isEqualTo("1");
    assertThat(resource(container, "limits.memory", "1Mi")).isEqualTo("257");
    assertThat(resource(container, "limits.cpu", "1")).isEqualTo("2");
    assertThat(resource(container, "requests.cpu", "1")).isEqualTo("0");
  }

  private static String value(String path) throws UnmetNeed {
    return PodFields.value(POD, "node", path);
  }

  private static String resource(Container container, String name, String divisor) {
    return PodFields.resource(
        container, new ResourceFieldSelector(null, new Quantity(divisor), name));
  }
}
