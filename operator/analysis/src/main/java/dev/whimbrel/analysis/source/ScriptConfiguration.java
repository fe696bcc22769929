package dev.whimbrel.analysis.source;

import java.io.IOException;
import java.io.StringReader;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;

/**
 * The configuration file beside a script of Flyway.
 *
 * @param placeholderReplacement whether placeholders are filled
 * @param executeInTransaction whether the script runs in a transaction; empty where Flyway decides
 */
public record ScriptConfiguration(
    boolean placeholderReplacement, Optional<Boolean> executeInTransaction) {

  /** Of a script that has no such file. */
  public static final ScriptConfiguration NONE = new ScriptConfiguration(true, Optional.empty());

  private static final Set<String> KNOWN =
      Set.of("executeInTransaction", "placeholderReplacement", "encoding");

  /**
   * Reads it.
   *
   * @throws Refused for settings that are not supported
   */
  public static ScriptConfiguration parse(String text) throws Refused {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(text));
    } catch (IOException | IllegalArgumentException e) {
      throw new Refused("it cannot be read: " + e.getMessage());
    }
    for (String key : properties.stringPropertyNames().stream().sorted().toList()) {
      if (!KNOWN.contains(key)) {
        throw new Refused("it sets " + key + "; supported are " + KNOWN.stream().sorted().toList());
      }
    }
    String encoding = properties.getProperty("encoding", "UTF-8").strip();
    if (!encoding.equalsIgnoreCase("UTF-8")) {
      throw new Refused("encoding " + encoding + ": use UTF-8");
    }
    return new ScriptConfiguration(
        !"false".equalsIgnoreCase(properties.getProperty("placeholderReplacement", "true").strip()),
        Optional.ofNullable(properties.getProperty("executeInTransaction"))
            .map(value -> !"false".equalsIgnoreCase(value.strip())));
  }

  /** It sets what is not supported, or is no such file. */
  public static final class Refused extends Exception {

    private static final long serialVersionUID = 1L;

    private Refused(String why) {
      super(why);
    }
  }
}
