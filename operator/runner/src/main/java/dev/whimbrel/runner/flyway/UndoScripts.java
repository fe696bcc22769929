package dev.whimbrel.runner.flyway;

import dev.whimbrel.analysis.OwnTransactions;
import dev.whimbrel.analysis.Reversibility;
import dev.whimbrel.analysis.Rule;
import dev.whimbrel.analysis.Statement;
import dev.whimbrel.analysis.Trees;
import dev.whimbrel.analysis.source.ScriptName;
import dev.whimbrel.analysis.source.ScriptVersion;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.Risk;
import dev.whimbrel.api.v1alpha1.WayBack;
import dev.whimbrel.protocol.Sha256;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.flywaydb.core.api.MigrationVersion;

/**
 * The ways back: {@code U7__name.sql} undoes {@code V7__name.sql}. They are read and hashed as any
 * other script, and carried out by us, each in one transaction with its row of the history.
 */
final class UndoScripts {

  private final FlywaySource source;
  private final ScriptReader reader;
  private final Trees trees;
  private final List<Finding> findings = new ArrayList<>();

  /**
   * @param trees of the statements
   */
  UndoScripts(FlywaySource source, ScriptReader reader, Trees trees) {
    this.source = source;
    this.reader = reader;
    this.trees = trees;
  }

  /**
   * The way back of a version.
   *
   * @param script what is undone; a script that cannot undo it becomes a finding there
   */
  Undo of(MigrationVersion version, String script) {
    Undo undo = source.undo(version).map(reader::read).map(this::undo).orElse(Undo.none(""));
    if (!undo.refused().isEmpty()) {
      findings.add(
          new Finding(
              Rule.NO_WAY_BACK.id(),
              Risk.LOW.label(),
              "cannot be undone: " + undo.refused() + "; correct that script",
              script,
              null));
    }
    return undo;
  }

  /**
   * The way back of a version, as the plan shows it.
   *
   * @param script what is undone
   * @param revision its statements
   */
  WayBack wayBack(MigrationVersion version, String script, List<Statement> revision) {
    Undo undo = of(version, script);
    return undo.script()
        .map(back ->
            new WayBack(
                new Reversibility(trees).grade(revision, back.statements(), true),
                undo.hash().orElseThrow(),
                back.lines()))
        .orElseGet(() -> new WayBack(WayBack.NONE, null, List.of()));
  }

  /** What a reviewer should know of the undo scripts that were asked for, and of all others. */
  List<Finding> findings() {
    return Stream.concat(findings.stream(), unpaired()).toList();
  }

  /** Undo scripts without a revision that they would undo. */
  private Stream<Finding> unpaired() {
    return source.named(ScriptName.Undo.class).entrySet().stream()
        .filter(undo -> !isPaired(undo.getValue().version()))
        .map(undo ->
            new Finding(
                Rule.UNPAIRED_UNDO.id(),
                Risk.LOW.label(),
                "undoes version "
                    + undo.getValue().version()
                    + ", of which the source has no script: rename or remove it",
                undo.getKey(),
                null));
  }

  private boolean isPaired(ScriptVersion version) {
    return source.named(ScriptName.Versioned.class).values().stream()
        .anyMatch(versioned -> versioned.version().equals(version));
  }

  private Undo undo(ScriptReader.Script script) {
    Optional<String> refused = refused(script);
    if (refused.isPresent()) {
      return Undo.none(script.file().name() + " " + refused.get());
    }
    return new Undo(Optional.of(script), "");
  }

  /** What ends the transaction would undo a revision without its row. */
  private Optional<String> refused(ScriptReader.Script script) {
    if (!script.transactional()) {
      return Optional.of("would run without a transaction, and a failure would leave half of it");
    }
    if (script.statements().isEmpty()) {
      return Optional.of("is empty");
    }
    return script.statements().stream()
        .filter(statement -> OwnTransactions.isBorder(trees, statement))
        .findFirst()
        .map(border -> "ends or begins a transaction itself (" + border.firstWord() + ")");
  }

  /**
   * How a version can be undone.
   *
   * @param script what undoes it; empty where nothing does
   * @param refused why the script that is there does not count; empty where it does or is not there
   */
  record Undo(Optional<ScriptReader.Script> script, String refused) {

    private static Undo none(String refused) {
      return new Undo(Optional.empty(), refused);
    }

    /**
     * SHA-256 of what undoes it; empty where nothing does. The placeholders' values are part of it:
     * what was approved is the text that runs.
     */
    Optional<String> hash() {
      return script.map(undo -> Sha256.hex(undo.hash() + "\n" + String.join("\n", undo.lines())));
    }
  }
}
