package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** Where the changes come from: a union with exactly one member. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "[has(self.flyway), has(self.alembic)].exists_one(x, x)",
    message = "exactly one of spec.source.flyway and spec.source.alembic must be set")
public record Source(
    @JsonPropertyDescription("Flyway SQL migrations.") FlywaySource flyway,
    @JsonPropertyDescription("An Alembic environment.") AlembicSource alembic) {

  /** Names of the ConfigMaps that hold revisions; none where they are in an image. */
  public List<String> configMaps() {
    return flyway == null ? List.of() : flyway.configMaps();
  }
}
