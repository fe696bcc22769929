package dev.whimbrel.analysis.pgquery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class VendoredModuleTest {

  private static final Path FOLDER =
      Path.of(System.getProperty("whimbrel.root", "../.."), "operator/analysis/src/wasm");

  @Test
  void theModuleIsTheOneThatItsPageTellsOf() throws Exception {
    byte[] module = Files.readAllBytes(FOLDER.resolve("pg_query.wasm"));

    String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(module));

    assertThat(hash).isEqualTo("63e1134b1b0f4af37a416967f11f4a61da15b0879b1f7d722eb6d79d68e925b5");
    assertThat(Files.readString(FOLDER.resolve("README.md"))).contains(hash);
  }

  @Test
  void whatItAsksOfItsHostIsThis() {
    assertThat(PgQueryModule.load().importSection().stream())
        .extracting(each -> each.name())
        .filteredOn(name -> !name.startsWith("invoke_"))
        .containsExactlyInAnyOrder(
            "__assert_fail",
            "_emscripten_throw_longjmp",
            "abort",
            "emscripten_memcpy_big",
            "emscripten_resize_heap",
            "exit",
            "fd_close",
            "fd_read",
            "fd_seek",
            "fd_write",
            "getTempRet0",
            "setTempRet0");
  }
}
