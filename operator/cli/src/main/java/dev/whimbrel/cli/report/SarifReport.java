package dev.whimbrel.cli.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whimbrel.analysis.Impact;
import dev.whimbrel.analysis.JudgedStatement;
import dev.whimbrel.analysis.Rule;
import dev.whimbrel.analysis.RulePage;
import dev.whimbrel.api.v1alpha1.Risk;
import dev.whimbrel.cli.Version;
import dev.whimbrel.cli.review.Note;
import dev.whimbrel.cli.review.Review;
import java.io.IOException;
import java.io.Writer;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;

/**
 * SARIF 2.1.0 (OASIS), as code scanning reads it. Results are at a file, so what stands on standard
 * input is called so.
 */
final class SarifReport implements Report {

  private static final String SCHEMA =
      "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

  private final ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private final RulePages pages;

  SarifReport(RulePages pages) {
    this.pages = pages;
  }

  @Override
  public void print(Review review, Writer out) throws IOException {
    ObjectNode root = json.createObjectNode();
    root.put("$schema", SCHEMA);
    root.put("version", "2.1.0");
    ObjectNode run = root.putArray("runs").addObject();
    ObjectNode driver = run.putObject("tool").putObject("driver");
    driver.put("name", "whimbrel");
    driver.put("version", Version.current());
    pages.folder().ifPresent(url -> driver.put("informationUri", url));
    List<Rule> rules = review.notes().map(Note::rule).distinct().sorted().toList();
    ArrayNode described = driver.putArray("rules");
    rules.forEach(rule -> rule(described.addObject(), rule));
    run.put("columnKind", "unicodeCodePoints");
    ArrayNode results = run.putArray("results");
    review.notes().forEach(note -> result(results.addObject(), note, rules.indexOf(note.rule())));
    invocation(run.putArray("invocations").addObject(), review);
    out.write(json.writeValueAsString(root));
    out.write('\n');
  }

  private void rule(ObjectNode node, Rule rule) {
    RulePage page = rule.page();
    node.put("id", rule.id());
    node.put("name", rule.id());
    node.putObject("shortDescription").put("text", page.title());
    node.putObject("fullDescription").put("text", page.why().strip());
    pages.of(rule).ifPresent(url -> node.put("helpUri", url));
    ObjectNode help = node.putObject("help");
    String locks = "Locks: " + page.locks().strip();
    help.put("text", page.why().strip() + "\n" + locks);
    help.put(
        "markdown",
        page.why().strip()
            + "\n\n"
            + locks
            + pages.of(rule).map("\n\n[All of it](%s)"::formatted).orElse(""));
    node.putObject("defaultConfiguration").put("level", level(page.risk()));
    ObjectNode properties = node.putObject("properties");
    ArrayNode tags = properties.putArray("tags");
    page.impact().stream().map(Impact::label).forEach(tags::add);
    properties.put("risk", page.risk().label());
  }

  private void result(ObjectNode node, Note note, int index) {
    node.put("ruleId", note.rule().id());
    node.put("ruleIndex", index);
    node.put("level", note.isForbidden() ? "error" : level(note.risk()));
    node.putObject("message").put("text", message(note));
    ObjectNode physical = node.putArray("locations").addObject().putObject("physicalLocation");
    ObjectNode artifact = physical.putObject("artifactLocation");
    artifact.put("uri", uri(note.file()));
    ObjectNode region = physical.putObject("region");
    region.put("startLine", note.line());
    note.statement()
        .filter(judged -> !note.rendered())
        .map(JudgedStatement::statement)
        .ifPresent(statement -> {
          region.put("endLine", note.line() + (int) statement.text().lines().count() - 1);
          region.putObject("snippet").put("text", String.join("\n", Shown.lines(statement.text())));
        });
    node.putObject("properties").put("risk", note.risk().label());
  }

  private static String message(Note note) {
    StringBuilder text = new StringBuilder(note.message());
    note.forbidden().forEach(forbidden -> text.append("\n\nForbidden: ").append(forbidden));
    note.statement()
        .filter(judged -> note.rendered())
        .map(JudgedStatement::statement)
        .ifPresent(statement ->
            text.append("\n\nRendered:\n")
                .append(String.join("\n", Shown.lines(statement.text()))));
    if (!note.rewrite().isEmpty()) {
      text.append("\n\nInstead:\n").append(String.join("\n", note.rewrite()));
    }
    return text.toString();
  }

  private static void invocation(ObjectNode node, Review review) {
    node.put("executionSuccessful", review.gaps() == 0);
    ArrayNode notifications = node.putArray("toolExecutionNotifications");
    review
        .notes()
        .filter(Note::isGap)
        .forEach(note -> {
          ObjectNode notification = notifications.addObject();
          notification.put("level", "warning");
          notification
              .putObject("message")
              .put("text", note.file() + ":" + note.line() + ": " + note.message());
        });
  }

  private static String level(Risk risk) {
    return switch (risk) {
      case LOW -> "note";
      case MEDIUM -> "warning";
      case HIGH, UNSAFE -> "error";
    };
  }

  private static String uri(String file) {
    try {
      return Path.of(file).isAbsolute()
          ? Path.of(file).toUri().toString()
          : new URI(null, null, file, null).getRawPath();
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("file " + file, e);
    }
  }
}
