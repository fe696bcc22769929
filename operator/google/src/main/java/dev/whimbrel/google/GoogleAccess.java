package dev.whimbrel.google;

import com.google.auth.Credentials;
import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.GoogleCredentials;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who calls one of Google's APIs, and where that is.
 *
 * @param credentials of the surroundings, or of nobody for a stand-in
 * @param endpoint root URL without a slash at its end; empty for Google's own
 */
public record GoogleAccess(Credentials credentials, Optional<String> endpoint) {

  private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";

  /**
   * Access with the credentials of the surroundings (Application Default Credentials: on GKE those
   * of the pod's ServiceAccount through Workload Identity). An endpoint in the clear is a fake or a
   * local proxy, which never gets a real token.
   *
   * @param endpointVariable variable with another endpoint than Google's own
   * @throws IOException where there are no credentials; the message says where they come from
   */
  public static GoogleAccess of(Map<String, String> environment, String endpointVariable)
      throws IOException {
    Optional<String> endpoint =
        Optional.ofNullable(environment.get(endpointVariable))
            .filter(value -> !value.isBlank())
            .map(value -> value.replaceFirst("/$", ""));
    return new GoogleAccess(
        endpoint.filter(url -> url.startsWith("http:")).isPresent()
            ? nobody()
            : GoogleCredentials.getApplicationDefault().createScoped(List.of(SCOPE)),
        endpoint);
  }

  private static Credentials nobody() {
    Date tomorrow = Date.from(Instant.now().plus(Duration.ofDays(1)));
    return GoogleCredentials.create(new AccessToken("none", tomorrow));
  }
}
