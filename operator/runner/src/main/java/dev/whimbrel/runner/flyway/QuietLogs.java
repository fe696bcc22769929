package dev.whimbrel.runner.flyway;

import org.flywaydb.core.api.logging.Log;
import org.flywaydb.core.api.logging.LogCreator;

/**
 * Drops what Flyway logs: it repeats itself for every call, and its errors hold statements. What a
 * user needs to know of it is in the exceptions, and the runner says it in its own words. Flyway
 * makes one by its name.
 */
public final class QuietLogs implements LogCreator {

  private static final Log NONE =
      new Log() {
        @Override
        public void debug(String message) {}

        @Override
        public void info(String message) {}

        @Override
        public void warn(String message) {}

        @Override
        public void error(String message) {}

        @Override
        public void error(String message, Exception e) {}

        @Override
        public void notice(String message) {}
      };

  @Override
  public Log createLogger(Class<?> type) {
    return NONE;
  }
}
