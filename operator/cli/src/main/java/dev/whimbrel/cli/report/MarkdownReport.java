package dev.whimbrel.cli.report;

import dev.whimbrel.analysis.JudgedStatement;
import dev.whimbrel.analysis.Rule;
import dev.whimbrel.analysis.locks.Waiting;
import dev.whimbrel.api.v1alpha1.Risk;
import dev.whimbrel.api.v1alpha1.WayBack;
import dev.whimbrel.cli.review.Note;
import dev.whimbrel.cli.review.Review;
import dev.whimbrel.cli.review.ReviewedScript;
import dev.whimbrel.cli.review.ReviewedSource;
import dev.whimbrel.cli.source.ReadScript.Role;
import dev.whimbrel.cli.source.Source.Kind;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A review as a comment of a pull request: a table, then each statement with what is said of it.
 */
final class MarkdownReport implements Report {

  /** GitHub takes 65,536 characters in a comment; what comes after the last script needs some. */
  private static final int LONGEST = 60_000;

  private static final int ROWS = 200;

  private final RulePages pages;

  MarkdownReport(RulePages pages) {
    this.pages = pages;
  }

  @Override
  public void print(Review review, Writer out) throws IOException {
    StringBuilder text = new StringBuilder();
    text.append("## Migrations: %s\n\n".formatted(verdict(review)));
    text.append(sentence(review.summary())).append('\n');
    table(review, text);
    List<String> left = new ArrayList<>();
    for (ReviewedSource source : review.sources()) {
      source
          .source()
          .notes()
          .forEach(note -> text.append("\n`%s`: %s\n".formatted(source.source().path(), note)));
      if (source.source().kind() == Kind.ALEMBIC) {
        continue;
      }
      for (ReviewedScript script : source.scripts()) {
        String section = section(script);
        if (text.length() + section.length() <= LONGEST) {
          text.append(section);
        } else {
          left.add(title(script));
        }
      }
    }
    if (!left.isEmpty()) {
      text.append(
          "\n**%d scripts are not shown, for a comment has an end**, the first of them %s. Run"
              .formatted(left.size(), left.getFirst()));
      text.append(" `whimbrel lint` to read all.\n");
    }
    text.append(
        review.asOnePlan()
            ? "\nThe scripts were taken to run together, none of them having run before."
            : "\nEach script was judged as if all before it had run: only a table that it creates"
                + " itself is new to it.");
    text.append(
        " How large your tables are, and who uses them, is not known here; a plan in the cluster"
            + " knows.\n");
    out.write(text.toString());
  }

  private static String verdict(Review review) {
    String risk =
        "risk **"
            + review.risk().label()
            + "**"
            + (review.forbidden() > 0 ? ", **some of it forbidden**" : "");
    return review.gaps() == 0 ? risk : risk + ", **not all of it analysed**";
  }

  private static String sentence(String summary) {
    return summary + ".";
  }

  private static void table(Review review, StringBuilder text) {
    text.append(
        "\n"
            + "| script | statements | risk | who waits | findings |\n"
            + "| --- | --- | --- | --- | --- |\n");
    List<String> rows =
        review.sources().stream()
            .flatMap(source ->
                source.source().kind() == Kind.ALEMBIC
                    ? Stream.of(notRendered(source))
                    : source.scripts().stream().map(MarkdownReport::row))
            .toList();
    rows.stream().limit(ROWS).forEach(text::append);
    if (rows.size() > ROWS) {
      text.append("| … and %d more | | | | |\n".formatted(rows.size() - ROWS));
    }
  }

  private static String row(ReviewedScript script) {
    return "| %s | %d | %s | %s | %s |\n"
        .formatted(
            title(script).replace("|", "\\|"),
            script.script().statements().size(),
            risk(script),
            waiting(script),
            findings(script));
  }

  private static String notRendered(ReviewedSource source) {
    return "| `%s`, %d revisions in Python | | not analysed | unknown | NotRendered |\n"
        .formatted(source.source().path().replace("|", "\\|"), source.scripts().size());
  }

