package dev.whimbrel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The picture in the documentation is the code's. */
class PhaseDiagramTest {

  private static final Path PAGE = Path.of("../../docs/phases.md");
  private static final Pattern ARROW = Pattern.compile("(?m)^  (\\w+) --> (\\w+)(?:: .*)?$");

  @Test
  void thePictureHasExactlyTheTransitionsOfTheCode() throws IOException {
    Set<String> drawn =
        ARROW
            .matcher(Files.readString(PAGE))
            .results()
            .map(arrow -> arrow.group(1) + " --> " + arrow.group(2))
            .collect(Collectors.toCollection(TreeSet::new));

    Set<String> coded =
        Stream.of(Phase.values())
            .flatMap(from -> from.next().stream().map(to -> from.label() + " --> " + to.label()))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(drawn).isEqualTo(coded);
  }

  @Test
  void thePageExplainsEveryPhase() throws IOException {
    String page = Files.readString(PAGE);

    assertThat(Phase.values()).allSatisfy(p -> assertThat(page).contains("| " + p.label() + " | "));
  }
}
