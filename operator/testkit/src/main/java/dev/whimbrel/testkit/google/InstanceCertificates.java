package dev.whimbrel.testkit.google;

import dev.whimbrel.testkit.kubernetes.CertificateAuthority;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The certificates of one instance: each has an authority of its own, which is what connectors
 * trust, and signs for an hour the keys of those who may connect.
 */
final class InstanceCertificates {

  private static final char[] NO_PASSWORD = new char[0];

  private final String server;
  private final Map<BigInteger, String> logins = new ConcurrentHashMap<>();
  private CertificateAuthority authority;

  /**
   * Nothing is made before it is asked for: keys take half a second.
   *
   * @param server {@code project:instance}, which connectors look for in the server's certificate
   */
  InstanceCertificates(String server) {
    this.server = server;
  }

  /** What a client has to trust, in PEM. */
  String authorityPem() {
    return authority().certificatePem();
  }

  /**
   * Signs the key of a client.
   *
   * @param publicKey in PEM, under whatever heading
   * @param login the database user that IAM makes of the caller; empty where it is to log in by
   *     password
   * @return the certificate in PEM
   * @throws ApiError where there is no such key
   */
  String certify(String publicKey, Optional<String> login) {
    X509Certificate certificate = authority().certify("Google Cloud SQL Client", key(publicKey));
    login.ifPresent(user -> logins.put(certificate.getSerialNumber(), user));
    return CertificateAuthority.pem(certificate);
  }

  /** The database user whose login a certificate stands for. */
  Optional<String> login(Certificate certificate) {
    return certificate instanceof X509Certificate x509
        ? Optional.ofNullable(logins.get(x509.getSerialNumber()))
        : Optional.empty();
  }

  /** From now on another authority: what was signed so far is refused. */
  synchronized void renew() {
    authority = CertificateAuthority.create("Google Cloud SQL Server CA");
  }

  /**
   * How the server speaks TLS: with its own certificate, and to clients that bear one of its
   * authority.
   *
   * @param name in the certificate; another than its own makes it an impostor
   */
  SSLContext server(Optional<String> name) {
    try {
      CertificateAuthority.Identity identity =
          authority().server(name.orElse(server), List.of(), List.of(), List.of());
      KeyStore own = store();
      own.setKeyEntry(
          "server",
          identity.keys().getPrivate(),
          NO_PASSWORD,
          new Certificate[] {identity.certificate()});
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(own, NO_PASSWORD);
      KeyStore trusted = store();
      trusted.setCertificateEntry("authority", authority().certificate());
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK can do this", e);
    }
  }

  private synchronized CertificateAuthority authority() {
    if (authority == null) {
      renew();
    }
    return authority;
  }

  private static KeyStore store() throws GeneralSecurityException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, NO_PASSWORD);
      return store;
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static PublicKey key(String pem) {
    try {
      byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
      return KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(der));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new ApiError(400, "invalid", "Invalid request: Invalid value for: public_key");
    }
  }
}
