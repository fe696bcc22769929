package dev.whimbrel.analysis;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.whimbrel.api.v1alpha1.Risk;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is known about a rule, from its file. It is also its page in {@code docs/rules}.
 *
 * @param title what was found, in a few words
 * @param about where it is seen
 * @param risk as long as nothing is known of the database
 * @param floor what is left of the risk where the script's author ignores the finding
 * @param scales whether its lock is held for as long as the table is large
 * @param impact which questions it answers, the most telling first
 * @param locks what it locks and for how long
 * @param why what is bad about it
 * @param instead SQL that does the same with less risk, with {@code {table}} and other names to be
 *     filled in, and names that are made of several, as {@code {table+column+_seq}}; empty where
 *     there is none
 * @param versions where PostgreSQL's versions differ; empty where they do not
 * @param fires SQL in which it is found
 * @param silent SQL in which it is not
 */
public record RulePage(
    @JsonProperty(required = true) String title,
    @JsonProperty(required = true) About about,
    @JsonProperty(required = true) Risk risk,
    Risk floor,
    boolean scales,
    @JsonProperty(required = true) List<Impact> impact,
    @JsonProperty(required = true) String locks,
    @JsonProperty(required = true) String why,
    String instead,
    String versions,
    List<Case> fires,
    List<Case> silent) {

  private static final Pattern NAME = Pattern.compile("\\{([a-z_]+(?:\\+[a-z_]+)*)}");

  public RulePage {
    floor = floor == null ? risk : floor;
    impact = List.copyOf(impact);
    instead = instead == null ? "" : instead;
    versions = versions == null ? "" : versions;
    fires = fires == null ? List.of() : List.copyOf(fires);
    silent = silent == null ? List.of() : List.copyOf(silent);
  }

  /** Where a rule is seen. */
  public enum About {
    /** In one statement. */
    STATEMENT,
    /** In how the statements of a script stand together. */
    SCRIPT,
    /** In the source, or in how its tool works. */
    TOOL,
    /** In the database. */
    DATABASE,
    /** In the application that is served meanwhile. */
    APPLICATION,
    /** In a restore. */
    RESTORE
  }

  /**
   * SQL that a rule is tried on.
   *
   * @param sql one script
   * @param risk of the finding; null where it is that of the rule
   * @param where what the catalog says; empty where nothing is known of it
   * @param transaction whether the script runs in one; null where that follows from its statements
   */
  public record Case(String sql, Risk risk, String where, Boolean transaction) {

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static Case of(Object written) {
      return written instanceof Map<?, ?> fields
          ? new Case(
              (String) fields.get("sql"),
              fields.get("risk") == null ? null : Risk.of((String) fields.get("risk")),
              fields.get("where") == null ? "" : (String) fields.get("where"),
              (Boolean) fields.get("transaction"))
          : new Case((String) written, null, "", null);
    }
  }

  /** The SQL to write instead, a line each; a name that is not known stays a word to replace. */
  List<String> instead(Map<String, String> names) {
    return NAME.matcher(instead)
        .replaceAll(match -> Matcher.quoteReplacement(filledIn(match.group(1), names)))
        .lines()
        .toList();
  }

  private static String filledIn(String written, Map<String, String> names) {
    List<String> parts = parts(written).map(part -> names.getOrDefault(part, part)).toList();
    return parts.size() > 1 ? Identifiers.joined(parts) : parts.getFirst();
  }

  private static Stream<String> parts(String written) {
    return Stream.of(written.split("\\+"));
  }

  /** The names that are to be filled in. */
  Set<String> names() {
    return NAME.matcher(instead)
        .results()
        .flatMap(name -> parts(name.group(1)))
        .filter(part -> !part.startsWith("_"))
        .collect(Collectors.toUnmodifiableSet());
  }

  static RulePage read(String id) {
    try (InputStream file = RulePage.class.getResourceAsStream("rules/" + id + ".yaml")) {
      return Reader.YAML.readValue(file, RulePage.class);
    } catch (IOException e) {
      throw new UncheckedIOException("rule " + id, e);
    }
  }

  /** Made when the first rule is read: a script without findings needs none. */
  private static final class Reader {
    static final ObjectMapper YAML =
        YAMLMapper.builder().enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS).build();
  }
}