  private static String risk(ReviewedScript script) {
    boolean unknown =
        script.script().statements().isEmpty() && script.notes().stream().anyMatch(Note::isGap);
    return unknown ? "not analysed" : script.risk().label();
  }

  /** The longest that readers or writers wait for one of its statements, as measured. */
  private static String waiting(ReviewedScript script) {
    return script.statements().stream()
        .map(statement -> statement.locks().waiting())
        .reduce(Waiting.NOBODY, Waiting::or)
        .label();
  }

  private static String findings(ReviewedScript script) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    script.notes().forEach(note -> counts.merge(note.rule().id(), 1, Integer::sum));
    return counts.isEmpty()
        ? "none"
        : String.join(
            ", ",
            counts.entrySet().stream()
                .map(rule -> rule.getKey() + (rule.getValue() > 1 ? " ×" + rule.getValue() : ""))
                .toList());
  }

  private static String title(ReviewedScript script) {
    boolean named = !script.script().name().equals(script.script().file());
    String title =
        named
            ? "`%s`, revision `%s`".formatted(script.script().file(), script.script().name())
            : "`%s`".formatted(script.script().file());
    return script.script().role() == Role.UNDO ? title + " (way back)" : title;
  }

  private String section(ReviewedScript script) {
    if (script.notes().isEmpty() && script.wayBack().isEmpty()) {
      return "";
    }
    StringBuilder text = new StringBuilder("\n### %s: %s\n".formatted(title(script), risk(script)));
    Optional<JudgedStatement> last = Optional.empty();
    for (Note note : script.notes()) {
      if (note.statement().isPresent() && !note.statement().equals(last)) {
        text.append(note.rendered() ? "\nRendered:\n\n" : "\nLine %d:\n\n".formatted(note.line()));
        fence(text, "", Shown.lines(note.statement().get().statement().text() + ";"));
        text.append("\nLocks: %s.\n\n".formatted(note.statement().get().locks().text()));
      } else if (note.statement().isEmpty()) {
        text.append("\nLine %d:\n\n".formatted(note.line()));
      }
      last = note.statement();
      finding(text, note);
    }
    script.wayBack().ifPresent(grade -> text.append("\nWay back: %s.\n".formatted(inWords(grade))));
    return text.toString();
  }

  /** What was not measured is told by the rule. */
  private void finding(StringBuilder text, Note note) {
    text.append(
        "- **%s** %s: %s\n"
            .formatted(note.risk().label(), named(note.rule()), note.message().replace("\n", " ")));
    for (String forbidden : note.forbidden()) {
      text.append("  - **Forbidden**: %s\n".formatted(forbidden.replace("\n", " ")));
    }
    boolean unmeasured =
        note.statement().filter(each -> each.locks().unmeasured().isPresent()).isPresent();
    if (unmeasured && note.risk() != Risk.LOW) {
      text.append("  - Locks: %s\n".formatted(note.rule().page().locks().strip()));
    }
    if (!note.rewrite().isEmpty()) {
      text.append("  - Instead:\n\n");
      fence(text, "    ", note.rewrite());
    }
  }

  private String named(Rule rule) {
    return pages.of(rule).map(url -> "[%s](%s)".formatted(rule.id(), url)).orElse(rule.id());
  }

  /** The fence is longer than any within, so that no SQL can leave it. */
  private static void fence(StringBuilder text, String indent, List<String> lines) {
    String fence = "```";
    while (String.join("\n", lines).contains(fence)) {
      fence += "`";
    }
    text.append(indent).append(fence).append("sql\n");
    lines.forEach(line -> text.append(line.isBlank() ? "" : indent + line).append('\n'));
    text.append(indent).append(fence).append('\n');
  }

  private static String inWords(String grade) {
    return switch (grade) {
      case WayBack.REVERSIBLE -> "reversible; nothing is lost, in either direction";
      case WayBack.WITH_LOSS -> "with loss; one of the two directions discards something";
      case WayBack.NONE -> "none; the undo script does nothing";
      default -> "unknown; code runs that no text shows";
    };
  }
}
