package dev.whimbrel.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamespaceSelectorTest {

  @ParameterizedTest
  @CsvSource({
    "In,production,true",
    "In,staging,true",
    "In,test,false",
    "In,,false",
    "NotIn,production,false",
    "NotIn,test,true",
    "NotIn,,true"
  })
  void aLabelIsComparedWithTheValues(String operator, String value, boolean matches) {
    LabelRequirement requirement =
        new LabelRequirement("env", operator, List.of("production", "staging"));

    assertThat(requirement.matches(value == null ? Map.of() : Map.of("env", value)))
        .isEqualTo(matches);
  }

  @Test
  void aLabelIsThereOrNot() {
    LabelRequirement exists = new LabelRequirement("env", "Exists", null);
    LabelRequirement isNot = new LabelRequirement("env", "DoesNotExist", null);

    assertThat(exists.matches(Map.of("env", ""))).isTrue();
    assertThat(exists.matches(Map.of("team", "env"))).isFalse();
    assertThat(isNot.matches(Map.of("env", ""))).isFalse();
    assertThat(isNot.matches(Map.of())).isTrue();
  }

  @Test
  void whatTheApiServerWouldHaveRefusedIsNotGuessedAt() {
    LabelRequirement wrong = new LabelRequirement("env", "in", List.of("production"));

    assertThatThrownBy(() -> wrong.matches(Map.of("env", "production")))
        .hasMessageContaining("no operator of a label selector: in");
  }

  @Test
  void everyLabelAndEveryRequirementMustHold() {
    NamespaceSelector selector =
        new NamespaceSelector(
            Map.of("env", "production", "tier", "1"),
            List.of(new LabelRequirement("team", "NotIn", List.of("data"))));

    assertThat(selector.matches(Map.of("env", "production", "tier", "1", "more", "x"))).isTrue();
    assertThat(selector.matches(Map.of("env", "production"))).isFalse();
    assertThat(selector.matches(Map.of("env", "production", "tier", "1", "team", "data")))
        .isFalse();
  }

  @Test
  void oneThatAsksForNothingTakesAll() {
    assertThat(new NamespaceSelector(null, null).matches(Map.of())).isTrue();
  }
}
