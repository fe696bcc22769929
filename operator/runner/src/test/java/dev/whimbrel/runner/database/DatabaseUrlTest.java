package dev.whimbrel.runner.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whimbrel.runner.Credentials;
import dev.whimbrel.runner.StepFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgresql",
        "postgres",
        "postgresql+psycopg2",
        "postgresql+psycopg",
        "postgresql+asyncpg"
      })
  void everyDriverOfPostgresIsRead(String scheme) {
    DatabaseUrl url =
        DatabaseUrl.parse(scheme + "://shop:p%40ss+w%2Ford@10.0.0.3:6432/orders?sslmode=require");

    assertThat(url.credentials()).isEqualTo(new Credentials("shop", "p@ss+w/ord"));
    assertThat(url.host()).isEqualTo("10.0.0.3");
    assertThat(url.port()).isEqualTo(6432);
    assertThat(url.database()).isEqualTo("orders");
    assertThat(url.toString()).doesNotContain("p@ss");
  }

  @Test
  void thePortMayBeMissingAndTheAddressMayBeOfVersionSix() {
    DatabaseUrl url = DatabaseUrl.parse("postgresql://shop@[::1]/orders");

    assertThat(url.host()).isEqualTo("::1");
    assertThat(url.port()).isEqualTo(5432);
    assertThat(url.credentials().password()).isEmpty();
  }

  @Test
  void aHostInTheQueryCounts() {
    DatabaseUrl url = DatabaseUrl.parse("postgresql://shop@/orders?host=db.internal&port=5433");

    assertThat(url.host()).isEqualTo("db.internal");
    assertThat(url.port()).isEqualTo(5433);
  }

  @ParameterizedTest
  @CsvSource({
    "postgresql://shop:s3cret@/orders?host=/cloudsql/p:r:i, leads to a unix socket"
        + " (/cloudsql/p:r:i)",
    "postgresql://shop:s3cret@/orders, leads to a unix socket",
    "'postgresql://shop:s3cret@a,b/orders', names several hosts",
    "mysql://shop:s3cret@db/orders, is not one of PostgreSQL",
    "shop:s3cret@db/orders, is not one of PostgreSQL",
    "postgresql://db/orders, names no user",
    "postgresql://shop:s3cret@db:port/orders, has a port that is no number",
  })
  void whatLeadsNowhereIsRefusedWithoutThePassword(String text, String why) {
    assertThatThrownBy(() -> DatabaseUrl.parse(text))
        .isInstanceOf(StepFailure.class)
        .hasMessageContaining(why)
        .hasMessageNotContaining("s3cret");
  }
}
