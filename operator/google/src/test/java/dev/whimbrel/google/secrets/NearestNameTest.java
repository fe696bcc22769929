package dev.whimbrel.google.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestNameTest {

  private static final List<String> KOTORI =
      List.of(
          "database-url",
          "secret-key",
          "google-cloud-project",
          "google-cloud-location",
          "encryption-master-salt");

  @Test
  void caseAndSeparatorsDoNotMatter() {
    assertThat(NearestName.of("DATABASE_URL", KOTORI)).contains("database-url");
    assertThat(NearestName.of("EncryptionMasterSalt", KOTORI)).contains("encryption-master-salt");
  }

  @Test
  void aSlipOfTheFingerIsForgiven() {
    assertThat(NearestName.of("databse-url", KOTORI)).contains("database-url");
    assertThat(NearestName.of("google-cloud-projects", KOTORI)).contains("google-cloud-project");
  }

  @Test
  void anotherWordIsNotNear() {
    assertThat(NearestName.of("stripe-key", KOTORI)).isEmpty();
    assertThat(NearestName.of("salt", KOTORI)).isEmpty();
  }
}
