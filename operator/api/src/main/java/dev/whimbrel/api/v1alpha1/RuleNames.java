package dev.whimbrel.api.v1alpha1;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The identifiers of all rules, of {@code rules.txt}: the API server refuses another in a policy,
 * and the operator, which knows no rules, one that a policy still has of another version.
 */
final class RuleNames {

  private static final String FILE = "rules.txt";

  private RuleNames() {}

  /** In the order of the alphabet. */
  static Set<String> all() {
    return Read.NAMES;
  }

  private static final class Read {

    static final Set<String> NAMES = names();

    private static Set<String> names() {
      try (InputStream file = RuleNames.class.getResourceAsStream(FILE)) {
        return new LinkedHashSet<>(new String(file.readAllBytes(), UTF_8).lines().toList());
      } catch (IOException e) {
        throw new UncheckedIOException(FILE, e);
      }
    }
  }
}
