package dev.whimbrel.runner.alembic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.whimbrel.runner.Mounts;
import dev.whimbrel.runner.StepFailure;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The bridge with the shells that images have. */
@Tag("postgres")
class BridgeIT {

  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path root;
  private BridgeFolder folder;
  private Process shim;
  private Bridge bridge;

  static Stream<List<String>> shells() {
    return Stream.of(List.of("dash"), List.of("bash", "--posix"), List.of("busybox", "sh"))
        .filter(shell ->
            Stream.of("/bin/", "/usr/bin/", "/usr/local/bin/")
                .anyMatch(folder -> Files.isExecutable(Path.of(folder + shell.getFirst()))));
  }

  @BeforeEach
  void prepare() throws IOException {
    folder = new BridgeFolder(root.resolve("whimbrel/bridge"));
    folder.prepare();
  }

  @AfterEach
  void close() throws InterruptedException {
    if (bridge != null) {
      bridge.close();
    }
    if (shim != null && !shim.waitFor(10, TimeUnit.SECONDS)) {
      shim.destroyForcibly();
    }
  }

  @ParameterizedTest
  @MethodSource("shells")
  void keepsOutputAndErrorsApartAndTellsTheExitCode(List<String> shell) throws IOException {
    open(shell);
    program("tool", "printf 'to out'; echo to err >&2; exit 3");

    ToolOutput output = run("/tool");

    assertThat(output.exit()).isEqualTo(3);
    assertThat(output.out()).isEqualTo("to out");
    assertThat(output.err()).isEqualTo("to err\n");
    assertThat(Files.readString(log())).isEqualTo("to err\n");
  }

  @ParameterizedTest
  @MethodSource("shells")
  void tellsAMissingProgramFromOneThatMayNotRun(List<String> shell) throws IOException {
    open(shell);
    Files.writeString(root.resolve("text"), "no program\n");

    assertThat(run("/nowhere/alembic").exit()).isEqualTo(127);
    assertThat(run("/text").exit()).isEqualTo(126);
  }

  @ParameterizedTest
  @MethodSource("shells")
  void passesArgumentsAndEnvironmentWhateverIsInThem(List<String> shell) throws IOException {
    open(shell);
    program("tool", "printf '%s|' \"$#\" \"$1\" \"$2\" \"$VALUE\"");
    String odd = "it's $HOME `x` \\ \"q\"\nnext line é";

    ToolCall call =
        bridge.start(List.of("/tool", odd, ""), List.of("export VALUE=" + Bridge.quote(odd)));

    assertThat(end(call).out()).isEqualTo("2|" + odd + "||" + odd + "|");
  }

  @ParameterizedTest
  @MethodSource("shells")
  void carriesMuchOutput(List<String> shell) throws IOException {
    open(shell);
    program(
        "tool",
        "i=0; while [ $i -lt 4000 ]; do echo \"line $i of much, much output here, é\"; "
            + "i=$((i+1)); done; echo done >&2");

    ToolOutput output = run("/tool");

    assertThat(output.out().getBytes(StandardCharsets.UTF_8).length).isGreaterThan(150_000);
    assertThat(output.out()).endsWith("line 3999 of much, much output here, é\n");
    assertThat(Files.readString(log())).isEqualTo("done\n");
  }

  @ParameterizedTest
  @MethodSource("shells")
  void readsFilesByteByByte(List<String> shell) throws IOException {
    open(shell);
    byte[] odd = "  a\\b\t\u0081é \n\n-n\nlast without end".getBytes(StandardCharsets.UTF_8);
    Path file = Files.write(root.resolve("a file's name"), odd);

    assertThat(bridge.read(file.toString())).hasValue(odd);
    assertThat(bridge.read(root + "/nothing")).isEmpty();
    assertThat(bridge.read(file.toString())).hasValue(odd);
  }

  @ParameterizedTest
  @MethodSource("shells")
  void killsTheToolOnRequest(List<String> shell) throws IOException {
    open(shell);
    program("tool", "exec sleep 60");
    ToolCall call = bridge.start(List.of("/tool"), List.of());
    assertThat(call.await(100)).isEmpty();

    call.signal("TERM");

    assertThat(end(call).exit()).isEqualTo(128 + 15);
    assertThat(run("/tool-is-not-there").exit()).isEqualTo(127);
  }

