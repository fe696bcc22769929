package dev.whimbrel.testkit.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryFolderTest {

  @TempDir Path parent;

  @Test
  void a_deleted_folder_leaves_nothing() throws IOException {
    Path folder = TemporaryFolder.create(parent, "test");
    Files.writeString(folder.resolve("file"), "content");

    TemporaryFolder.delete(folder);

    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void what_a_killed_jvm_has_left_is_swept_and_what_lives_stays() throws IOException {
    Path alive = TemporaryFolder.create(parent, "alive");
    Path left = Files.createDirectories(parent.resolve("whimbrel-left-1/data")).getParent();
    Files.createFile(parent.resolve("whimbrel-left-1.lock"));
    Path foreign = Files.createDirectory(parent.resolve("whimbrel-foreign"));

    TemporaryFolder.sweep(parent);

    assertThat(left).doesNotExist();
    assertThat(parent.resolve("whimbrel-left-1.lock")).doesNotExist();
    assertThat(alive).exists();
    assertThat(foreign).exists();
    TemporaryFolder.delete(alive);
  }
}
