package dev.whimbrel.google.cloudsql;

import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.GoogleCredentials;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;

/** Always the same token, also when a new one is asked for. */
public final class FixedCredentials extends GoogleCredentials {

  private static final long serialVersionUID = 1L;

  private final String token;

  /** This token. */
  public FixedCredentials(String token) {
    super(GoogleCredentials.newBuilder());
    this.token = token;
  }

  @Override
  public AccessToken refreshAccessToken() {
    return new AccessToken(token, Date.from(Instant.now().plus(Duration.ofHours(1))));
  }
}
