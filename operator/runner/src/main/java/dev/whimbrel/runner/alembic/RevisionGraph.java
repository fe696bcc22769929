package dev.whimbrel.runner.alembic;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** All revisions of a source, and how they follow each other. Bases first. */
final class RevisionGraph {

  private static final Pattern BEGIN = Pattern.compile("Rev: (\\S+)((?: \\([a-z ]+\\))*)");

  private final Map<String, RevisionNode> nodes;

  private RevisionGraph(Map<String, RevisionNode> nodes) {
    this.nodes = nodes;
  }

  /** Reads what {@code alembic history -v} printed, heads first. Other lines are no harm. */
  static RevisionGraph parse(String history) {
    List<String> lines = history.lines().toList();
    List<RevisionNode> found = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      Matcher begin = BEGIN.matcher(lines.get(i).stripTrailing());
      if (begin.matches() && i + 1 < lines.size() && isParent(lines.get(i + 1))) {
        found.add(node(begin, lines.subList(i + 1, lines.size())));
      }
    }
    Map<String, RevisionNode> nodes = new LinkedHashMap<>();
    found.reversed().forEach(node -> nodes.put(node.id(), node));
    return new RevisionGraph(nodes);
  }

  private static boolean isParent(String line) {
    return line.startsWith("Parent: ") || line.startsWith("Merges: ");
  }

  private static RevisionNode node(Matcher begin, List<String> rest) {
    List<String> parents = List.of();
    List<String> dependencies = List.of();
    String path = "";
    String description = "";
    for (String line : rest) {
      if (BEGIN.matcher(line.stripTrailing()).matches()) {
        break;
      } else if (isParent(line)) {
        parents = ids(line);
      } else if (line.startsWith("Also depends on: ")) {
        dependencies = ids(line);
      } else if (line.startsWith("Path: ")) {
        path = line.substring("Path: ".length()).strip();
      } else if (line.startsWith("    ") && !line.isBlank()) {
        description = line.strip();
        break;
      }
    }
    return new RevisionNode(
        begin.group(1),
        parents,
        dependencies,
        begin.group(2).contains("(head)"),
        path,
        description);
  }

  private static List<String> ids(String line) {
    String text = line.substring(line.indexOf(": ") + 2).strip();
    return text.equals("<base>") ? List.of() : Arrays.stream(text.split(",\\s*")).toList();
  }

  boolean isEmpty() {
    return nodes.isEmpty();
  }

  /** The revision with this id. */
  Optional<RevisionNode> find(String id) {
    return Optional.ofNullable(nodes.get(id));
  }

  /** The revision whose file a path means. */
  Optional<RevisionNode> ofFile(String path) {
    return nodes.values().stream().filter(node -> node.path().equals(path)).findFirst();
  }

  /** Revisions that nothing follows. */
  List<RevisionNode> heads() {
    return nodes.values().stream().filter(RevisionNode::head).toList();
  }

  /** The revision that a target means: an id, or the only one that begins like it. */
  Optional<RevisionNode> resolve(String target) {
    if (nodes.containsKey(target)) {
      return find(target);
    }
    List<RevisionNode> like =
        nodes.values().stream().filter(node -> node.id().startsWith(target)).toList();
    return like.size() == 1 ? Optional.of(like.getFirst()) : Optional.empty();
  }

  /** These revisions and all that they need. */
  Set<String> withAncestors(Collection<String> ids) {
    Set<String> seen = new LinkedHashSet<>();
    Deque<String> open = new ArrayDeque<>(ids);
    while (!open.isEmpty()) {
      String id = open.pop();
      if (nodes.containsKey(id) && seen.add(id)) {
        open.addAll(nodes.get(id).needed());
      }
    }
    return seen;
  }

  /** What is missing of a target where these rows are in the database; bases first. */
  List<RevisionNode> pending(Collection<String> rows, String target) {
    Set<String> in = withAncestors(rows);
    Set<String> wanted = withAncestors(List.of(target));
    return nodes.values().stream()
        .filter(node -> wanted.contains(node.id()) && !in.contains(node.id()))
        .toList();
  }

  /** The version rows of a database in which exactly these revisions are, with all they need. */
  Set<String> rows(Collection<String> ids) {
    Set<String> in = withAncestors(ids);
    Set<String> followed =
        in.stream().flatMap(id -> nodes.get(id).needed().stream()).collect(Collectors.toSet());
    return in.stream().filter(id -> !followed.contains(id)).collect(Collectors.toSet());
  }

  /** These revisions, cut into lines: in each of them one follows the other, and nothing else. */
  static List<List<RevisionNode>> lines(List<RevisionNode> revisions) {
    List<List<RevisionNode>> lines = new ArrayList<>();
    for (RevisionNode node : revisions) {
      lines.stream()
          .filter(line -> node.needed().equals(List.of(line.getLast().id())))
          .findFirst()
          .ifPresentOrElse(line -> line.add(node), () -> lines.add(new ArrayList<>(List.of(node))));
    }
    return lines;
  }

  /** Whether each of these follows the one before it, and nothing else. */
  static boolean isLine(List<RevisionNode> revisions) {
    for (int i = 0; i < revisions.size(); i++) {
      List<String> needed = revisions.get(i).needed();
      if (needed.size() > 1 || i > 0 && !needed.equals(List.of(revisions.get(i - 1).id()))) {
        return false;
      }
    }
    return true;
  }
}
