package dev.whimbrel.testkit.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubernetesBinariesTest {

  @Test
  void the_cache_is_where_the_environment_says() {
    assertThat(KubernetesBinaries.userCache(Map.of("WHIMBREL_CACHE", "/c", "XDG_CACHE_HOME", "/x")))
        .isEqualTo(Path.of("/c"));
    assertThat(KubernetesBinaries.userCache(Map.of("XDG_CACHE_HOME", "/x")))
        .isEqualTo(Path.of("/x/whimbrel"));
    assertThat(KubernetesBinaries.userCache(Map.of()))
        .isEqualTo(Path.of(System.getProperty("user.home"), ".cache", "whimbrel"));
  }

  @Test
  void a_cached_binary_is_used_as_it_is(@TempDir Path cache) throws IOException {
    KubernetesBinaries binaries = KubernetesBinaries.in(cache, line -> {});
    assertThat(binaries.cached(KubernetesBinary.ETCD)).isFalse();
    binaries.build(java.util.List.of());
    Path folder;
    try (var versions = Files.list(cache.resolve("kubernetes"))) {
      folder = versions.findFirst().orElseThrow();
    }
    Path etcd = Files.writeString(folder.resolve("etcd"), "#!/bin/sh\n");

    assertThat(etcd.toFile().setExecutable(true)).isTrue();

    assertThat(folder.getFileName().toString()).matches("1\\.35\\.4-[0-9a-f]{16}");
    assertThat(binaries.cached(KubernetesBinary.ETCD)).isTrue();
    assertThat(binaries.path(KubernetesBinary.ETCD)).isEqualTo(etcd);
  }
}
