package dev.whimbrel.quickstart.stage;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Lines for the reader. On a terminal the last one moves while something is waited for; elsewhere
 * there are plain lines only.
 */
public final class Screen implements AutoCloseable {

  private static final String[] FRAMES = {"|", "/", "-", "\\"};
  private static final long FRAME_MILLIS = 120;

  /** Where the text of a timed line begins, and how wide it may be. */
  private static final int INDENT = 29;

  private static final int WIDTH = 90;
  private static final String CLEAR = "\r\033[K";

  private final PrintStream out;
  private final boolean terminal;
  private final boolean colour;
  private final Clock clock;
  private final Instant started;
  private final Thread ticker;
  private String waitingFor = "";
  private Instant waitingSince;
  private int frame;
  private boolean muted;

  public Screen(PrintStream out, boolean terminal, Clock clock) {
    this.out = out;
    this.terminal = terminal;
    this.colour = terminal && System.getenv("NO_COLOR") == null;
    this.clock = clock;
    this.started = clock.instant();
    this.waitingSince = started;
    this.ticker = Thread.ofVirtual().name("progress").unstarted(this::tick);
    if (terminal) {
      ticker.start();
    }
  }

  /** A heading. */
  public synchronized void heading(String text) {
    line("");
    line(colour ? "\033[1m" + text + "\033[0m" : "== " + text);
  }

  /** A line, or several. */
  public synchronized void line(String text) {
    if (terminal) {
      out.print(CLEAR);
    }
    out.println(text);
    out.flush();
  }

  /** A line with the time since the start. */
  public synchronized void timed(String text) {
    if (muted) {
      return;
    }
    line(String.format(Locale.ROOT, "%7.1f s  %s", seconds(started), text));
  }

  /** A line with the time since the start, a word and what there is to say of it; wrapped. */
  public synchronized void timed(String word, String text) {
    String padded = "%-17s ".formatted(word);
    List<String> lines = wrapped(text);
    timed((colour ? "\033[36m" + padded + "\033[0m" : padded) + lines.getFirst());
    lines.stream().skip(1).forEach(rest -> line(" ".repeat(INDENT) + rest));
  }

  private static List<String> wrapped(String text) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (line.length() > 0 && line.length() + 1 + word.length() > WIDTH) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  /** From now on the last line says what is waited for; nothing for an empty text. */
  public synchronized void waitFor(String text) {
    if (muted) {
      return;
    }
    if (!text.equals(waitingFor)) {
      waitingFor = text;
      waitingSince = clock.instant();
    }
    if (terminal) {
      out.print(CLEAR);
      out.flush();
    }
  }

  /** Asks; what is typed follows on the same line. */
  public synchronized void ask(String question) {
    waitFor("");
    out.print(question + " ");
    out.flush();
  }

  /** From now on nothing is reported: what ends in haste complains of what ended before it. */
  public synchronized void mute() {
    waitFor("");
    muted = true;
  }

  /** A stream whose lines are lines of this screen. */
  public PrintStream lines() {
    return new PrintStream(
        new OutputStream() {
          private final StringBuilder line = new StringBuilder();

          @Override
          public synchronized void write(int b) {
            if (b != '\n') {
              line.append((char) b);
            } else {
              timed(line.toString());
              line.setLength(0);
            }
          }
        },
        true,
        StandardCharsets.US_ASCII);
  }

  private void tick() {
    try {
      while (true) {
        Thread.sleep(Duration.ofMillis(FRAME_MILLIS));
        draw();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void draw() {
    if (!waitingFor.isEmpty()) {
      frame = (frame + 1) % FRAMES.length;
      out.printf(
          Locale.ROOT,
          "%s%7.1f s  %s %s (%.0f s)",
          CLEAR,
          seconds(started),
          FRAMES[frame],
          waitingFor,
          seconds(waitingSince));
      out.flush();
    }
  }

  private double seconds(Instant since) {
    return Duration.between(since, clock.instant()).toMillis() / 1000.0;
  }

  @Override
  public void close() {
    ticker.interrupt();
    waitFor("");
  }
}
