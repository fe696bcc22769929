package dev.whimbrel.runner.database;

import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.runner.Job;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * How a program of PostgreSQL's, in another container of the pod, gets to where the runner's own
 * sessions go, as the same user.
 */
public final class LibpqLogin {

  /** The file, beside the login, with whom the runner trusts to certify servers. */
  public static final String AUTHORITIES = "authorities.pem";

  private static final int LINE = 64;

  /** Characters of an error: one may quote a LOCK TABLE of all tables. */
  private static final int REASON = 300;

  private final Map<String, String> variables;

  private LibpqLogin(Map<String, String> variables) {
    this.variables = variables;
  }

  /** The login; empty where only the runner itself gets there, through Google's connector. */
  public static Optional<LibpqLogin> of(Job job) {
    Endpoint endpoint = Endpoint.of(job);
    if (!endpoint.connector().isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("PGHOST", endpoint.host());
    variables.put("PGPORT", String.valueOf(endpoint.port()));
    variables.put("PGDATABASE", job.input().database().database());
    variables.put("PGUSER", job.credentials().user());
    variables.put("PGPASSWORD", Connections.password(job));
    variables.put("PGSSLMODE", endpoint.sslMode());
    variables.put("PGCONNECT_TIMEOUT", "10");
    // Otherwise a query goes on, and keeps its locks, when its program has been killed.
    variables.put("PGOPTIONS", "-c client_connection_check_interval=1s");
    variables.put("PGAPPNAME", Connections.runPrefix(job.input()) + "structure");
    Optional.ofNullable(job.input().database().role())
        .filter(role -> !role.isEmpty())
        .ifPresent(role -> variables.put("WHIMBREL_ROLE", role));
    if (endpoint.sslMode().startsWith("verify")) {
      variables.put("PGSSLROOTCERT", RunnerInput.LOGIN_DIRECTORY + "/" + AUTHORITIES);
    }
    return Optional.of(new LibpqLogin(variables));
  }

  /** Whether the server has to prove who it is, by one of {@link #authorities()}. */
  public boolean verifies() {
    return variables.containsKey("PGSSLROOTCERT");
  }

  /** A fragment of POSIX shell that exports it. */
  public String shell() {
    return variables.entrySet().stream()
        .map(each ->
            "export " + each.getKey() + "='" + each.getValue().replace("'", "'\\''") + "'\n")
        .collect(Collectors.joining());
  }

  /** Those that Java trusts, as libpq reads them. */
  public static String authorities() {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init((KeyStore) null);
      StringBuilder pem = new StringBuilder();
      Base64.Encoder encoder = Base64.getMimeEncoder(LINE, new byte[] {'\n'});
      for (X509Certificate certificate :
          Stream.of(factory.getTrustManagers())
              .filter(X509TrustManager.class::isInstance)
              .map(X509TrustManager.class::cast)
              .flatMap(manager -> Arrays.stream(manager.getAcceptedIssuers()))
              .toList()) {
        pem.append("-----BEGIN CERTIFICATE-----\n")
            .append(encoder.encodeToString(certificate.getEncoded()))
            .append("\n-----END CERTIFICATE-----\n");
      }
      return pem.toString();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Java's own list of authorities cannot be read", e);
    }
  }

  /** What a program of PostgreSQL's said of why it ended: after its first error come hints. */
  public static String error(String errors) {
    String error =
        errors
            .lines()
            .filter(line -> line.contains("error:"))
            .findFirst()
            .orElseGet(() ->
                errors.lines().filter(line -> !line.isBlank()).findFirst().orElse("no message"));
    return error.length() > REASON ? error.substring(0, REASON) + "…" : error;
  }

  /** Not what it holds. */
  @Override
  public String toString() {
    return "login of " + variables.get("PGUSER");
  }
}
