package dev.whimbrel.runner;

import dev.whimbrel.protocol.BuildInput;
import dev.whimbrel.protocol.ExitCode;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.RunnerResult;
import dev.whimbrel.protocol.Step;
import dev.whimbrel.runner.alembic.BridgeFolder;
import dev.whimbrel.runner.build.BuildJob;
import dev.whimbrel.runner.build.BuildOutput;
import dev.whimbrel.runner.build.BuildVerdict;
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
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntUnaryOperator;

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
  private final Ending ending;
  private RunnerInput input;

  private Runner(
      Map<String, String> environment,
      PrintStream out,
      Clock clock,
      StopSignal stop,
      Ending ending) {
    this.environment = Map.copyOf(environment);
    this.stop = stop;
    this.clock = clock;
    this.mounts = Mounts.of(environment);
    this.log = new Log(out, clock, Secrets.hidden(environment));
    this.ending = ending;
  }

  /** Who hears how the Job ended, once. */
  @FunctionalInterface
  public interface Ending {

    /**
     * It ended.
     *
     * @throws IOException where that cannot be handed on
     */
    void of(ExitCode exit, RunnerResult result) throws IOException;
  }

  /** Runs the Job that the environment describes, and exits with an {@link ExitCode}. */
  public static void main(String[] args) {
    Mounts mounts = Mounts.of(System.getenv());
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    runProcess(out, (exit, result) -> leave(mounts, result), exit -> exit);
  }

  /**
   * Runs the Job that the environment describes as this process, which SIGTERM ends in good order,
   * and exits.
   *
   * @param exit the exit code of the process, from that of the Job
   */
  public static void runProcess(PrintStream out, Ending ending, IntUnaryOperator exit) {
    StopSignal stop = new StopSignal();
    CountDownLatch ended = new CountDownLatch(1);
    Runner runner = new Runner(System.getenv(), out, Clock.systemUTC(), stop, ending);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> runner.terminate(ended), "sigterm"));
    try {
      int code = exit.applyAsInt(runner.run());
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
    Mounts mounts = Mounts.of(environment);
    Ending ending = (exit, result) -> leave(mounts, result);
    return new Runner(environment, out, clock, stop, ending).run();
  }

  private int run() {
    StepEnd end;
    try {
      input = Inputs.read(environment);
      Optional<BuildInput> build = Inputs.build(environment);
      if (build.isPresent()) {
        return watch(build.get());
      }
      end = steps();
    } catch (StepFailure e) {
      end = e.end();
    }
    return finish(end);
  }

  /** Has a build do the steps: its result is ours. */
  private int watch(BuildInput build) {
    BuildJob job = new BuildJob(input, build, environment, mounts, log, clock, stop);
    return switch (job.run()) {
      case BuildVerdict.OfRunner(BuildOutput output) -> {
        ExitCode exit = output.exitCode();
        hand(exit, output.result());
        yield exit.code();
      }
      case BuildVerdict.Own(StepEnd end) -> finish(end);
    };
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
    hand(end.exit(), report.result(input, end, log));
    return end.exit().code();
  }

  private void hand(ExitCode exit, RunnerResult result) {
    try {
      ending.of(exit, result);
    } catch (IOException e) {
      // The exit code and the log still tell; the operator inspects the database.
      log.warn("The result cannot be written", "error", e.getMessage());
    }
  }

  /** As the last word of the container. */
  private static void leave(Mounts mounts, RunnerResult result) throws IOException {
    Path file = mounts.terminationLog();
    Files.createDirectories(file.getParent());
    Files.writeString(file, result.toTerminationMessage());
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
