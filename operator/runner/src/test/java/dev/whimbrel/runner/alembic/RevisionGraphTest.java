package dev.whimbrel.runner.alembic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RevisionGraphTest {

  private static final String HISTORY =
      """
      noise of a module that prints
      Rev: m (head) (mergepoint)
      Merges: b1, b2
      Path: /app/migrations/versions/m.py

          join

          Revision ID: m

      Rev: b2
      Parent: a1
      Also depends on: z
      Path: /app/migrations/versions/b2.py

          second branch

      Rev: b1
      Parent: a1
      Path: /app/migrations/versions/b1.py

          first branch
          Rev: not-one
          Parent: neither

      Rev: a1 (branchpoint)
      Parent: <base>
      Branches into: b1, b2
      Path: /app/migrations/versions/a1_users.py

          users

      """;

  private final RevisionGraph graph = RevisionGraph.parse(HISTORY);

  @Test
  void revisionsAreReadWithParentsFileAndDescription() {
    RevisionNode merge = graph.find("m").orElseThrow();

    assertThat(merge.parents()).containsExactly("b1", "b2");
    assertThat(merge.head()).isTrue();
    assertThat(merge.description()).isEqualTo("join");
    RevisionNode base = graph.find("a1").orElseThrow();
    assertThat(base.parents()).isEmpty();
    assertThat(base.path()).isEqualTo("/app/migrations/versions/a1_users.py");
    assertThat(graph.find("not-one")).isEmpty();
    assertThat(graph.heads()).extracting(RevisionNode::id).containsExactly("m");
  }

  @Test
  void whatIsPendingComesBasesFirst() {
    assertThat(graph.pending(List.of(), "m"))
        .extracting(RevisionNode::id)
        .containsExactly("a1", "b1", "b2", "m");
    assertThat(graph.pending(List.of("b1"), "m"))
        .extracting(RevisionNode::id)
        .containsExactly("b2", "m");
    assertThat(graph.pending(List.of("m"), "m")).isEmpty();
  }

  @Test
  void thereIsARowPerBranch() {
    assertThat(graph.rows(Set.of("b1"))).containsExactly("b1");
    assertThat(graph.rows(Set.of("b1", "b2"))).containsExactlyInAnyOrder("b1", "b2");
    assertThat(graph.rows(Set.of("m"))).containsExactly("m");
  }

  @Test
  void aTargetMayBeCutShortWhereItIsClear() {
    assertThat(graph.resolve("a").map(RevisionNode::id)).hasValue("a1");
    assertThat(graph.resolve("b")).isEmpty();
  }

  @Test
  void aGraphIsCutIntoLines() {
    assertThat(RevisionGraph.lines(graph.pending(List.of(), "m")))
        .map(line -> line.stream().map(RevisionNode::id).toList())
        .containsExactly(List.of("a1", "b1"), List.of("b2"), List.of("m"));
  }

  @Test
  void aLineHasNoMerges() {
    assertThat(RevisionGraph.isLine(graph.pending(List.of(), "b1"))).isTrue();
    assertThat(RevisionGraph.isLine(graph.pending(List.of(), "m"))).isFalse();
  }
}
