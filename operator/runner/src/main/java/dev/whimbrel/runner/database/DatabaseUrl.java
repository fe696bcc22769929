package dev.whimbrel.runner.database;

import dev.whimbrel.runner.Credentials;
import dev.whimbrel.runner.StepFailure;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A URL by which a tool connects, in SQLAlchemy's or libpq's spelling: {@code
 * postgresql+psycopg2://user:secret@host:5432/app?sslmode=require}. Its password is never printed.
 *
 * @param credentials user and password, decoded
 * @param host as written; empty where none is
 * @param port 5432 where none is written
 * @param database as written; empty where none is
 */
public record DatabaseUrl(Credentials credentials, String host, int port, String database) {

  private static final int DEFAULT_PORT = 5432;

  /** As SQLAlchemy reads it: an @ in a password is written as %40. */
  private static final Pattern URL =
      Pattern.compile(
          "(?<scheme>[A-Za-z0-9+]+)://"
              + "(?:(?<user>[^:/@]*)(?::(?<password>[^@]*))?@)?"
              + "(?:\\[(?<six>[^/?\\]]+)]|(?<host>[^/:?]*))(?::(?<port>[^/?]*))?"
              + "(?:/(?<database>[^?]*))?(?:\\?(?<query>.*))?");

  /**
   * Reads one.
   *
   * @throws StepFailure where it is none of PostgreSQL, or leads where a Job cannot go
   */
  public static DatabaseUrl parse(String url) {
    Matcher parts = URL.matcher(url.strip());
    if (!parts.matches() || !isPostgres(parts.group("scheme"))) {
      throw refused("is not one of PostgreSQL, like postgresql://user:password@host:5432/database");
    }
    Map<String, String> query = query(parts.group("query"));
    String host = parts.group("six") != null ? parts.group("six") : parts.group("host");
    String effective = query.getOrDefault("host", decoded(host));
    if (effective.isEmpty() || effective.startsWith("/") || effective.startsWith("@")) {
      throw refused(
          "leads to a unix socket"
              + (effective.isEmpty() ? "" : " (" + effective + ")")
              + ", which does not exist in a Job: name the host, for Cloud SQL its private IP, or"
              + " 127.0.0.1 with spec.database.cloudSQL.connect: Proxy");
    }
    if (effective.contains(",")) {
      throw refused("names several hosts: name the primary alone");
    }
    String user = decoded(parts.group("user"));
    if (user.isEmpty()) {
      throw refused("names no user");
    }
    return new DatabaseUrl(
        new Credentials(user, decoded(parts.group("password"))),
        effective,
        port(query.getOrDefault("port", decoded(parts.group("port")))),
        decoded(parts.group("database")));
  }

  /** The password as it is written in a URL; empty where there is none. Never fails. */
  public static String writtenPassword(String url) {
    Matcher parts = URL.matcher(url.strip());
    return parts.matches() && parts.group("password") != null ? parts.group("password") : "";
  }

  private static boolean isPostgres(String scheme) {
    String name = scheme.split("\\+")[0];
    return name.equals("postgresql") || name.equals("postgres");
  }

  private static int port(String text) {
    try {
      return text.isEmpty() ? DEFAULT_PORT : Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw refused("has a port that is no number");
    }
  }

  private static Map<String, String> query(String text) {
    Map<String, String> query = new HashMap<>();
    if (text != null) {
      Arrays.stream(text.split("&"))
          .map(pair -> pair.split("=", 2))
          .filter(pair -> pair.length == 2)
          .forEach(pair -> query.put(decoded(pair[0]), decoded(pair[1])));
    }
    return query;
  }

  /** Percent signs only: a plus is a plus in a password. */
  static String decoded(String text) {
    if (text == null) {
      return "";
    }
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  private static StepFailure refused(String what) {
    return StepFailure.permanent(
        "BadDatabaseUrl",
        "the URL in the variable that credentials.urlEnv names "
            + what
            + "; correct it in the Secret, or use credentials.secretRef");
  }
}
