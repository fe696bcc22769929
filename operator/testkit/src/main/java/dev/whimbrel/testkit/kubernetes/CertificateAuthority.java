package dev.whimbrel.testkit.kubernetes;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate authority that lives as long as one test run.
 *
 * <p>Every certificate it issues shares one key pair: a new 2048-bit RSA key for each of them would
 * cost about a second of start-up and protect nothing here. RSA, because the Kubernetes client
 * reads elliptic-curve keys only with more libraries on the class path.
 */
public final class CertificateAuthority {

  private static final Duration LIFETIME = Duration.ofDays(7);

  private final KeyPair authorityKeys;
  private final KeyPair leafKeys;
  private final X500Name name;
  private final X509Certificate certificate;
  private final AtomicLong serial = new AtomicLong(System.nanoTime());

  private CertificateAuthority(String commonName) {
    this.authorityKeys = rsaKeyPair();
    this.leafKeys = rsaKeyPair();
    this.name = subject(commonName, List.of());
    this.certificate = sign(name, authorityKeys.getPublic(), List.of(), true);
  }

  /** Creates an authority with fresh keys. */
  public static CertificateAuthority create(String commonName) {
    return new CertificateAuthority(commonName);
  }

  /** A certificate and its private key. */
  public record Identity(X509Certificate certificate, KeyPair keys) {

    /** The certificate in PEM. */
    public String certificatePem() {
      return pem(certificate);
    }

    /** The private key in PEM. */
    public String keyPem() {
      return pem(keys.getPrivate());
    }

    /** Leaves the key out. */
    @Override
    public String toString() {
      return "Identity[" + certificate.getSubjectX500Principal() + "]";
    }
  }

  /** The authority's own certificate in PEM: what a client has to trust. */
  public String certificatePem() {
    return pem(certificate);
  }

  /** The authority's own certificate. */
  public X509Certificate certificate() {
    return certificate;
  }

  /** A client certificate: to Kubernetes {@code user} is the user and {@code groups} its groups. */
  public Identity client(String user, List<String> groups) {
    return new Identity(
        sign(subject(user, groups), leafKeys.getPublic(), List.of(), false), leafKeys);
  }

  /**
   * A certificate for a server (good for a client too).
   *
   * @param commonName the subject
   * @param addresses the IP addresses that the server is reached by
   * @param names its DNS names
   */
  public Identity server(
      String commonName, List<String> groups, List<String> addresses, List<String> names) {
    List<GeneralName> alternatives = new ArrayList<>();
    addresses.forEach(ip -> alternatives.add(new GeneralName(GeneralName.iPAddress, ip)));
    names.forEach(dns -> alternatives.add(new GeneralName(GeneralName.dNSName, dns)));
    return new Identity(
        sign(subject(commonName, groups), leafKeys.getPublic(), alternatives, false), leafKeys);
  }

  /** A client certificate for a key that somebody else made and keeps. */
  public X509Certificate certify(String commonName, PublicKey key) {
    return sign(subject(commonName, List.of()), key, List.of(), false);
  }

  /** The authority's own identity, for a component that signs certificates. */
  public Identity self() {
    return new Identity(certificate, authorityKeys);
  }

  private X509Certificate sign(
      X500Name subject, PublicKey key, List<GeneralName> alternatives, boolean authority) {
    Instant now = Instant.now();
    try {
      X509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              name,
              BigInteger.valueOf(serial.incrementAndGet()),
              Date.from(now.minus(Duration.ofMinutes(5))),
              Date.from(now.plus(LIFETIME)),
              subject,
              key);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
      if (authority) {
        builder.addExtension(
            Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      } else {
        builder.addExtension(
            Extension.keyUsage,
            true,
            new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment));
        builder.addExtension(
            Extension.extendedKeyUsage,
            false,
            new ExtendedKeyUsage(
                new KeyPurposeId[] {KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_serverAuth}));
      }
      if (!alternatives.isEmpty()) {
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(alternatives.toArray(GeneralName[]::new)));
      }
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256withRSA").build(authorityKeys.getPrivate())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (OperatorCreationException | GeneralSecurityException e) {
      throw new IllegalStateException("cannot sign a certificate for " + subject, e);
    }
  }

  private static X500Name subject(String commonName, List<String> organizations) {
    X500NameBuilder builder = new X500NameBuilder(BCStyle.INSTANCE);
    organizations.forEach(organization -> builder.addRDN(BCStyle.O, organization));
    return builder.addRDN(BCStyle.CN, commonName).build();
  }

  static KeyPair rsaKeyPair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has RSA", e);
    }
  }

  /** Any certificate or key in PEM. */
  public static String pem(Object object) {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(object);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }
}
