package dev.whimbrel.cli.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whimbrel.analysis.JudgedStatement;
import dev.whimbrel.analysis.locks.Effect;
import dev.whimbrel.analysis.locks.RelationLock;
import dev.whimbrel.analysis.locks.StatementLocks;
import dev.whimbrel.api.v1alpha1.Risk;
import dev.whimbrel.cli.Version;
import dev.whimbrel.cli.review.Note;
import dev.whimbrel.cli.review.Review;
import dev.whimbrel.cli.review.ReviewedScript;
import dev.whimbrel.cli.review.ReviewedSource;
import java.io.IOException;
import java.io.Writer;
import java.util.Locale;

/** Everything, for programs. Fields are added over time; one that is there keeps its meaning. */
final class JsonReport implements Report {

  /** Changes where a field changes its meaning. */
  private static final int FORMAT = 1;

  private final ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private final RulePages pages;

  JsonReport(RulePages pages) {
    this.pages = pages;
  }

  @Override
  public void print(Review review, Writer out) throws IOException {
    ObjectNode root = json.createObjectNode();
    root.put("format", FORMAT);
    root.put("version", Version.current());
    root.put("risk", review.risk().label());
    root.put("asOnePlan", review.asOnePlan());
    ObjectNode summary = root.putObject("summary");
    summary.put("files", review.files());
    summary.put("statements", review.statements());
    summary.put("notAnalysed", review.gaps());
    summary.put("forbidden", review.forbidden());
    for (Risk risk : Risk.values()) {
      summary.put(risk.label().toLowerCase(Locale.ROOT), review.count(risk));
    }
    ArrayNode sources = root.putArray("sources");
    review.sources().forEach(source -> source(sources.addObject(), source));
    out.write(json.writeValueAsString(root));
    out.write('\n');
  }

  private void source(ObjectNode node, ReviewedSource source) {
    node.put("kind", source.source().kind().label());
    node.put("path", source.source().path());
    ArrayNode notes = node.putArray("notes");
    source.source().notes().forEach(notes::add);
    ArrayNode scripts = node.putArray("scripts");
    source.scripts().forEach(script -> script(scripts.addObject(), script));
  }

  private void script(ObjectNode node, ReviewedScript script) {
    node.put("file", script.script().file());
    node.put("name", script.script().name());
    node.put("role", script.script().role().name().toLowerCase(Locale.ROOT));
    script.script().version().ifPresent(version -> node.put("version", version.toString()));
    node.put("statements", script.script().statements().size());
    node.put("risk", script.risk().label());
    script.wayBack().ifPresent(grade -> node.put("wayBack", grade));
    ArrayNode locks = node.putArray("locks");
    script.statements().stream()
        .filter(statement -> !statement.locks().isNothing())
        .forEach(statement -> locks(locks.addObject(), statement));
    ArrayNode findings = node.putArray("findings");
    script.notes().forEach(note -> finding(findings.addObject(), note));
  }

  private static void locks(ObjectNode node, JudgedStatement statement) {
    StatementLocks locks = statement.locks();
    node.put("line", statement.statement().line());
    node.put("number", statement.number());
    node.put("text", locks.text());
    node.put("measured", locks.unmeasured().isEmpty());
    node.put("atMost", locks.atMost());
    node.put("waiting", locks.waiting().label());
    ArrayNode relations = node.putArray("relations");
    for (RelationLock lock : locks.locks()) {
      ObjectNode relation = relations.addObject();
      relation.put("relation", lock.relation());
      relation.put("mode", lock.mode().sql());
      ArrayNode work = relation.putArray("work");
      lock.work().stream().sorted().map(Effect.Work::label).forEach(work::add);
    }
  }

  private void finding(ObjectNode node, Note note) {
    node.put("rule", note.rule().id());
    node.put("risk", note.risk().label());
    node.put("title", note.rule().page().title());
    node.put("message", note.message());
    node.put("file", note.file());
    node.put("line", note.line());
    node.put("notAnalysed", note.isGap());
    ArrayNode forbidden = node.putArray("forbidden");
    note.forbidden().forEach(forbidden::add);
    ArrayNode impact = node.putArray("impact");
    note.rule().page().impact().forEach(each -> impact.add(each.label()));
    node.put("locks", note.rule().page().locks());
    pages.of(note.rule()).ifPresent(url -> node.put("help", url));
    note.statement()
        .ifPresent(judged -> {
          node.put("number", judged.number());
          node.put("statement", String.join("\n", Shown.lines(judged.statement().text())));
        });
    ArrayNode rewrite = node.putArray("rewrite");
    note.rewrite().forEach(rewrite::add);
  }
}
