package dev.whimbrel.runner.flyway;

import dev.whimbrel.runner.StepFailure;
import java.io.IOException;
import java.io.StringReader;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;

/**
 * The configuration file beside a script.
 *
 * @param placeholderReplacement whether placeholders are filled
 */
record ScriptConfiguration(boolean placeholderReplacement) {

  private static final Set<String> KNOWN =
      Set.of("executeInTransaction", "placeholderReplacement", "encoding");

  /**
   * Reads it.
   *
   * @throws StepFailure for settings that are not supported
   */
  static ScriptConfiguration of(Optional<SourceFile> file) {
    if (file.isEmpty()) {
      return new ScriptConfiguration(true);
    }
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(file.get().text()));
    } catch (IOException | IllegalArgumentException e) {
      throw refused(file.get(), "it cannot be read: " + e.getMessage());
    }
    for (String key : properties.stringPropertyNames()) {
      if (!KNOWN.contains(key)) {
        throw refused(
            file.get(), "it sets " + key + "; supported are " + KNOWN.stream().sorted().toList());
      }
    }
    String encoding = properties.getProperty("encoding", "UTF-8").strip();
    if (!encoding.equalsIgnoreCase("UTF-8")) {
      throw refused(file.get(), "encoding " + encoding + ": use UTF-8");
    }
    return new ScriptConfiguration(
        !"false"
            .equalsIgnoreCase(properties.getProperty("placeholderReplacement", "true").strip()));
  }

  private static StepFailure refused(SourceFile file, String why) {
    return StepFailure.permanent("ScriptConfiguration", file.place() + " is refused: " + why);
  }
}
