package dev.whimbrel.runner.alembic;

import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.RunnerResult.Kind;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepEnd;
import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.database.Connections;
import dev.whimbrel.runner.google.SecretsFile;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Alembic's command line, as the user's image has it. What its sessions are to obey is handed over
 * in libpq's variables, which psycopg2 and psycopg honour and other drivers do not.
 */
final class AlembicCommand {

  /** Longer than any of these takes with thousands of revisions. */
  private static final Duration LOOK = Duration.ofMinutes(3);

  private static final long POLL_MILLIS = 50;
  private static final int MOST_NAME = 63;
  private static final int NOT_FOUND = 127;
  private static final int NOT_EXECUTABLE = 126;

  private static final String ALWAYS =
      "-c client_connection_check_interval=1s -c tcp_keepalives_idle=30"
          + " -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3";

  private static final String READ_ONLY =
      "-c default_transaction_read_only=on -c statement_timeout=60000 -c lock_timeout=5000";

  /** A session like this waits at its first question while a serializable transaction is open. */
  private static final String DEFERRED =
      "-c default_transaction_isolation=serializable -c default_transaction_deferrable=on";

  private final Job job;
  private final Bridge bridge;
  private final RunnerInput.Alembic source;

  AlembicCommand(Job job, Bridge bridge) {
    this.job = job;
    this.bridge = bridge;
    this.source = job.input().alembic();
  }

  /** What all sessions of the tool in this Job are called, where its driver lets them be. */
  static String sessionName(RunnerInput input) {
    String name = Connections.runPrefix(input) + input.attempt() + "/alembic";
    return name.length() <= MOST_NAME ? name : name.substring(0, MOST_NAME);
  }

  /** A command that changes nothing; its sessions are read-only. */
  ToolOutput look(String... words) {
    return finish(startLook(words), String.join(" ", words));
  }

  /** The same where it prints SQL, which reviewers see: without the values of secrets. */
  ToolOutput render(String... words) {
    ToolOutput found = look(words);
    return new ToolOutput(found.exit(), job.secrets().redact(found.out()), found.err());
  }

  /** A command that changes nothing, to be waited for later. */
  ToolCall startLook(String... words) {
    return start(READ_ONLY, words);
  }

  /** {@code current} in a session that waits until the runner lets it go on. */
  ToolCall startCurrent() {
    return start(READ_ONLY + " " + DEFERRED, "current");
  }

  /**
   * A command that changes the database.
   *
   * @param lockTimeoutMillis 0 for none
   */
  ToolCall startChange(long lockTimeoutMillis, String... words) {
    return start(
        "-c default_transaction_read_only=off -c statement_timeout=0 -c lock_timeout="
            + lockTimeoutMillis,
        words);
  }

  private ToolCall start(String options, String... words) {
    List<String> command = new ArrayList<>(source.command());
    command.addAll(List.of(words));
    job.log().info("Alembic begins", "command", String.join(" ", words));
    return bridge.start(command, exports(options));
  }

  /** The user's own options come first, so that the last word is ours. */
  private List<String> exports(String options) {
    String name = Bridge.quote(sessionName(job.input()));
    String all = ALWAYS + " " + options + " -c application_name=" + sessionName(job.input());
    List<String> lines = new ArrayList<>();
    if (SecretsFile.isNeeded(job)) {
      lines.add(". " + SecretsFile.IN_SHELL);
    }
    lines.addAll(libpq(name, all));
    return lines;
  }

  private static List<String> libpq(String name, String all) {
    return List.of(
        "export PGAPPNAME=" + name,
        "export PGOPTIONS=\"${PGOPTIONS:-} \"" + Bridge.quote(all),
        "export PGCONNECT_TIMEOUT=\"${PGCONNECT_TIMEOUT:-10}\"",
        "export PYTHONHASHSEED=\"${PYTHONHASHSEED:-0}\"",
        "export PYTHONDONTWRITEBYTECODE=1",
        "export PYTHONIOENCODING=utf-8");
  }

  /**
   * Waits for a command that changes nothing.
   *
   * @throws StepFailure where it is not there, does not end, or the pod is told to end
   */
  ToolOutput finish(ToolCall call, String what) {
    Instant until = job.clock().instant().plus(LOOK);
    while (true) {
      Optional<ToolOutput> output = call.await(POLL_MILLIS);
      if (output.isPresent()) {
        return requireFound(output.get());
      }
      if (job.stop().requested()) {
        call.signal("TERM");
        throw new StepFailure(
            StepEnd.stopped(
                Kind.STOPPED, "Terminated", "the pod was told to end; nothing was changed"));
      }
      if (job.clock().instant().isAfter(until)) {
        call.signal("KILL");
        throw StepFailure.permanent(
            "ToolHangs",
            "alembic "
                + what
                + " did not end within "
                + LOOK.toMinutes()
                + " min: look for code in env.py and in revisions that waits for something");
      }
    }
  }

  /** Tells a missing program from one that failed. */
  ToolOutput requireFound(ToolOutput output) {
    if (output.exit() == NOT_FOUND || output.exit() == NOT_EXECUTABLE) {
      boolean found = output.exit() == NOT_EXECUTABLE;
      throw StepFailure.permanent(
          "ToolMissing",
          "image "
              + source.image()
              + (found ? " may not execute " : " has no program ")
              + source.command().getFirst()
              + " (exit code "
              + output.exit()
              + (found ? "" : "; or the interpreter in its first line is missing")
              + "): correct spec.source.alembic.command");
    }
    return output;
  }
}
