package dev.whimbrel.cli.source;

import dev.whimbrel.analysis.Comment;
import dev.whimbrel.analysis.Rule;
import dev.whimbrel.analysis.Statement;
import dev.whimbrel.analysis.Token;
import dev.whimbrel.analysis.Trees;
import dev.whimbrel.analysis.source.OfflineScript;
import dev.whimbrel.analysis.source.OfflineScript.Section;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.Risk;
import dev.whimbrel.cli.source.ReadScript.Role;
import dev.whimbrel.cli.source.ReadScript.Transaction;
import dev.whimbrel.cli.source.Source.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What {@code alembic upgrade head --sql} printed, a script per revision. */
final class AlembicOutput {

  private static final Pattern UPGRADE = Pattern.compile("(?m)^-- Running upgrade .*->");
  private static final Pattern DOWNGRADE = Pattern.compile("(?m)^-- Running downgrade .*->");

  private AlembicOutput() {}

  /** Whether a text looks like it. */
  static boolean is(String text) {
    return UPGRADE.matcher(text).find() || DOWNGRADE.matcher(text).find();
  }

  /**
   * Reads it.
   *
   * @param trees of its statements
   */
  static Source read(String file, String text, Trees trees) {
    boolean downgrade = !UPGRADE.matcher(text).find();
    OfflineScript script = OfflineScript.parse(text, downgrade, id -> true);
    List<ReadScript> read = new ArrayList<>();
    boolean open = false;
    for (Section section : script.sections()) {
      boolean inTransaction = script.begun() && !section.leavesTransaction(trees);
      read.add(
          read(
              file,
              section,
              !inTransaction ? Transaction.NONE : open ? Transaction.JOINED : Transaction.OWN));
      open = inTransaction && !section.endsTransaction();
    }
    Optional<String> missing = missing(script);
    if (missing.isPresent()) {
      ReadScript last = read.removeLast();
      List<Finding> found = new ArrayList<>(last.findings());
      found.add(
          SqlText.finding(
              Rule.TRUNCATED,
              Risk.UNSAFE,
              "what Alembic printed ends without "
                  + missing.get()
                  + ", so it is cut off here: look at what it said on standard error, and use"
                  + " bash's set -o pipefail",
              file,
              script.sections().getLast().printedLine(Integer.MAX_VALUE)));
      read.add(
          new ReadScript(
              file,
              last.name(),
              last.role(),
              last.version(),
              last.transaction(),
              last.statements(),
              found));
    }
    return new Source(Kind.ALEMBIC_SQL, file, read);
  }

  /**
   * What the end of a whole script has and this one has not. It may be cut off right after a COMMIT
   * of its own, as that of an autocommit block.
   */
  private static Optional<String> missing(OfflineScript script) {
    if (script.sections().isEmpty()) {
      return Optional.empty();
    }
    if (!script.complete()) {
      return Optional.of("COMMIT");
    }
    Section last = script.sections().getLast();
    return last.versionTable().isEmpty()
        ? Optional.of("a row for revision " + last.id() + " in Alembic's own table")
        : Optional.empty();
  }

  private static ReadScript read(String file, Section section, Transaction transaction) {
    List<Finding> found = new ArrayList<>();
    SqlText.statements(file, String.join("\n", section.lines()), found);
    List<Finding> placed = found.stream().map(finding -> placed(finding, section)).toList();
    List<Statement> statements =
        section.statements().stream().map(statement -> placed(statement, section)).toList();
    return new ReadScript(
        file, section.id(), Role.MIGRATION, Optional.empty(), transaction, statements, placed);
  }

  private static Finding placed(Finding finding, Section section) {
    return new Finding(
        finding.rule(),
        finding.risk(),
        finding.message(),
        finding.script(),
        section.printedLine(finding.line()),
        finding.rewrite());
  }

  private static Statement placed(Statement statement, Section section) {
    List<Token> tokens =
        statement.tokens().stream()
            .map(token ->
                new Token(
                    token.kind(), token.text(), section.printedLine(token.line()), token.at()))
            .toList();
    List<Comment> comments =
        statement.comments().stream()
            .map(comment -> new Comment(comment.text(), section.printedLine(comment.line())))
            .toList();
    return new Statement(tokens, statement.text(), comments);
  }
}
