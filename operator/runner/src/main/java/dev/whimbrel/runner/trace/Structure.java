package dev.whimbrel.runner.trace;

import dev.whimbrel.analysis.Statement;
import dev.whimbrel.analysis.Tokenizer;
import dev.whimbrel.analysis.UnreadableSql;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.database.LibpqLogin;
import dev.whimbrel.runner.database.SqlErrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * The structure of the database, as pg_dump writes it in a container beside. That container gets
 * the login when it is wanted, and no later than that it is taken away: a plan that has nothing to
 * trace does not touch the database for it.
 */
final class Structure {

  private static final Duration DUMP = Duration.ofSeconds(120);
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration LOAD = Duration.ofSeconds(120);

  /** What the runner can hold as text and as tokens; the container's script stops at more, too. */
  private static final long BYTES = 6L * 1024 * 1024;

  private static final String ENDED = "ended";
  private static final String DRAFT = "draft";

  private final Job job;
  private final Path structure;
  private final Path logins;

  Structure(Job job) {
    this.job = job;
    this.structure = job.mounts().below(RunnerInput.STRUCTURE_DIRECTORY);
    this.logins = job.mounts().below(RunnerInput.LOGIN_DIRECTORY);
  }

  /** Has it dumped, and makes it anew on the throw-away server. */
  void copyTo(ThrowAwayServer server) throws TraceImpossible {
    List<Statement> statements = statements(dump());
    Optional<String> reach = Reach.ofAny(statements);
    if (reach.isPresent()) {
      throw new TraceImpossible(
          "the structure of the database may reach another server, a program or a file, in what"
              + " pg_dump writes at "
              + reach.get()
              + ", and a trace that runs SQL on it could, too");
    }
    load(server, statements);
  }

  private String dump() throws TraceImpossible {
    Path login = logins.resolve("login");
    try {
      for (Path file : List.of(structure.resolve(ENDED), login)) {
        Files.deleteIfExists(file);
      }
      try {
        hand(login);
        await();
      } finally {
        for (String name : List.of("login", DRAFT, LibpqLogin.AUTHORITIES)) {
          Files.deleteIfExists(logins.resolve(name));
        }
      }
      String code = Files.readString(structure.resolve(ENDED)).strip();
      if (!code.equals("0")) {
        throw new TraceImpossible(
            "pg_dump of spec.plan.trace.image cannot read the structure of the database: "
                + reason(code, LibpqLogin.error(Files.readString(structure.resolve("errors")))));
      }
      Path dump = structure.resolve("structure.sql");
      if (Files.size(dump) > BYTES) {
        throw new TraceImpossible(
            "what pg_dump writes of the structure of the database is larger than 6 MiB");
      }
      return Files.readString(dump);
    } catch (IOException e) {
      throw new TraceImpossible("the structure of the database cannot be handed over: " + e);
    }
  }

  private static String reason(String code, String error) {
    return switch (code) {
      case "124", "143" -> "it was stopped after 110 s";
      // SIGXFSZ.
      case "153" -> "it is larger than 16 MiB";
      case "127" -> "the image has no pg_dump, or no timeout (" + error + ")";
      default -> error;
    };
  }

  /** Complete or not at all: whoever waits for it reads it at once. */
  private void hand(Path login) throws IOException, TraceImpossible {
    LibpqLogin found =
        LibpqLogin.of(job)
            .orElseThrow(() ->
                new TraceImpossible(
                    "pg_dump cannot go through Google's connector: use"
                        + " spec.database.cloudSQL.connect: Proxy"));
    if (found.verifies()) {
      Files.writeString(logins.resolve(LibpqLogin.AUTHORITIES), LibpqLogin.authorities());
    }
    Path draft = logins.resolve(DRAFT);
    Files.deleteIfExists(draft);
    Files.createFile(
        draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(draft, found.shell());
    Files.move(draft, login, StandardCopyOption.ATOMIC_MOVE);
  }

  private void await() throws TraceImpossible {
    Instant end = job.clock().instant().plus(DUMP);
    while (!Files.exists(structure.resolve(ENDED))) {
      if (job.clock().instant().isAfter(end)) {
        throw new TraceImpossible(
            "pg_dump did not end within "
                + DUMP.toSeconds()
                + " s; read kubectl logs of the container \"structure\"");
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private void load(ThrowAwayServer server, List<Statement> statements) throws TraceImpossible {
    Instant end = job.clock().instant().plus(LOAD);
    for (Statement statement : statements) {
      if (job.clock().instant().isAfter(end)) {
        throw new TraceImpossible(
            "the throw-away server did not make the structure of the database within "
                + LOAD.toSeconds()
                + " s");
      }
      try {
        if (!isOurs(statement)) {
          server.execute(statement.text());
        }
      } catch (SQLException e) {
        throw new TraceImpossible(
            "spec.plan.trace.image cannot hold the structure of the database: "
                + SqlErrors.message(e)
                + " (SQLSTATE "
                + SqlErrors.state(e)
                + ", line "
                + statement.line()
                + " of the dump); use an image with the same extensions and collations");
      }
    }
  }

  /** The schema that is there in every database, and limits where the trace has its own. */
  private static boolean isOurs(Statement statement) {
    return (statement.matches(0, "CREATE", "SCHEMA") && statement.text().endsWith(" public"))
        || (statement.starts("SET") && statement.word(1).endsWith("_TIMEOUT"));
  }

  /** Without what is meant for psql: newer versions of pg_dump begin and end with it. */
  private static List<Statement> statements(String dump) throws TraceImpossible {
    String sql =
        dump.lines()
            .map(line ->
                line.startsWith("\\restrict ") || line.startsWith("\\unrestrict ") ? "" : line)
            .collect(Collectors.joining("\n"));
    try {
      return Tokenizer.statements(sql);
    } catch (UnreadableSql e) {
      throw new TraceImpossible("what pg_dump wrote cannot be read: " + e.getMessage());
    }
  }
}
