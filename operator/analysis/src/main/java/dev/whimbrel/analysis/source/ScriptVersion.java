package dev.whimbrel.analysis.source;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A version in Flyway's order: numbers, compared one by one, of which those that are not there are
 * zero. So 2 is before 10, and 1 is 1.0.
 */
public final class ScriptVersion implements Comparable<ScriptVersion> {

  private static final Pattern FORM = Pattern.compile("[0-9]+(?:[._][0-9]+)*");

  private final String text;
  private final List<BigInteger> parts;

  private ScriptVersion(String text, List<BigInteger> parts) {
    this.text = text;
    this.parts = parts;
  }

  /**
   * Reads it.
   *
   * @param text numbers with dots or underscores between them
   * @throws IllegalArgumentException if it is no version
   */
  public static ScriptVersion of(String text) {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException(text + " is no version: expected one like 7 or 2026.11.1");
    }
    String dotted = text.replace('_', '.');
    List<BigInteger> parts = new ArrayList<>();
    for (String part : dotted.split("\\.")) {
      parts.add(new BigInteger(part));
    }
    while (parts.size() > 1 && parts.getLast().signum() == 0) {
      parts.removeLast();
    }
    return new ScriptVersion(dotted, List.copyOf(parts));
  }

  @Override
  public int compareTo(ScriptVersion other) {
    for (int i = 0; i < Math.max(parts.size(), other.parts.size()); i++) {
      int order = part(i).compareTo(other.part(i));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private BigInteger part(int i) {
    return i < parts.size() ? parts.get(i) : BigInteger.ZERO;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ScriptVersion version && parts.equals(version.parts);
  }

  @Override
  public int hashCode() {
    return parts.hashCode();
  }

  /** As written, with dots. */
  @Override
  public String toString() {
    return text;
  }
}
