package dev.whimbrel.testkit.google;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** Projects have a number besides their id; what services say about resources names the number. */
final class ProjectNumbers {

  private static final String OF_DEFAULT = "123456789012";

  private final String defaultProject;

  ProjectNumbers(String defaultProject) {
    this.defaultProject = defaultProject;
  }

  /** The number of a project by its id; a number is its own. */
  String of(String project) {
    if (project.equals(defaultProject)) {
      return OF_DEFAULT;
    }
    if (project.chars().allMatch(Character::isDigit)) {
      return project;
    }
    CRC32 sum = new CRC32();
    sum.update(project.getBytes(StandardCharsets.UTF_8));
    return String.valueOf(100_000_000_000L + sum.getValue());
  }
}
