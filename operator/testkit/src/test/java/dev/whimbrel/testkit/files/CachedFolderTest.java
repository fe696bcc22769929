package dev.whimbrel.testkit.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachedFolderTest {

  @TempDir Path directory;

  private final List<String> progress = new ArrayList<>();
  private CachedFolder cached;

  @BeforeEach
  void name() {
    cached = new CachedFolder(directory.resolve("a/b"), "a thing", "no time", "thing");
  }

  @Test
  void it_is_filled_once_and_then_found() {
    Path first = cached.obtain(CachedFolderTest::fill, progress::add);
    Path second = cached.obtain(CachedFolderTest::fail, progress::add);

    assertThat(second).isEqualTo(first).isEqualTo(directory.resolve("a/b"));
    assertThat(first.resolve("thing")).hasContent("whole");
    assertThat(progress).hasSize(2).first().isEqualTo("making a thing (once, no time) ...");
  }

  @Test
  void those_who_ask_at_once_get_the_same_and_one_of_them_fills_it() throws Exception {
    AtomicInteger fillings = new AtomicInteger();
    CyclicBarrier start = new CyclicBarrier(4);
    Callable<Path> ask =
        () -> {
          start.await();
          return cached.obtain(
              folder -> {
                fillings.incrementAndGet();
                fill(folder);
              },
              line -> {});
        };

    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (Future<Path> asked : threads.invokeAll(List.of(ask, ask, ask, ask))) {
        assertThat(asked.get().resolve("thing")).hasContent("whole");
      }
    }

    assertThat(fillings).hasValue(1);
  }

  @Test
  void what_an_interrupted_run_has_left_is_made_again() throws IOException {
    Files.createDirectories(cached.folder());
    Files.writeString(cached.folder().resolve("thing"), "half");
    Files.writeString(cached.folder().resolve("rest"), "of before");

    Path folder = cached.obtain(CachedFolderTest::fill, progress::add);

    assertThat(folder.resolve("thing")).hasContent("whole");
    assertThat(folder.resolve("rest")).doesNotExist();
  }

  @Test
  void a_failure_is_passed_on_and_the_next_one_tries_again() {
    assertThatThrownBy(() -> cached.obtain(CachedFolderTest::fail, progress::add))
        .hasMessage("no network");
    assertThat(cached.complete()).isFalse();

    Path folder = cached.obtain(CachedFolderTest::fill, progress::add);

    assertThat(folder.resolve("thing")).hasContent("whole");
  }

  @Test
  void it_is_made_again_when_its_vital_file_is_gone() throws IOException {
    Path folder = cached.obtain(CachedFolderTest::fill, progress::add);
    Files.delete(folder.resolve("thing"));

    cached.obtain(CachedFolderTest::fill, progress::add);

    assertThat(folder.resolve("thing")).hasContent("whole");
  }

  private static void fill(Path folder) throws IOException {
    Files.writeString(folder.resolve("thing"), "whole");
  }

  private static void fail(Path folder) {
    throw new IllegalStateException("no network");
  }
}
