package dev.whimbrel.runner.preflight;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.protocol.RunnerResult.Kind;
import dev.whimbrel.runner.StepEnd;
import dev.whimbrel.runner.StepFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Checks with their results, in the order in which they were made. One that fails stops no other.
 */
public final class PreflightTable {

  private static final String SEVERAL = "PreflightFailed";
  private static final Set<String> SECRETS =
      Set.of("SecretNotReadable", "SecretManagerUnreachable", SEVERAL);

  private final List<CheckResult> checks = new ArrayList<>();
  private final List<StepEnd> failures = new ArrayList<>();

  /** It is right. */
  public void passed(String name, String what) {
    checks.add(CheckResult.of(name, CheckResult.PASSED, what, null));
  }

  /** Somebody should look; the plan is made all the same. */
  public void warned(String name, String what, String remedy) {
    checks.add(CheckResult.of(name, CheckResult.WARNED, what, remedy));
  }

  /** Somebody else has looked. */
  void note(CheckResult row) {
    checks.add(row);
  }

  /** Whether a step that ends for this reason says what is wrong with its secrets. */
  public static boolean ofSecrets(String reason) {
    return SECRETS.contains(reason);
  }

  /** It could not be looked at. */
  public void skipped(String name, String why) {
    checks.add(CheckResult.of(name, CheckResult.SKIPPED, why, null));
  }

  /**
   * No plan can be made.
   *
   * @param remedy the command that mends it; null where the message says what to do
   */
  public void failed(String name, StepEnd end, String remedy) {
    checks.add(CheckResult.of(name, CheckResult.FAILED, end.message(), remedy));
    failures.add(end);
  }

  /**
   * Makes a check that throws where it fails.
   *
   * @return what it opened; empty where it failed
   */
  public <T> Optional<T> check(String name, String what, Supplier<T> open) {
    try {
      T opened = open.get();
      passed(name, what);
      return Optional.of(opened);
    } catch (StepFailure e) {
      failed(name, e.end(), null);
      return Optional.empty();
    }
  }

  /** What was found so far. */
  public List<CheckResult> checks() {
    return List.copyOf(checks);
  }

  /** Whether nothing has failed. */
  public boolean holds() {
    return failures.isEmpty();
  }

  /** How the step ends where something has failed: with all of it, not only the first. */
  public StepEnd end() {
    if (failures.size() == 1) {
      return failures.getFirst();
    }
    boolean permanent = failures.stream().anyMatch(end -> end.kind() == Kind.PERMANENT);
    String message =
        failures.size()
            + " checks before the plan fail: "
            + failures.stream().map(StepEnd::message).distinct().collect(Collectors.joining("; "));
    boolean alike = failures.stream().map(StepEnd::reason).distinct().count() == 1;
    String reason = alike ? failures.getFirst().reason() : SEVERAL;
    return permanent
        ? StepEnd.permanent(reason, message, null)
        : StepEnd.transientFailure(reason, message, null);
  }
}
