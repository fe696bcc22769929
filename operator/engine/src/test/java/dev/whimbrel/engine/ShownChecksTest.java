package dev.whimbrel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.CheckResult;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShownChecksTest {

  private static CheckResult check(String name, String result) {
    return new CheckResult(name, result, null, null, "");
  }

  @Test
  void whatDoesNotHoldComesFirstAndTheRestStaysInItsOrder() {
    List<CheckResult> shown =
        ShownChecks.of(
            List.of(
                check("a", CheckResult.PASSED),
                check("b", CheckResult.WARNED),
                check("c", CheckResult.FAILED),
                check("d", CheckResult.SKIPPED),
                check("e", CheckResult.PASSED)));

    assertThat(shown).extracting(CheckResult::name).containsExactly("c", "b", "d", "a", "e");
  }

  @Test
  void aStatusShowsAtMostTwenty() {
    List<CheckResult> many =
        IntStream.range(0, 30).mapToObj(i -> check("n" + i, CheckResult.PASSED)).toList();

    assertThat(ShownChecks.of(many)).hasSize(20);
  }
}
