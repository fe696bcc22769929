package dev.whimbrel.controller.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** By which name an image runs again, given how a node reports it. */
class ImageNameTest {

  private static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);

  @ParameterizedTest
  @CsvSource({
    "registry.example.com/kotori:7, registry.example.com/kotori@, registry.example.com/kotori@",
    "registry.example.com:5000/k, registry.example.com:5000/k@, registry.example.com:5000/k@",
    "kotori:7, docker.io/library/kotori@, kotori@",
    "team/kotori, docker.io/team/kotori@, team/kotori@",
    "team/kotori:7, docker-pullable://team/kotori@, team/kotori@",
  })
  void isPinnedInItsOwnRepository(String written, String reported, String pinned) {
    assertThat(ImageName.pinned(written, reported + DIGEST)).hasValue(pinned + DIGEST);
  }

  @Test
  void staysWhatItIsWhenWrittenByDigest() {
    assertThat(ImageName.pinned("kotori@" + DIGEST, DIGEST)).hasValue("kotori@" + DIGEST);
  }

  @Test
  void isNotPinnedToWhatMayNotBeThereToPull() {
    assertThat(ImageName.pinned("kotori:7", DIGEST)).isEmpty();
    assertThat(ImageName.pinned("kotori:7", "simulated://kotori:7")).isEmpty();
    assertThat(ImageName.pinned("kotori:7", "mirror.example.com/kotori@" + DIGEST)).isEmpty();
    assertThat(ImageName.pinned("kotori:7", null)).isEmpty();
  }
}
