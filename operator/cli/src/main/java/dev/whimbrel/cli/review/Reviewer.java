package dev.whimbrel.cli.review;

import dev.whimbrel.analysis.JudgedStatement;
import dev.whimbrel.analysis.Reversibility;
import dev.whimbrel.analysis.RiskAssessment;
import dev.whimbrel.analysis.Rule;
import dev.whimbrel.analysis.Statement;
import dev.whimbrel.analysis.Trees;
import dev.whimbrel.analysis.pgquery.PgQuery;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.Forbidden;
import dev.whimbrel.api.v1alpha1.Risk;
import dev.whimbrel.cli.source.PolicyFile.NamedPolicy;
import dev.whimbrel.cli.source.ReadScript;
import dev.whimbrel.cli.source.ReadScript.Role;
import dev.whimbrel.cli.source.ReadScript.Transaction;
import dev.whimbrel.cli.source.Source;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Judges what was read. */
public final class Reviewer {

  /** Statements that one thread judges about as fast as two. */
  private static final int FEW = 100;

  private final PgQuery parser = new PgQuery(Runtime.getRuntime().availableProcessors());
  private final boolean asOnePlan;
  private final List<NamedPolicy> policies;

  /**
   * @param asOnePlan whether none of the scripts has run yet, so that what one creates is new to
   *     those after it; else each is judged as if all before it had run long ago
   * @param policies what is forbidden
   */
  public Reviewer(boolean asOnePlan, List<NamedPolicy> policies) {
    this.asOnePlan = asOnePlan;
    this.policies = List.copyOf(policies);
  }

  /** Judges. */
  public Review review(List<Source> sources) {
    return new Review(sources.stream().map(this::review).toList(), asOnePlan);
  }

  private ReviewedSource review(Source source) {
    List<RiskAssessment> assessed = bySql(source);
    Map<String, List<JudgedStatement>> judged =
        assessed.stream()
            .flatMap(each -> each.statements().stream())
            .collect(Collectors.groupingBy(JudgedStatement::script));
    List<ReviewedScript> scripts = new ArrayList<>();
    for (ReadScript script : source.scripts()) {
      List<JudgedStatement> statements = judged.getOrDefault(script.name(), List.of());
      List<Note> notes = notes(script, statements);
      scripts.add(
          script.role() == Role.UNDO
              ? undo(script, source, notes, statements)
              : new ReviewedScript(script, notes, wayBack(script, source), statements));
    }
    return new ReviewedSource(source, scripts);
  }

  /** What the rules say. */
  private List<RiskAssessment> bySql(Source source) {
    List<List<ReadScript>> groups = groups(source.scripts());
    int statements = source.scripts().stream().mapToInt(s -> s.statements().size()).sum();
    // A second thread makes a second copy of the parser, which pays where there is much to parse.
    Stream<List<ReadScript>> inTurnOrAtOnce =
        statements > FEW ? groups.parallelStream() : groups.stream();
    return inTurnOrAtOnce.map(group -> judge(group, later(group, source))).toList();
  }

  /** Scripts that are judged together: those of one plan, else those of one transaction. */
  private List<List<ReadScript>> groups(List<ReadScript> scripts) {
    List<List<ReadScript>> groups = new ArrayList<>();
    for (ReadScript script : scripts) {
      boolean follows =
          !groups.isEmpty()
              && script.role() == groups.getLast().getLast().role()
              && (asOnePlan
                  ? script.role() != Role.UNDO
                  : script.transaction() == Transaction.JOINED);
      if (!follows) {
        groups.add(new ArrayList<>());
      }
      groups.getLast().add(script);
    }
    return groups;
  }

  /** What the source does after some of its scripts. */
  private static List<Statement> later(List<ReadScript> scripts, Source source) {
    return source.scripts().stream()
        .skip(source.scripts().indexOf(scripts.getLast()) + 1L)
        .filter(script -> script.role() == Role.MIGRATION)
        .flatMap(script -> script.statements().stream())
        .toList();
  }

  private RiskAssessment judge(List<ReadScript> scripts, List<Statement> later) {
    return RiskAssessment.of(
        parser,
        scripts.stream()
            .map(script ->
                new RiskAssessment.Script(
                    script.name(),
                    script.statements(),
                    script.transaction() != Transaction.NONE,
                    script.transaction() == Transaction.JOINED))
            .toList(),
        later);
  }

  private List<Note> notes(ReadScript script, List<JudgedStatement> statements) {
    Map<Integer, JudgedStatement> byLine = new HashMap<>();
    List<Note> notes = new ArrayList<>();
    for (JudgedStatement judged : statements) {
      byLine.putIfAbsent(judged.statement().line(), judged);
      for (Finding finding : judged.findings()) {
        notes.add(note(finding, script, Optional.of(judged)));
      }
    }
    List<Note> ofFile = new ArrayList<>();
    for (Finding finding : script.findings()) {
      ofFile.add(note(finding, script, Optional.ofNullable(byLine.get(finding.line()))));
    }
    return Stream.concat(ofFile.stream(), notes.stream())
        .sorted(Comparator.comparingInt(Note::line))
        .toList();
  }

  private Note note(Finding finding, ReadScript script, Optional<JudgedStatement> statement) {
    Rule rule =
        Rule.of(finding.rule())
            .orElseThrow(() -> new IllegalStateException("no rule " + finding.rule()));
    int line = finding.line() == null ? 1 : finding.line();
    return new Note(
        rule,
        Risk.of(finding.risk()),
        finding.message(),
        script.file(),
        script.renderedFrom().orElse(line),
        finding.rewrite(),
        statement,
        script.renderedFrom().isPresent(),
        policies.stream()
            .flatMap(policy -> Forbidden.of(policy.name(), policy.spec(), finding).stream())
            .map(Forbidden::why)
            .toList());
  }

  /**
   * A way back takes away what its revision brought; that is no finding. What it loses is said of
   * the revision. What cannot be read, and what the whole plan would fail at, is one all the same.
   */
  private static ReviewedScript undo(
      ReadScript script, Source source, List<Note> all, List<JudgedStatement> statements) {
    List<Note> notes =
        new ArrayList<>(
            all.stream()
                .filter(note ->
                    note.isGap() || note.risk() == Risk.UNSAFE || note.statement().isEmpty())
                .toList());
    if (revision(script, source).isEmpty()) {
      notes.add(
          new Note(
              Rule.UNPAIRED_UNDO,
              Risk.LOW,
              "undoes version "
                  + script.version().map(Object::toString).orElse("")
                  + ", of which there is no script here: rename or remove it",
              script.file(),
              1,
              List.of(),
              Optional.empty(),
              false,
              List.of()));
    }
    return new ReviewedScript(script, notes, Optional.empty(), statements);
  }

  private static Optional<ReadScript> revision(ReadScript undo, Source source) {
    return source.scripts().stream()
        .filter(script -> script.role() == Role.MIGRATION && script.version().isPresent())
        .filter(script -> script.version().equals(undo.version()))
        .findFirst();
  }

  private Optional<String> wayBack(ReadScript script, Source source) {
    return source.scripts().stream()
        .filter(undo -> undo.role() == Role.UNDO && script.version().isPresent())
        .filter(undo -> undo.version().equals(script.version()))
        .findFirst()
        .map(undo ->
            new Reversibility(new Trees(parser))
                .grade(script.statements(), undo.statements(), true));
  }
}
