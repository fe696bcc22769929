package dev.whimbrel.runner;

import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.runner.database.DatabaseUrl;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** How a Job logs in, from variables that the kubelet fills; and what must never be printed. */
final class Secrets {

  private Secrets() {}

  /**
   * User and password: from the URL by which the tool connects, or from variables of their own.
   *
   * @throws StepFailure where the URL is none, or names another database than the spec
   */
  static Credentials credentials(Map<String, String> environment, RunnerInput.Database database) {
    String url = environment.get(RunnerInput.URL_VARIABLE);
    if (url == null || url.isBlank()) {
      return new Credentials(
          environment.getOrDefault(RunnerInput.USER_VARIABLE, ""),
          environment.getOrDefault(RunnerInput.PASSWORD_VARIABLE, ""));
    }
    DatabaseUrl parsed = DatabaseUrl.parse(url);
    if (!parsed.database().isEmpty() && !parsed.database().equals(database.database())) {
      throw StepFailure.permanent(
          "DatabaseMismatch",
          "the URL by which the tool connects names database \""
              + parsed.database()
              + "\", but spec.database names \""
              + database.database()
              + "\": make them the same");
    }
    requireProxy(parsed, database.by());
    return parsed.credentials();
  }

  /** A tool that goes elsewhere than the runner could work in another database. */
  private static void requireProxy(DatabaseUrl url, RunnerInput.By by) {
    if (by == null || !by.proxy()) {
      return;
    }
    boolean host = url.host().equals("127.0.0.1") || url.host().equals("localhost");
    if (!host || url.port() != by.proxyPort()) {
      throw StepFailure.permanent(
          "DatabaseMismatch",
          "the URL by which the tool connects leads to "
              + url.host()
              + ":"
              + url.port()
              + ", but with spec.database.cloudSQL.connect: Proxy the instance is at 127.0.0.1:"
              + by.proxyPort()
              + ": write that in the URL, or use connect: PrivateIP");
    }
  }

  /** Passwords, as they are and as they are written in a URL. */
  static String[] hidden(Map<String, String> environment) {
    String written =
        DatabaseUrl.writtenPassword(environment.getOrDefault(RunnerInput.URL_VARIABLE, ""));
    return new String[] {
      environment.getOrDefault(RunnerInput.PASSWORD_VARIABLE, ""), written, decoded(written)
    };
  }

  private static String decoded(String written) {
    try {
      return URLDecoder.decode(written.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return written;
    }
  }
}
