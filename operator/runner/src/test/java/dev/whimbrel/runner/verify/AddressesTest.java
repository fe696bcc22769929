package dev.whimbrel.runner.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://169.254.169.254/",
        "http://169.254.1.1/",
        "http://2852039166/",
        "http://[fe80::1]/",
        "http://[::ffff:169.254.169.254]/",
        "http://[fd00:ec2::254]/",
        "http://[fd20:ce::254]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://100.100.100.200/",
      })
  void metadataServersAndLinkLocalAddressesAreForbidden(String url) throws Exception {
    assertThat(Addresses.isForbidden(URI.create(url))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1/",
        "http://10.0.0.5/",
        "http://[2001:db8::1]/",
        "http://[fd00::5]/",
      })
  void othersAreNot(String url) throws Exception {
    assertThat(Addresses.isForbidden(URI.create(url))).isFalse();
  }
}
