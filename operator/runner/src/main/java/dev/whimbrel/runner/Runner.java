package dev.whimbrel.runner;

import dev.whimbrel.protocol.ExitCode;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.RunnerResult;
import dev.whimbrel.protocol.Step;
import dev.whimbrel.runner.alembic.BridgeFolder;
import dev.whimbrel.runner.google.ManagedSecrets;
import dev.whimbrel.runner.google.SecretReading;
import dev.whimbrel.runner.google.SecretsFile;
import dev.whimbrel.runner.steps.Steps;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The program inside the Jobs: steps in, one result out. */
public final class Runner {

  /** Seconds of grace that the pod has after SIGTERM; 30 where it is absent. */
  public static final String GRACE_VARIABLE = "WHIMBREL_GRACE_SECONDS";

  private static final int DEFAULT_GRACE_SECONDS = 30;

  private final Map<String, String> environment;
  private final StopSignal stop;
  private final Clock clock;
  private final Report report = new Report();
  private final Mounts mounts;
  private final Log log;
  private RunnerInput input;

  private Runner(Map<String, String> environment, PrintStream out, Clock clock, StopSignal stop) {
    this.environment = Map.copyOf(environment);
    this.stop = stop;
    this.clock = clock;
    this.mounts = Mounts.of(environment);
    this.log = new Log(out, clock, Secrets.hidden(environment));
  }

  /** Runs the Job that the environment describes, and exits with an {@link ExitCode}. */
  public static void main(String[] args) {
    StopSignal stop = new StopSignal();
    CountDownLatch ended = new CountDownLatch(1);
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    Runner runner = new Runner(System.getenv(), out, Clock.systemUTC(), stop);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> runner.terminate(ended), "sigterm"));
    try {
      int code = runner.run();
      out.flush();
      // Not exit: a hook that is waiting for this thread would wait for ever. And before the hook
      // hears of the end: it would let the process go with 143, the code of the signal.
      Runtime.getRuntime().halt(code);
    } finally {
      ended.countDown();
    }
  }

  /**
   * Runs a Job inside this process.
   *
   * @return the exit code
   */
  public static int run(
      Map<String, String> environment, PrintStream out, Clock clock, StopSignal stop) {
    return new Runner(environment, out, clock, stop).run();
  }

  private int run() {
    StepEnd end;
    try {
      input = Inputs.read(environment);
      end = steps();
    } catch (StepFailure e) {
      end = e.end();
    }
    return finish(end);
  }

  private StepEnd steps() {
    ManagedSecrets managed = SecretReading.of(input, environment);
    Map<String, String> all = new HashMap<>(environment);
    all.putAll(managed.login());
    log.hide(managed.hidden());
    log.hide(Secrets.hidden(all));
    Credentials credentials = Secrets.credentials(all, input.database());
    Job job = new Job(input, credentials, all, mounts, log, clock, stop, report, managed);
    StepEnd end = null;
    try (Steps steps = new Steps(job)) {
      for (Step step : input.steps()) {
        end = step(steps, step);
        if (!end.leadsOn()) {
          break;
        }
      }
    }
    return end;
  }

  private StepEnd step(Steps steps, Step step) {
    report.begin(step);
    log.info(
        "Step begins",
        "step",
        step.word(),
        "migration",
        input.migration().namespace() + "/" + input.migration().name(),
        "run",
        input.run(),
        "attempt",
        input.attempt());
    StepEnd end = steps.run(step);
    log.info(
        "Step ended",
        "step",
        step.word(),
        "outcome",
        end.outcome(),
        "reason",
        end.reason(),
        "message",
        end.message());
    return end;
  }

  private synchronized int finish(StepEnd end) {
    BridgeFolder.leave(mounts);
    SecretsFile.of(mounts).remove();
    if (input == null) {
      log.warn(end.message(), "reason", end.reason());
      return end.exit().code();
    }
    write(report.result(input, end, log));
    return end.exit().code();
  }

  private void write(RunnerResult result) {
    Path file = mounts.terminationLog();
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, result.toTerminationMessage());
    } catch (IOException e) {
      // The exit code and the log still tell; the operator inspects the database.
      log.warn("The result cannot be written", "file", file, "error", e.getMessage());
    }
  }

  /** On SIGTERM: two thirds of the grace go to the work, the rest to writing the result. */
  private void terminate(CountDownLatch ended) {
    stop.request();
    int grace =
        Integer.parseInt(
            environment.getOrDefault(GRACE_VARIABLE, String.valueOf(DEFAULT_GRACE_SECONDS)));
    try {
      if (!ended.await(grace * 2000L / 3, TimeUnit.MILLISECONDS)) {
        int code =
            finish(
                StepEnd.stopped(
                    RunnerResult.Kind.STOPPED,
                    "Terminated",
                    "the pod was told to end and the step did not end within "
                        + grace * 2 / 3
                        + " s; the database's history tells what was done"));
        Runtime.getRuntime().halt(code);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
