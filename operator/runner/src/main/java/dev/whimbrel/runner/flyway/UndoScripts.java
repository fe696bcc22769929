package dev.whimbrel.runner.flyway;

import dev.whimbrel.analysis.Reversibility;
import dev.whimbrel.analysis.Rule;
import dev.whimbrel.analysis.Statement;
import dev.whimbrel.analysis.source.ScriptName;
import dev.whimbrel.analysis.source.ScriptVersion;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.Risk;
import dev.whimbrel.api.v1alpha1.WayBack;
import dev.whimbrel.protocol.Sha256;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.flywaydb.core.api.MigrationVersion;

/**
 * The ways back: {@code U7__name.sql} undoes {@code V7__name.sql}. They are read and hashed as any
 * other script, and carried out by us, each in one transaction with its row of the history.
 */
final class UndoScripts {

  /** What would end the transaction that undoes a revision and its row together. */
  private static final Set<String> TRANSACTION_CONTROL =
      Set.of("BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "PREPARE");

  private final FlywaySource source;
  private final ScriptReader reader;
  private final List<Finding> findings = new ArrayList<>();

  UndoScripts(FlywaySource source, ScriptReader reader) {
    this.source = source;
    this.reader = reader;
  }

  /**
   * The way back of a version.
   *
   * @param script what is undone; a script that cannot undo it becomes a finding there
   */
  Undo of(MigrationVersion version, String script) {
    Undo undo = source.undo(version).map(reader::read).map(UndoScripts::undo).orElse(Undo.none(""));
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

  private static Undo undo(ScriptReader.Script script) {
    Optional<String> refused = refused(script);
    if (refused.isPresent()) {
      return Undo.none(script.file().name() + " " + refused.get());
    }
    return new Undo(Optional.of(script), "");
  }

  private static Optional<String> refused(ScriptReader.Script script) {
    if (!script.transactional()) {
      return Optional.of("would run without a transaction, and a failure would leave half of it");
    }
    if (script.statements().isEmpty()) {
      return Optional.of("is empty");
    }
    return script.statements().stream()
        .map(Statement::firstWord)
        .filter(TRANSACTION_CONTROL::contains)
        .findFirst()
        .map(word -> "ends or begins a transaction itself (" + word + ")");
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

    /**
     * The way back, as the plan shows it.
     *
     * @param revision the statements that it undoes
     */
    WayBack wayBack(List<Statement> revision) {
      return script
          .map(undo ->
              new WayBack(
                  Reversibility.grade(revision, undo.statements(), true),
                  hash().orElseThrow(),
                  undo.lines()))
          .orElseGet(() -> new WayBack(WayBack.NONE, null, List.of()));
    }
  }
}
