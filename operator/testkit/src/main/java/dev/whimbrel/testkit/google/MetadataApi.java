package dev.whimbrel.testkit.google;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Optional;

/**
 * The metadata server of a Compute Engine or GKE machine, as far as Google's libraries ask it when
 * {@code GCE_METADATA_HOST} points to it.
 */
final class MetadataApi {

  private static final String ACCOUNT = "/computeMetadata/v1/instance/service-accounts/default/";

  private final String project;
  private final ProjectNumbers numbers;
  private final String token;
  private final String email;

  MetadataApi(String project, ProjectNumbers numbers, String token, String email) {
    this.project = project;
    this.numbers = numbers;
    this.token = token;
    this.email = email;
  }

  static boolean serves(String path) {
    return path.equals("/") || path.startsWith("/computeMetadata");
  }

  /**
   * An answer.
   *
   * @param type content type
   * @param body content
   */
  record Answer(String type, String body) {}

  /** The answer to a GET; empty for not found. */
  Optional<Answer> get(String path) {
    return switch (path) {
      case "/" -> Optional.of(text("computeMetadata/\n"));
      case "/computeMetadata/v1/project/project-id" -> Optional.of(text(project));
      case "/computeMetadata/v1/project/numeric-project-id" ->
          Optional.of(text(numbers.of(project)));
      case "/computeMetadata/v1/universe/universe-domain" -> Optional.of(text("googleapis.com"));
      case ACCOUNT + "email" -> Optional.of(text(email));
      case ACCOUNT + "token" ->
          Optional.of(
              new Answer(
                  "application/json",
                  JsonNodeFactory.instance
                      .objectNode()
                      .put("access_token", token)
                      .put("expires_in", 3600)
                      .put("token_type", "Bearer")
                      .toString()));
      default -> Optional.empty();
    };
  }

  private static Answer text(String body) {
    return new Answer("text/plain", body);
  }
}
