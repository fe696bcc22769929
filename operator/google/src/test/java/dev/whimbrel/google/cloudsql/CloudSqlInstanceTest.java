package dev.whimbrel.google.cloudsql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CloudSqlInstanceTest {

  @Test
  void aConnectionNameHasProjectRegionAndName() {
    assertThat(CloudSqlInstance.parse("kotori-io:us-central1:kotori-db"))
        .isEqualTo(new CloudSqlInstance("kotori-io", "us-central1", "kotori-db"));
  }

  @Test
  void theProjectMayBeScopedByADomain() {
    CloudSqlInstance instance = CloudSqlInstance.parse("example.com:billing:europe-west3:db");

    assertThat(instance.project()).isEqualTo("example.com:billing");
    assertThat(instance).hasToString("example.com:billing:europe-west3:db");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "db", "p1:db", "p1:us-central1:", "p1:us-central1:a:b:c", "P1:us-central1:db"})
  void anythingElseIsRefusedWithTheForm(String text) {
    assertThatThrownBy(() -> CloudSqlInstance.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("project:region:instance");
  }
}
