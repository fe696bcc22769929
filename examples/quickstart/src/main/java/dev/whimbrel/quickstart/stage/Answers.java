package dev.whimbrel.quickstart.stage;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** What the reader types. Read by a thread of its own, since reading cannot be interrupted. */
public final class Answers {

  private final InputStream input;
  private final BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();
  private boolean reading;

  private Answers(InputStream input) {
    this.input = input;
  }

  public static Answers fromStandardInput() {
    return new Answers(System.in);
  }

  /** The next line, without blanks around it; empty at the end of the input. */
  public Optional<String> next() throws InterruptedException {
    if (!reading) {
      reading = true;
      Thread.ofPlatform().daemon().name("answers").start(this::read);
    }
    Optional<String> line = lines.take();
    if (line.isEmpty()) {
      lines.add(line);
    }
    return line;
  }

  private void read() {
    try {
      BufferedReader reader =
          new BufferedReader(new InputStreamReader(input, Charset.defaultCharset()));
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(Optional.of(line.strip()));
      }
    } catch (IOException e) {
      // No more answers, as at the end of the input.
      lines.add(Optional.empty());
    }
    lines.add(Optional.empty());
  }
}
