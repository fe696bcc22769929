package dev.whimbrel.google.iam;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * Who this pod is to Google, as IAM spells a member: what a grant has to name. The metadata server
 * knows; on GKE it is one per node, and answers for the pod's ServiceAccount.
 */
public final class PodIdentity {

  /** As Google's libraries read it: {@code host:port} of another metadata server. */
  public static final String METADATA_VARIABLE = "GCE_METADATA_HOST";

  private static final String GOOGLES_OWN = "metadata.google.internal";
  private static final String POOL = ".svc.id.goog";
  private static final int TIMEOUT_MILLIS = 2_000;

  private final String host;

  private PodIdentity(String host) {
    this.host = host;
  }

  /**
   * The member.
   *
   * @param namespace of the pod
   * @param serviceAccount of the pod, in Kubernetes
   * @return one that a user can complete where nobody answers
   */
  public static String member(
      Map<String, String> environment, String namespace, String serviceAccount) {
    PodIdentity identity =
        new PodIdentity(environment.getOrDefault(METADATA_VARIABLE, GOOGLES_OWN));
    String account = namespace + "/" + serviceAccount;
    return identity
        .get("instance/service-accounts/default/email")
        .map(email ->
            email.endsWith(POOL)
                ? identity.principal(email, namespace, serviceAccount)
                : "serviceAccount:" + email)
        .orElse("serviceAccount:EMAIL_OF_" + account.replaceAll("[^A-Za-z0-9]", "_"));
  }

  /** Without a Google service account of its own the pod is a principal of the cluster's pool. */
  private String principal(String pool, String namespace, String serviceAccount) {
    return "principal://iam.googleapis.com/projects/"
        + get("project/numeric-project-id").orElse("PROJECT_NUMBER")
        + "/locations/global/workloadIdentityPools/"
        + pool
        + "/subject/ns/"
        + namespace
        + "/sa/"
        + serviceAccount;
  }

  private Optional<String> get(String path) {
    try {
      URI uri = URI.create("http://" + host + "/computeMetadata/v1/" + path);
      HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
      connection.setConnectTimeout(TIMEOUT_MILLIS);
      connection.setReadTimeout(TIMEOUT_MILLIS);
      connection.setRequestProperty("Metadata-Flavor", "Google");
      try (var in = connection.getInputStream()) {
        return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8).strip())
            .filter(text -> !text.isEmpty());
      }
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
