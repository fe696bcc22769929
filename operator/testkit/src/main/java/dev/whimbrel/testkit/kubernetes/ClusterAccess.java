package dev.whimbrel.testkit.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** Turns identities into client configurations and kubeconfig files for one API server. */
final class ClusterAccess {

  private static final long TOKEN_SECONDS = 86_400;

  private final String url;
  private final CertificateAuthority authority;
  private final Path directory;

  ClusterAccess(String url, CertificateAuthority authority, Path directory) {
    this.url = url;
    this.authority = authority;
    this.directory = directory;
  }

  KubernetesClient client(CertificateAuthority.Identity identity) {
    return client(
        configuration()
            .withClientCertData(base64(identity.certificatePem()))
            .withClientKeyData(base64(identity.keyPem()))
            .withClientKeyAlgo("RSA")
            .build());
  }

  KubernetesClient client(String token) {
    return client(configuration().withOauthToken(token).build());
  }

  /** A token of a service account, valid for a day. */
  String token(KubernetesClient admin, String namespace, String name) {
    return admin
        .serviceAccounts()
        .inNamespace(namespace)
        .withName(name)
        .tokenRequest(
            new TokenRequestBuilder()
                .withNewSpec()
                .withExpirationSeconds(TOKEN_SECONDS)
                .endSpec()
                .build())
        .getStatus()
        .getToken();
  }

  Path kubeconfig(String user, CertificateAuthority.Identity identity) {
    return write(
        user,
        """
            client-certificate-data: %s
            client-key-data: %s
        """
            .formatted(base64(identity.certificatePem()), base64(identity.keyPem())));
  }

  Path kubeconfig(String user, String token) {
    return write(user, "    token: " + token + "\n");
  }

  private Path write(String user, String credentials) {
    String text =
        """
        apiVersion: v1
        kind: Config
        clusters:
        - name: whimbrel-test
          cluster:
            server: %s
            certificate-authority-data: %s
        contexts:
        - name: %s
          context:
            cluster: whimbrel-test
            user: %s
        current-context: %s
        users:
        - name: %s
          user:
        %s\
        """
            .formatted(
                url, base64(authority.certificatePem()), user, user, user, user, credentials);
    Path file = directory.resolve(user.replaceAll("[^A-Za-z0-9.-]", "_") + ".kubeconfig");
    try {
      Files.createDirectories(directory);
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  /** Nothing from the surroundings: neither the user's kubeconfig nor an HTTP proxy may leak in. */
  private ConfigBuilder configuration() {
    return new ConfigBuilder(Config.empty())
        .withMasterUrl(url)
        .withCaCertData(base64(authority.certificatePem()))
        .withHttp2Disable(false)
        .withNoProxy("127.0.0.1", "localhost")
        .withRequestRetryBackoffLimit(3);
  }

  private static KubernetesClient client(Config config) {
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }
}
