package dev.whimbrel.runner.trace;

import dev.whimbrel.protocol.RunnerInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;

/**
 * Stands where pg_dump's container is: waits for the login and writes a structure.
 *
 * @param login the folder where the login comes
 * @param structure the folder where the structure goes
 */
public record PgDumpStandIn(Path login, Path structure) {

  /** One in the folders that a runner with this root sees. */
  public static PgDumpStandIn below(Path root) {
    try {
      return new PgDumpStandIn(
          Files.createDirectories(root.resolve(RunnerInput.LOGIN_DIRECTORY.substring(1))),
          Files.createDirectories(root.resolve(RunnerInput.STRUCTURE_DIRECTORY.substring(1))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Answers once, with this SQL; gives the login that it was handed. */
  public CompletableFuture<String> answers(String sql) {
    return CompletableFuture.supplyAsync(() -> answer(sql));
  }

  private String answer(String sql) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> Files.exists(login.resolve("login")));
    try {
      String given = Files.readString(login.resolve("login"));
      Files.writeString(structure.resolve("structure.sql"), "\\restrict x\n" + sql);
      Files.writeString(structure.resolve("end"), "0\n");
      Files.move(structure.resolve("end"), structure.resolve("ended"));
      return given;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
