package dev.whimbrel.testkit.node;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Kubernetes' {@code $(NAME)}: replaced where NAME is defined, kept as it is where not, and {@code
 * $$} stands for a dollar sign.
 */
final class VariableExpansion {

  private static final Pattern REFERENCE = Pattern.compile("\\$\\$|\\$\\(([^)]*)\\)");

  private VariableExpansion() {}

  static String expand(String text, Map<String, String> variables) {
    return REFERENCE
        .matcher(text)
        .replaceAll(match -> Matcher.quoteReplacement(replacement(match, variables)));
  }

  private static String replacement(
      java.util.regex.MatchResult match, Map<String, String> variables) {
    return match.group(1) == null ? "$" : variables.getOrDefault(match.group(1), match.group());
  }
}