  @ParameterizedTest
  @MethodSource("shells")
  void ignoresTheSignalOfThePodButLetsTheToolHearIt(List<String> shell) throws Exception {
    open(shell);
    program("tool", "exec sleep 60");
    ToolCall call = bridge.start(List.of("/tool"), List.of());
    await().atMost(SOON).until(() -> sleeper() != null);

    shim.destroy();

    assertThat(shim.waitFor(300, TimeUnit.MILLISECONDS)).isFalse();
    assertThat(call.isOver()).isFalse();
    sleeper().destroy();
    assertThat(end(call).exit()).isEqualTo(128 + 15);
  }

  @ParameterizedTest
  @MethodSource("shells")
  void whenTheRunnerIsGoneTheToolIsEndedAndTheShimToo(List<String> shell) throws Exception {
    open(shell);
    program("tool", "exec sleep 60");
    bridge.start(List.of("/tool"), List.of());
    await().atMost(SOON).until(() -> sleeper() != null);
    ProcessHandle sleeper = sleeper();

    bridge.close();

    assertThat(shim.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(shim.exitValue()).isZero();
    await().atMost(SOON).until(() -> !sleeper.isAlive());
  }

  @ParameterizedTest
  @MethodSource("shells")
  void whenTheShimIsGoneTheRunnerNotices(List<String> shell) throws Exception {
    open(shell);
    program("tool", "exec sleep 60");
    ToolCall call = bridge.start(List.of("/tool"), List.of());
    await().atMost(SOON).until(() -> sleeper() != null);
    List<ProcessHandle> orphans = shim.descendants().toList();

    shim.destroyForcibly();

    try {
      assertThatThrownBy(() -> call.await(20_000))
          .isInstanceOf(StepFailure.class)
          .hasMessageContaining("image shop:1")
          .hasMessageContaining("ended before its work");
      assertThatThrownBy(() -> bridge.start(List.of("/tool"), List.of()))
          .isInstanceOf(StepFailure.class);
    } finally {
      // All of them: what waits for the tool would still write into a folder that is removed.
      orphans.forEach(ProcessHandle::destroyForcibly);
      await().atMost(SOON).until(() -> orphans.stream().noneMatch(ProcessHandle::isAlive));
    }
  }

  @ParameterizedTest
  @MethodSource("shells")
  void aRunnerThatEndsWithoutCallingLetsTheShimEnd(List<String> shell) throws Exception {
    start(shell);

    BridgeFolder.leave(new Mounts(root));

    assertThat(shim.waitFor(10, TimeUnit.SECONDS)).isTrue();
    start(shell);
    assertThat(shim.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(shim.exitValue()).isZero();
  }

  @Test
  void aContainerThatDoesNotBeginIsNamed() {
    assertThatThrownBy(() -> Bridge.open(folder, "shop:1", Duration.ofMillis(200)))
        .isInstanceOfSatisfying(
            StepFailure.class,
            failure -> {
              assertThat(failure.end().reason()).isEqualTo("ToolNotStarted");
              assertThat(failure.getMessage()).contains("/bin/sh in image shop:1");
            });
  }

  @Test
  void theFolderIsMadeTwiceWithoutHarm() throws IOException {
    folder.prepare();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.requests())))
        .isEqualTo("rw-rw-rw-");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.path())))
        .isEqualTo("rwxrwxrwx");
  }

  private void open(List<String> shell) throws IOException {
    start(shell);
    bridge = Bridge.open(folder, "shop:1", SOON);
  }

  private void start(List<String> shell) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(shell));
    builder.command().add(folder.path().resolve("shim.sh").toString());
    builder.environment().put("WHIMBREL_ROOT", root.toString());
    builder.redirectError(log().toFile()).redirectOutput(new File("/dev/null"));
    shim = builder.start();
  }

  private Path log() {
    return root.resolve("container-log");
  }

  private ToolOutput run(String... command) {
    return end(bridge.start(List.of(command), List.of()));
  }

  private static ToolOutput end(ToolCall call) {
    return call.await(SOON.toMillis()).orElseThrow();
  }

  private ProcessHandle sleeper() {
    return shim.descendants()
        .filter(process -> process.info().command().filter(c -> c.endsWith("/sleep")).isPresent())
        .findFirst()
        .orElse(null);
  }

  private void program(String name, String script) throws IOException {
    Path file = Files.writeString(root.resolve(name), "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
