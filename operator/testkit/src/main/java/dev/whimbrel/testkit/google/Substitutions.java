package dev.whimbrel.testkit.google;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Cloud Build takes for a variable in a build's texts: {@code $NAME} and {@code ${NAME}} of
 * capitals, unless the dollar is doubled. Anything else is left alone.
 */
final class Substitutions {

  private static final Pattern TOKEN =
      Pattern.compile("\\$\\$|\\$(?:\\{([A-Z_][A-Z0-9_]*)\\}|([A-Z_][A-Z0-9_]*))");

  private static final Set<String> BUILT_IN =
      Set.of("PROJECT_ID", "BUILD_ID", "PROJECT_NUMBER", "LOCATION");

  private final Map<String, String> given;
  private final Set<String> used = new TreeSet<>();

  /** With the substitutions that a build brings along. */
  Substitutions(Map<String, String> given) {
    this.given = given;
  }

  /**
   * The text with every variable replaced.
   *
   * @param builtIn values of Cloud Build's own variables
   * @throws ApiError for a variable that nobody knows, in Cloud Build's words
   */
  String apply(String text, Map<String, String> builtIn) {
    Matcher matcher = TOKEN.matcher(text);
    StringBuilder result = new StringBuilder();
    while (matcher.find()) {
      String name = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
      matcher.appendReplacement(
          result, Matcher.quoteReplacement(name == null ? "$" : value(name, builtIn)));
    }
    return matcher.appendTail(result).toString();
  }

  private String value(String name, Map<String, String> builtIn) {
    used.add(name);
    if (given.containsKey(name)) {
      return given.get(name);
    }
    if (BUILT_IN.contains(name)) {
      return builtIn.getOrDefault(name, "");
    }
    throw invalid(
        name.startsWith("_")
            ? "key \"%s\" in the template is not matched in the substitution data".formatted(name)
            : "key in the template \"%s\" is not a valid built-in substitution".formatted(name));
  }

  /** After all texts: what was given must have been asked for. */
  void requireUsed() {
    for (String name : given.keySet()) {
      if (!name.matches("_[A-Z0-9_]+") && !BUILT_IN.contains(name)) {
        throw invalid(
            "substitution key \"%s\" does not respect format \"^_[A-Z0-9_]+$\" and is not an overridable built-in substitutions"
                .formatted(name));
      }
      if (!used.contains(name)) {
        throw invalid(
            "key \"%s\" in the substitution data is not matched in the template".formatted(name));
      }
    }
  }

  private static ApiError invalid(String what) {
    return new ApiError(
        400,
        "INVALID_ARGUMENT",
        "generic::invalid_argument: invalid value for 'build.substitutions': " + what);
  }
}
