package dev.whimbrel.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.analysis.pgquery.PgQuery;
import dev.whimbrel.api.v1alpha1.Risk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What the rules say of a form agrees with what a real server was seen to do. */
class LockTableTest {

  private static final Path TABLE =
      Path.of(
          System.getProperty("whimbrel.root", "../.."),
          "operator/analysis/src/main/resources/dev/whimbrel/analysis/locks-17.txt");

  /** Metadata only, and above Low all the same: for what is gone, or for who relied on it. */
  private static final Set<String> ABOVE_LOW_FOR_OTHER_REASONS =
      new TreeSet<>(
          Arrays.asList(
              "add-column-inline-fk",
              "add-fk-not-valid",
              // Without the catalog nobody knows that the domain has no CHECK.
              "add-column-plain-domain",
              "alter-constraint",
              "alter-sequence",
              // On a table without partitions it builds the index all the same.
              "create-index-on-only",
              "create-policy",
              "create-trigger",
              "detach-partition",
              "disable-trigger",
              "domain-add-check-not-valid",
              "drop-check",
              "drop-column",
              "drop-column-with-fk",
              "drop-column-with-index",
              "drop-fk",
              "drop-index",
              "drop-not-null",
              "drop-table",
              "drop-table-with-fk",
              "drop-trigger",
              "enable-rls",
              "enum-add-value",
              "grant",
              "insert",
              "lock-table",
              "owner-to",
              "rename-column",
              "rename-table",
              "replace-view",
              "set-not-null-proven",
              // Without the catalog the old type is not known.
              "type-collation",
              "type-numeric-precision-grows",
              "type-text-to-varchar",
              "type-timestamp-to-timestamptz-in-utc",
              "type-varchar-grows",
              "type-varchar-to-text"));

  private final PgQuery parser = new PgQuery(1);

  @Test
  void whatWorksForLongUnderAStrongLockIsNeverLow() throws Exception {
    List<Form> blocking = forms().stream().filter(Form::blocksForLong).toList();

    assertThat(blocking).hasSizeGreaterThan(30);
    assertThat(blocking).filteredOn(form -> risk(form) == Risk.LOW).isEmpty();
  }

  @Test
  void whatOnlyChangesTheCatalogIsLowUnlessSomebodyReliedOnIt() throws Exception {
    Set<String> above = new TreeSet<>();
    for (Form form : forms()) {
      if (!form.blocksForLong() && !form.changesRows() && risk(form) != Risk.LOW) {
        above.add(form.name());
      }
    }

    assertThat(above).isEqualTo(ABOVE_LOW_FOR_OTHER_REASONS);
  }

  private Risk risk(Form form) {
    try {
      List<Statement> statements = Tokenizer.statements(form.sql());
      // Of two statements the last is the form, after a setting that it depends on.
      return Judgement.worst(new RiskRules(parser).judge(statements.getLast()));
    } catch (UnreadableSql e) {
      throw new AssertionError(e);
    }
  }

  private static List<Form> forms() throws Exception {
    List<Form> forms = new ArrayList<>();
    for (String line : Files.readAllLines(TABLE)) {
      if (line.startsWith("  ")) {
        forms.getLast().effects().add(line.strip());
      } else if (!line.isBlank() && !line.startsWith("#")) {
        int colon = line.indexOf(": ");
        forms.add(new Form(line.substring(0, colon), line.substring(colon + 2), new ArrayList<>()));
      }
    }
    return forms;
  }

  private record Form(String name, String sql, List<String> effects) {

    /** Reads, rewrites or indexes under a lock that writers wait for. */
    boolean blocksForLong() {
      return effects.stream()
          .filter(effect -> !effect.startsWith("s:"))
          .anyMatch(effect ->
              effect.matches("\\S+: (Share|ShareRowExclusive|Exclusive|AccessExclusive) .*")
                  // ON ONLY builds nothing: an index of its own, without those of the partitions.
                  && !effect.equals("parts: Share indexed"));
    }

    boolean changesRows() {
      return Set.of("update", "delete").contains(name);
    }
  }
}
