package dev.whimbrel.cli.source;

import dev.whimbrel.analysis.Rule;
import dev.whimbrel.analysis.Statement;
import dev.whimbrel.analysis.Token;
import dev.whimbrel.analysis.Tokenizer;
import dev.whimbrel.analysis.UnreadableSql;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.Risk;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * From bytes to statements. What hinders becomes a finding with its line.
 *
 * @param text empty where the bytes are no text
 * @param findings in the order of their lines
 */
record SqlText(String text, List<Finding> findings) {

  /** The longest file that is read, in bytes. */
  static final int LONGEST = 16 * 1024 * 1024;

  /** Commands of psql that are named one by one; a dump may have thousands. */
  private static final int NAMED_COMMANDS = 20;

  SqlText {
    findings = List.copyOf(findings);
  }

  /**
   * Decodes a file.
   *
   * @param bytes at most one more than {@link #LONGEST}
   */
  static SqlText decode(String file, byte[] bytes) {
    if (bytes.length > LONGEST) {
      return refused(
          Rule.FILE_TOO_LARGE,
          "is larger than "
              + LONGEST / 1024 / 1024
              + " MiB: nothing of it was analysed; load data by other means than migrations",
          file,
          1);
    }
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result = decoder.decode(in, out, true);
    if (result.isError()) {
      int line = line(bytes, in.position());
      return refused(
          Rule.NOT_UTF8,
          "is not UTF-8 from line " + line + " on: nothing of it was analysed; convert it",
          file,
          line);
    }
    String text = out.flip().toString();
    int nul = text.indexOf('\0');
    if (nul >= 0) {
      return refused(
          Rule.NOT_UTF8,
          "holds a character NUL, which PostgreSQL refuses: nothing of it was analysed; remove it",
          file,
          (int) text.substring(0, nul).chars().filter(c -> c == '\n').count() + 1);
    }
    // A byte order mark is no SQL; editors write it, and Flyway takes it away as well.
    return new SqlText(text.startsWith("\uFEFF") ? text.substring(1) : text, List.of());
  }

  private static int line(byte[] bytes, int position) {
    int line = 1;
    for (int i = 0; i < position; i++) {
      line += bytes[i] == '\n' ? 1 : 0;
    }
    return line;
  }

  private static SqlText refused(Rule rule, String message, String file, int line) {
    return new SqlText("", List.of(finding(rule, Risk.MEDIUM, message, file, line)));
  }

  /**
   * Cuts a text into statements.
   *
   * @param found gets what cannot be read
   */
  static List<Statement> statements(String file, String text, List<Finding> found) {
    List<Statement> statements;
    try {
      statements = Tokenizer.statements(text);
    } catch (UnreadableSql e) {
      found.add(
          finding(
              Rule.UNREADABLE_SQL,
              Risk.MEDIUM,
              e.getMessage() + ": nothing of the script was analysed; correct it",
              file,
              e.line()));
      return List.of();
    }
    List<Statement> plain = new ArrayList<>();
    List<Token> commands = new ArrayList<>();
    for (Statement statement : statements) {
      List<Token> ofStatement =
          statement.tokens().stream()
              .filter(token -> token.kind() == Token.Kind.META_COMMAND)
              .toList();
      commands.addAll(ofStatement);
      if (ofStatement.isEmpty()) {
        plain.add(statement);
      }
    }
    psqlCommands(file, commands, found);
    return plain;
  }

  private static void psqlCommands(String file, List<Token> commands, List<Finding> found) {
    for (Token command : commands.subList(0, Math.min(NAMED_COMMANDS, commands.size()))) {
      found.add(
          finding(
              Rule.PSQL_COMMAND,
              Risk.MEDIUM,
              command.text().split("\\s", 2)[0]
                  + " is a command of psql, not SQL: it, and the statement that it stands in, were"
                  + " not analysed; no migration tool carries it out, so remove it",
              file,
              command.line()));
    }
    if (commands.size() > NAMED_COMMANDS) {
      found.add(
          finding(
              Rule.PSQL_COMMAND,
              Risk.MEDIUM,
              commands.size() - NAMED_COMMANDS + " more commands of psql follow",
              file,
              commands.get(NAMED_COMMANDS).line()));
    }
  }

  static Finding finding(Rule rule, Risk risk, String message, String file, int line) {
    return new Finding(rule.id(), risk.label(), message, file, line);
  }
}
