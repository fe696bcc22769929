package dev.whimbrel.quickstart.stage;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.FileAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What the operator logs, in a file beside the story. */
public final class OperatorLog implements AutoCloseable {

  private static final int LAST = 15;

  private final Path folder;

  private OperatorLog(Path folder) {
    this.folder = folder;
  }

  /** Sends everything that is logged in this JVM to a new file. */
  public static OperatorLog start(Path folder, Cleanup cleanup) {
    OperatorLog log = cleanup.add(new OperatorLog(folder));
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern("%d{HH:mm:ss.SSS} %-5level %logger{0} %msg %kvp%n");
    encoder.start();
    FileAppender<ILoggingEvent> appender = new FileAppender<>();
    appender.setContext(context);
    appender.setFile(log.file().toString());
    appender.setEncoder(encoder);
    appender.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.INFO);
    root.addAppender(appender);
    return log;
  }

  /** The file. */
  public Path file() {
    return folder.resolve("operator.log");
  }

  /** A folder for further files that go with this one. */
  public Path folder() {
    return folder;
  }

  /** The last lines. */
  public List<String> last() {
    try {
      List<String> lines = Files.readAllLines(file());
      return lines.subList(Math.max(0, lines.size() - LAST), lines.size());
    } catch (IOException e) {
      return List.of("(nothing: " + e.getMessage() + ")");
    }
  }

  @Override
  public void close() {
    ((LoggerContext) LoggerFactory.getILoggerFactory()).stop();
  }
}
