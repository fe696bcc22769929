package dev.whimbrel.cli.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A revision of Alembic's, in Python.
 *
 * @param id as the file says it; empty where that is no plain text
 * @param line of its upgrade(), from 1; 1 where none is seen
 */
record RevisionFile(Path path, String id, int line) {

  private static final Pattern DOWN = Pattern.compile("(?m)^down_revision\\b");
  private static final Pattern ID =
      Pattern.compile("(?m)^revision\\s*(?::\\s*\\w+\\s*)?=\\s*[\"']([^\"']+)[\"']");
  private static final Pattern UPGRADE = Pattern.compile("(?m)^def upgrade\\(");

  /** What Alembic's template says first fits into these bytes many times. */
  private static final int HEAD = 16 * 1024;

  /** Whether a file is one. */
  static boolean is(Path file) throws IOException {
    return DOWN.matcher(head(file)).find();
  }

  static RevisionFile read(Path file) throws IOException {
    String head = head(file);
    Matcher id = ID.matcher(head);
    Matcher upgrade = UPGRADE.matcher(head);
    int line = upgrade.find() ? 1 + (int) head.substring(0, upgrade.start()).lines().count() : 1;
    return new RevisionFile(file, id.find() ? id.group(1) : "", line);
  }

  private static String head(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(HEAD), StandardCharsets.UTF_8);
    }
  }
}
