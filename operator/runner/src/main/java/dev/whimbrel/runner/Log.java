package dev.whimbrel.runner;

import java.io.PrintStream;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Lines of the pod's log: {@code time=… level=… msg="…" key=value}. Passwords are taken out of
 * whatever is printed, whoever wrote it.
 */
public final class Log {

  private static final int SHORTEST_SECRET = 4;

  private final PrintStream out;
  private final Clock clock;
  private volatile List<String> secrets = List.of();

  /**
   * Creates a log.
   *
   * @param secrets passwords, in each spelling that may turn up; may be empty
   */
  public Log(PrintStream out, Clock clock, String... secrets) {
    this.out = out;
    this.clock = clock;
    hide(secrets);
  }

  /** From now on these are taken out too. */
  public synchronized void hide(String... more) {
    // A shorter one would black out half of every word, and protects nothing.
    secrets =
        Stream.concat(secrets.stream(), Arrays.stream(more))
            .filter(secret -> secret.length() >= SHORTEST_SECRET)
            .distinct()
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList();
  }

  /** Something that a reader of the log wants to know; keys and values alternate. */
  public void info(String message, Object... keysAndValues) {
    print("info", message, keysAndValues);
  }

  /** Something that a reader should look at; keys and values alternate. */
  public void warn(String message, Object... keysAndValues) {
    print("warn", message, keysAndValues);
  }

  /** A line as it is, for documents. */
  public synchronized void raw(String line) {
    out.println(line);
  }

  /** Makes sure that everything printed so far has left the process. */
  public synchronized void flush() {
    out.flush();
  }

  /** The text without passwords. */
  public String redact(String text) {
    String redacted = text;
    for (String secret : secrets) {
      redacted = redacted == null ? null : redacted.replace(secret, "***");
    }
    return redacted;
  }

  /** Redacts before quoting, which would tear a password with quotes apart. */
  private synchronized void print(String level, String message, Object... keysAndValues) {
    StringBuilder line = new StringBuilder(128);
    line.append("time=").append(clock.instant().truncatedTo(ChronoUnit.MILLIS));
    line.append(" level=").append(level).append(" msg=").append(quote(redact(message)));
    for (int i = 0; i + 1 < keysAndValues.length; i += 2) {
      line.append(' ').append(keysAndValues[i]).append('=');
      line.append(quote(redact(String.valueOf(keysAndValues[i + 1]))));
    }
    out.println(line);
    out.flush();
  }

  private static String quote(String value) {
    boolean plain = value.chars().allMatch(c -> c > ' ' && c != '"' && c != '=' && c < 127);
    if (plain && !value.isEmpty()) {
      return value;
    }
    String escaped = value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    return '"' + escaped.replace("\r", "\\r") + '"';
  }
}
