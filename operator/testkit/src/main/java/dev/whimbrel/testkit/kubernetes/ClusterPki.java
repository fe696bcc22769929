package dev.whimbrel.testkit.kubernetes;

import dev.whimbrel.testkit.kubernetes.CertificateAuthority.Identity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The certificates and keys of one control plane, as files, because its servers read files.
 *
 * @param directory holds the files
 * @param authority signs everything
 */
record ClusterPki(Path directory, CertificateAuthority authority) {

  /** The first address of the service range, by which pods know the API server. */
  static final String SERVICE_IP = "10.96.0.1";

  static ClusterPki write(Path directory, String bindAddress) {
    CertificateAuthority authority = CertificateAuthority.create("whimbrel-test-ca");
    ClusterPki pki = new ClusterPki(directory, authority);
    try {
      Files.createDirectories(directory);
      pki.write("ca", authority.self());
      Set<String> addresses = new LinkedHashSet<>(List.of(bindAddress, "127.0.0.1", SERVICE_IP));
      pki.write(
          "apiserver",
          authority.server(
              "kube-apiserver",
              List.of(),
              List.copyOf(addresses),
              List.of(
                  "localhost",
                  "kubernetes",
                  "kubernetes.default",
                  "kubernetes.default.svc",
                  "kubernetes.default.svc.cluster.local")));
      pki.write(
          "apiserver-kubelet-client",
          authority.client("kube-apiserver-kubelet-client", List.of("system:masters")));
      KeyPair serviceAccount = CertificateAuthority.rsaKeyPair();
      Files.writeString(pki.file("sa.key"), CertificateAuthority.pem(serviceAccount.getPrivate()));
      Files.writeString(pki.file("sa.pub"), CertificateAuthority.pem(serviceAccount.getPublic()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the certificates of a control plane", e);
    }
    return pki;
  }

  Path file(String name) {
    return directory.resolve(name);
  }

  private void write(String name, Identity identity) throws IOException {
    Files.writeString(file(name + ".crt"), identity.certificatePem());
    Files.writeString(file(name + ".key"), identity.keyPem());
  }
}
