package dev.whimbrel.protocol;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A long document in a pod's log: gzip, Base64, cut into numbered lines that other log lines may
 * stand between. A termination message is too small for a plan, a log has no such limit.
 */
public final class LogDocument {

  /** The kubelet's log format splits lines at 16 KiB. */
  private static final int CHUNK = 8 * 1024;

  private LogDocument() {}

  /** What a document is: one log holds at most one of each. */
  public enum Kind {
    /** A {@code MigrationPlanSpec}. */
    PLAN("@whimbrel-document "),
    /** A {@link Checks}. */
    CHECKS("@whimbrel-checks "),
    /** A {@code TrafficStatus}, printed before the first statement. */
    TRAFFIC("@whimbrel-traffic ");

    private final String prefix;
    private final Pattern line;

    Kind(String prefix) {
      this.prefix = prefix;
      this.line = Pattern.compile(prefix + "(\\d+)/(\\d+) ([A-Za-z0-9+/=]+)\\s*");
    }
  }

  /** Lines to print a plan with, without line ends. */
  public static List<String> lines(String document) {
    return lines(Kind.PLAN, document);
  }

  /** Lines to print, without line ends. */
  public static List<String> lines(Kind kind, String document) {
    String encoded = Base64.getEncoder().encodeToString(Gzip.compress(document));
    int count = (encoded.length() + CHUNK - 1) / CHUNK;
    List<String> lines = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      String chunk = encoded.substring(i * CHUNK, Math.min(encoded.length(), (i + 1) * CHUNK));
      lines.add(kind.prefix + (i + 1) + "/" + count + " " + chunk);
    }
    return lines;
  }

  /** Whether a line of a log belongs to a document of whatever kind. */
  public static boolean isAnyLine(String line) {
    return Arrays.stream(Kind.values()).anyMatch(kind -> line.startsWith(kind.prefix));
  }

  /** Whether a line of a log belongs to a plan. */
  public static boolean isLine(String line) {
    return line.startsWith(Kind.PLAN.prefix);
  }

  /** Length and hash for the {@link RunnerResult}. */
  public static RunnerResult.Document describe(String document) {
    return new RunnerResult.Document(Json.utf8(document), Sha256.hex(document));
  }

  /** The plan in a log, if all of its lines are there and it decodes. */
  public static Optional<String> find(String log) {
    return find(Kind.PLAN, log);
  }

  /** The document in a log, if all of its lines are there and it decodes. */
  public static Optional<String> find(Kind kind, String log) {
    TreeMap<Integer, String> chunks = new TreeMap<>();
    int count = -1;
    for (String line : log.split("\n", -1)) {
      Matcher matcher = kind.line.matcher(line);
      if (matcher.matches()) {
        chunks.put(Integer.valueOf(matcher.group(1)), matcher.group(3));
        count = Integer.parseInt(matcher.group(2));
      }
    }
    if (count < 1 || chunks.size() != count) {
      return Optional.empty();
    }
    try {
      byte[] bytes = Base64.getDecoder().decode(String.join("", chunks.values()));
      return Optional.of(Gzip.expand(bytes));
    } catch (IllegalArgumentException | UncheckedIOException e) {
      return Optional.empty();
    }
  }

  /** The plan in a log, if it is the one that the result describes. */
  public static Optional<String> find(String log, RunnerResult.Document expected) {
    return find(Kind.PLAN, log, expected);
  }

  /** The document in a log, if it is the one that the result describes. */
  public static Optional<String> find(Kind kind, String log, RunnerResult.Document expected) {
    return find(kind, log).filter(found -> describe(found).equals(expected));
  }
}
