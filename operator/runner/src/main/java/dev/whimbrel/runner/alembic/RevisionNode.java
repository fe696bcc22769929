package dev.whimbrel.runner.alembic;

import java.util.List;
import java.util.stream.Stream;

/**
 * One revision as {@code alembic history -v} names it.
 *
 * @param id its revision id
 * @param parents ids that it follows; several for a merge, none for a base
 * @param dependencies ids that have to be in before, of other branches
 * @param head whether nothing follows it
 * @param path of its file in the tool's image
 * @param description first line of its docstring
 */
record RevisionNode(
    String id,
    List<String> parents,
    List<String> dependencies,
    boolean head,
    String path,
    String description) {

  RevisionNode {
    parents = List.copyOf(parents);
    dependencies = List.copyOf(dependencies);
  }

  /** Everything that has to be in before it. */
  List<String> needed() {
    return Stream.concat(parents.stream(), dependencies.stream()).toList();
  }

  /** Its file's name. */
  String file() {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
