package dev.whimbrel.runner.alembic;

import dev.whimbrel.analysis.source.OfflineScript;
import dev.whimbrel.analysis.source.OfflineScript.Section;
import dev.whimbrel.runner.StepFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Renders revisions with {@code --sql}, offline. Where one cannot be rendered Alembic stops there
 * with a script that is cut off: that one is marked, and rendering goes on behind it.
 */
final class Renderer {

  private final AlembicCommand command;
  private final RevisionGraph graph;

  Renderer(AlembicCommand command, RevisionGraph graph) {
    this.command = command;
    this.graph = graph;
  }

  /**
   * Renders upgrades twice, to find what differs from one time to the next, and the ways back of
   * the same revisions. All at the same time: the tool takes most of a second to begin.
   *
   * @param from where the database is; empty for nowhere
   * @param pending in an order in which they can run
   */
  Both upgrade(String from, List<RevisionNode> pending) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<List<RenderedRevision>> again = threads.submit(() -> upgradeOnce(from, pending));
      Future<List<RenderedRevision>> down = threads.submit(() -> waysBack(pending));
      List<RenderedRevision> first = upgradeOnce(from, pending);
      return new Both(compared(first, result(again)), result(down));
    }
  }

  /**
   * Alembic goes back along a line. Where there are several, each is rendered by itself; one that
   * begins by depending on another branch would take that branch along, and is left out.
   */
  private List<RenderedRevision> waysBack(List<RevisionNode> pending) {
    List<RenderedRevision> rendered = new ArrayList<>();
    for (List<RevisionNode> line : RevisionGraph.lines(pending)) {
      RevisionNode first = line.getFirst();
      if (first.dependencies().isEmpty()) {
        String below = first.parents().isEmpty() ? "" : first.parents().getFirst();
        rendered.addAll(downgrade(line.reversed(), below));
      }
    }
    return rendered;
  }

  private static List<RenderedRevision> result(Future<List<RenderedRevision>> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw StepFailure.transientFailure("Interrupted", "rendering was interrupted");
    }
  }

  private static List<RenderedRevision> compared(
      List<RenderedRevision> first, List<RenderedRevision> second) {
    Map<String, RenderedRevision> again =
        second.stream().collect(Collectors.toMap(r -> r.node().id(), Function.identity()));
    return first.stream()
        .map(r ->
            r.section().lines().equals(again.get(r.node().id()).section().lines())
                ? r
                : r.differing())
        .toList();
  }

  private List<RenderedRevision> upgradeOnce(String from, List<RevisionNode> pending) {
    List<RenderedRevision> rendered = new ArrayList<>();
    List<RevisionNode> left = new ArrayList<>(pending);
    String begin = from;
    while (!left.isEmpty()) {
      String target = left.getLast().id();
      String range = begin.isEmpty() ? target : begin + ":" + target;
      Rendering rendering = render(false, range, left);
      for (Section section : rendering.whole()) {
        requireRow(section);
        rendered.add(whole(section, rendering));
        left.removeIf(node -> node.id().equals(section.id()));
      }
      if (rendering.failing() == null) {
        requireNoneLeft(left);
        return rendered;
      }
      RevisionNode failing = take(left, rendering.failing().id());
      rendered.add(unpreviewable(failing, rendering));
      begin = failing.id();
      if (!RevisionGraph.isLine(left) || !continues(failing, left)) {
        // Alembic cannot be asked to begin behind one branch only.
        left.forEach(node -> rendered.add(unpreviewable(node, rendering)));
        return rendered;
      }
    }
    return rendered;
  }

  /**
   * Renders downgrades.
   *
   * @param downwards newest first, each following the next
   * @param to the revision below the last; empty for none
   */
  List<RenderedRevision> downgrade(List<RevisionNode> downwards, String to) {
    List<RenderedRevision> rendered = new ArrayList<>();
    List<RevisionNode> left = new ArrayList<>(downwards);
    while (!left.isEmpty()) {
      String range = left.getFirst().id() + ":" + (to.isEmpty() ? "base" : to);
      Rendering rendering = render(true, range, left);
      for (Section section : rendering.whole()) {
        rendered.add(whole(section, rendering));
        left.removeIf(node -> node.id().equals(section.id()));
      }
      if (rendering.failing() == null) {
        requireNoneLeft(left);
        return rendered;
      }
      rendered.add(unpreviewable(take(left, rendering.failing().id()), rendering));
    }
    return rendered;
  }

  private Rendering render(boolean downgrade, String range, List<RevisionNode> nodes) {
    String verb = downgrade ? "downgrade" : "upgrade";
    Set<String> ids = nodes.stream().map(RevisionNode::id).collect(Collectors.toSet());
    ToolOutput output = command.render(verb, range, "--sql");
    OfflineScript script = OfflineScript.parse(output.out(), downgrade, ids::contains);
    List<Section> sections = script.sections();
    if (output.succeeded()) {
      requireWhole(script, range);
      return new Rendering(script.begun(), sections, null, "");
    }
    ToolError error = ToolError.of(output, graph);
    if (sections.isEmpty() && error.isWriteWhileReadOnly()) {
      throw StepFailure.permanent(
          "EnvironmentWrites",
          "env.py writes to the database even where Alembic only renders SQL, and was not let ("
              + error.describe()
              + "): move what it writes into a revision, or at least out of offline mode"
              + " (context.is_offline_mode())");
    }
    if (sections.isEmpty()) {
      throw new StepFailure(error.end("alembic " + verb + " " + range + " --sql failed"));
    }
    return new Rendering(
        script.begun(),
        sections.subList(0, sections.size() - 1),
        sections.getLast(),
        error.exception());
  }

  private static void requireWhole(OfflineScript script, String range) {
    if (script.complete()) {
      return;
    }
    String last = script.sections().isEmpty() ? "" : script.sections().getLast().id();
    throw StepFailure.permanent(
        "Truncated",
        "alembic upgrade "
            + range
            + " --sql ends without COMMIT, in revision "
            + last
            + ", and reports success: look for a call of sys.exit there");
  }

  private static void requireRow(Section section) {
    if (!section.recordsItself()) {
      throw StepFailure.permanent(
          "NoVersionRow",
          "the SQL of revision "
              + section.id()
              + " does not record the revision in Alembic's table, so nobody could tell what is in:"
              + " look at context.configure in env.py");
    }
  }

  private static void requireNoneLeft(List<RevisionNode> left) {
    if (!left.isEmpty()) {
      throw StepFailure.permanent(
          "NotRendered",
          "Alembic does not render revision "
              + left.getFirst().id()
              + ", which its history names as pending: env.py has to call context.run_migrations()"
              + " in offline mode too (context.is_offline_mode())");
    }
  }

  private static boolean continues(RevisionNode failing, List<RevisionNode> left) {
    return left.isEmpty() || left.getFirst().needed().equals(List.of(failing.id()));
  }

  private RevisionNode take(List<RevisionNode> left, String id) {
    left.removeIf(node -> node.id().equals(id));
    return graph.find(id).orElseThrow();
  }

  private RenderedRevision whole(Section section, Rendering rendering) {
    return new RenderedRevision(
        graph.find(section.id()).orElseThrow(), section, true, rendering.begun(), true, "");
  }

  private static RenderedRevision unpreviewable(RevisionNode node, Rendering rendering) {
    // What it printed before it failed is no preview of it.
    Section nothing = Section.nothing(node.id());
    return new RenderedRevision(
        node, nothing, false, rendering.begun(), true, rendering.exception());
  }

  /**
   * Up and down.
   *
   * @param up in the order in which they run
   * @param down newest first, as far as Alembic renders it
   */
  record Both(List<RenderedRevision> up, List<RenderedRevision> down) {}

  /**
   * One call.
   *
   * @param whole sections that are complete
   * @param failing the section in which it failed; null for none
   */
  private record Rendering(boolean begun, List<Section> whole, Section failing, String exception) {}
}
