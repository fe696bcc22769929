package dev.whimbrel.google.cloudsql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InstanceAddressTest {

  @Test
  void thePrivateAddressIsPreferred() {
    assertThat(InstanceAddress.of(facts(Optional.of("10.1.2.3"), Optional.of("34.1.2.3"))))
        .contains(new InstanceAddress("10.1.2.3", 5432, InstanceAddress.Kind.PRIVATE));
  }

  @Test
  void thePublicAddressIsTakenWhereThereIsNoOther() {
    assertThat(InstanceAddress.of(facts(Optional.empty(), Optional.of("34.1.2.3"))))
        .contains(new InstanceAddress("34.1.2.3", 5432, InstanceAddress.Kind.PRIMARY));
  }

  @Test
  void anInstanceWithoutAddressesHasNone() {
    assertThat(InstanceAddress.of(facts(Optional.empty(), Optional.empty()))).isEmpty();
  }

  private static InstanceFacts facts(Optional<String> privateIp, Optional<String> primaryIp) {
    return new InstanceFacts(
        CloudSqlInstance.parse("p1:us-central1:orders"),
        "us-central1",
        "RUNNABLE",
        "ALWAYS",
        "CLOUD_SQL_INSTANCE",
        "POSTGRES_17",
        privateIp,
        primaryIp,
        true,
        Optional.empty(),
        List.of());
  }
}
