package dev.whimbrel.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.analysis.locks.LockMode;
import dev.whimbrel.analysis.locks.LockTable;
import dev.whimbrel.analysis.locks.LockTable.Form;
import dev.whimbrel.analysis.pgquery.PgQuery;
import dev.whimbrel.api.v1alpha1.Risk;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the rules say of a form agrees with what real servers were seen to do. */
class LockTableTest {

  private static final LockTable TABLE = LockTable.load();

  /** What Whimbrel works with. */
  private static final List<Integer> VERSIONS = List.of(14, 15, 16, 17, 18);

  /** Judged by how their statements stand together, not statement by statement. */
  private static final Set<String> SCRIPTS = Set.of("add-and-validate-check", "ddl-then-update");

  /** The rule speaks of what takes long; here it does not, which only the catalog can tell. */
  private static final Set<String> LONG_ONLY_ELSEWHERE =
      Set.of(
          "add-column-plain-domain",
          "add-column-stable-default",
          "add-column-volatile-function-default",
          "add-pk-using-index-not-null",
          "create-index-if-not-exists",
          "create-table-partition-of-without-default",
          "set-access-method-same",
          "set-not-null-already",
          "set-not-null-proven",
          "set-tablespace-same",
          "type-cidr-to-inet",
          "type-collation",
          "type-interval-precision-grows",
          "type-numeric-precision-grows",
          "type-numeric-unconstrained",
          "type-same-using",
          "type-time-precision-grows",
          "type-timestamp-precision-grows",
          "type-timestamp-to-timestamptz-in-utc",
          "type-timestamptz-to-timestamp-in-utc",
          "type-varbit-grows",
          "type-varchar-grows",
          "type-varchar-to-text",
          "type-varchar-unbounded",
          // They read for long, and block nobody.
          "create-materialized-view",
          "create-table-as",
          "select-into");

  /** It takes long, and no rule says so. */
  private static final Set<String> LONG_UNSAID =
      Set.of("add-column-inline-fk-default", "add-not-null", "do-block");

  /** The rule names the lock of an object of another kind than this one. */
  private static final Set<String> LOCKED_ONLY_ELSEWHERE =
      Set.of(
          "collation-owner",
          "domain-owner",
          "domain-set-schema",
          "drop-owned",
          "drop-schema-empty",
          "function-owner",
          "function-set-schema",
          "lock-table-exclusive",
          "lock-table-partitioned",
          "lock-table-share",
          "lock-table-share-row-exclusive",
          "publication-owner",
          "schema-owner",
          "statistics-owner",
          "type-owner",
          "type-set-schema");

  /** Rules that speak of more than a lock, and why what they find is no matter of a moment. */
  private static final Map<Rule, String> MEANS_MORE =
      Map.ofEntries(
          Map.entry(Rule.DROP_COLUMN, "its values are lost"),
          Map.entry(Rule.DROP_TABLE, "its rows are lost"),
          Map.entry(Rule.DROP_SCHEMA, "what is in it is lost"),
          Map.entry(Rule.DROP_OWNED, "what is dropped is not in the script"),
          Map.entry(Rule.DROP_OBJECT, "what uses it fails"),
          Map.entry(Rule.DROP_INDEX, "queries become slow, and the way back builds it again"),
          Map.entry(Rule.DROP_CONSTRAINT, "what it kept out comes in, and hinders the way back"),
          Map.entry(Rule.DROP_NOT_NULL, "applications meet NULLs, which hinder the way back"),
          Map.entry(Rule.REPLICA_IDENTITY, "a published table refuses writes"),
          Map.entry(Rule.DETACH_PARTITION, "its rows are gone from the table"),
          Map.entry(Rule.INSERTS_ROWS, "the way back has to know them"),
          Map.entry(Rule.CHANGES_DATA, "what rows held before is lost"),
          Map.entry(Rule.RESTARTS_SEQUENCE, "numbers come twice"),
          Map.entry(Rule.REFUSES_INSERTS, "INSERTs that were fine fail"),
          Map.entry(Rule.CALLS_FUNCTION, "what it does is not in the script"),
          Map.entry(Rule.RENAME_COLUMN, "who uses the old name fails"),
          Map.entry(Rule.RENAME_TABLE, "who uses the old name fails"),
          Map.entry(Rule.RENAME_OBJECT, "who uses the old name fails"),
          Map.entry(Rule.RENAME_ENUM_VALUE, "who uses the old value fails"),
          Map.entry(Rule.SET_SCHEMA, "who uses the old name fails"),
          Map.entry(Rule.OWNER_TO, "the old owner may do less"),
          Map.entry(Rule.PRIVILEGES, "somebody may do more, or less"),
          Map.entry(Rule.ROLES, "somebody may do more, or less, in the whole server"),
          Map.entry(Rule.CREATE_POLICY, "somebody sees other rows"),
          Map.entry(Rule.ROW_SECURITY, "somebody sees other rows"),
          Map.entry(Rule.ADD_ENUM_VALUE, "it cannot be taken back"),
          Map.entry(Rule.ADD_FOREIGN_KEY_NOT_VALID, "writes that were fine fail"),
          Map.entry(Rule.ADD_COLUMN_FOREIGN_KEY, "writers of another table wait too"),
          Map.entry(Rule.CREATE_TRIGGER, "each write does more"),
          Map.entry(Rule.DISABLE_TRIGGER, "rows are no longer checked"),
          Map.entry(Rule.CREATE_RULE, "statements do something else"),
          Map.entry(Rule.CREATE_OBJECT, "what a function does is for a person to read"),
          Map.entry(Rule.REPLACE_VIEW, "queries give something else"),
          Map.entry(Rule.PUBLICATION, "subscribers get more, or less"),
          Map.entry(Rule.EXTENSION, "it brings code, and may be refused"),
          Map.entry(Rule.SETS_SESSION, "sessions of the role are others from then on"),
          Map.entry(Rule.LOCK_TABLE, "the lock is what it is for, and stays until the end"),
          Map.entry(Rule.ALTER_TABLE, "it is none of those that are known to be harmless"),
          Map.entry(Rule.ALTER_OBJECT, "it is none of those that are known to be harmless"),
          Map.entry(Rule.UNREADABLE_SQL, "the parser is PostgreSQL 17's, and this is younger"));

  private final PgQuery parser = new PgQuery(1);

  @Test
  void whatWorksForLongUnderAStrongLockIsNeverLow() {
    List<Form> blocking = forms().filter(LockTableTest::blocksForLong).toList();

    assertThat(blocking).hasSizeGreaterThan(60);
    assertThat(blocking)
        .filteredOn(form -> Judgement.worst(judgements(form)) == Risk.LOW)
        .isEmpty();
  }

  @Test
  void aRuleSaysThatItTakesLongWhereItDoes() {
    Set<String> overstated = new TreeSet<>();
    Set<String> unsaid = new TreeSet<>();
    forms()
        .forEach(form -> {
          boolean said = judgements(form).stream().anyMatch(each -> each.rule().page().scales());
          if (said && !blocksForLong(form)) {
            overstated.add(form.name());
          } else if (!said && blocksForLong(form)) {
            unsaid.add(form.name());
          }
        });

    assertThat(overstated).isEqualTo(LONG_ONLY_ELSEWHERE);
    assertThat(unsaid).isEqualTo(LONG_UNSAID);
  }

  @Test
  void theStrongestLockIsTheOneThatTheRuleNames() {
    Set<String> wrong = new TreeSet<>();
    forms()
        .forEach(form -> {
          List<Judgement> judgements = judgements(form);
          Optional<LockMode> strongest = strongest(form);
          boolean right =
              judgements.stream().anyMatch(LockTableTest::saysNothing)
                  || (named(judgements).isEmpty()
                      ? strongest.filter(LockMode::blocksWriters).isEmpty() || judgements.isEmpty()
                      : strongest.filter(named(judgements)::contains).isPresent());
          if (!right) {
            wrong.add(form.name());
          }
        });

    assertThat(wrong).isEqualTo(LOCKED_ONLY_ELSEWHERE);
  }

  @Test
  void whatChangesTheCatalogOnlyIsLowUnlessItMeansMoreThanItLocks() {
    SortedMap<String, Set<Rule>> excepted = new TreeMap<>();
    forms()
        .filter(LockTableTest::changesTheCatalogOnly)
        .filter(form -> !LONG_ONLY_ELSEWHERE.contains(form.name()))
        .forEach(form -> {
          Set<Rule> found =
              judgements(form).stream()
                  .filter(judgement -> judgement.risk() != Risk.LOW)
                  .map(Judgement::rule)
                  .filter(rule -> !MEANS_MORE.containsKey(rule))
                  .collect(Collectors.toSet());
          if (!found.isEmpty()) {
            excepted.put(form.name(), found);
          }
        });

    assertThat(forms().filter(LockTableTest::changesTheCatalogOnly)).hasSizeGreaterThan(100);
    assertThat(excepted).isEmpty();
  }

  /** In no version anything is read, written or built as a whole. */
  private static boolean changesTheCatalogOnly(Form form) {
    return VERSIONS.stream()
        .map(form::on)
        .flatMap(measured -> measured.effects().stream())
        .allMatch(effect -> effect.work().isEmpty());
  }

  /** It knows that it does not know. */
  private static boolean saysNothing(Judgement judgement) {
    return Stream.of("Whatever", "Not known", "Up to", "Briefly what it", "Briefly whatever")
        .anyMatch(judgement.rule().page().locks()::startsWith);
  }

  /** Reads, rewrites or indexes under a lock that writers wait for, in any version. */
  private static boolean blocksForLong(Form form) {
    // ON ONLY builds nothing: an index of its own, without those of the partitions.
    return !form.name().equals("create-index-on-only")
        // The new file is an empty one.
        && !form.name().startsWith("truncate")
        && VERSIONS.stream().anyMatch(version -> form.on(version).blocksForLong());
  }

  private static Optional<LockMode> strongest(Form form) {
    return VERSIONS.stream()
        .flatMap(version -> form.on(version).strongest().stream())
        .max(LockMode::compareTo);
  }

  /** The lock modes in what the rules say of locks, each by its whole name. */
  private static Set<LockMode> named(List<Judgement> judgements) {
    Pattern modes =
        Pattern.compile(
            Stream.of(LockMode.values())
                .map(LockMode::sql)
                .sorted((a, b) -> b.length() - a.length())
                .collect(Collectors.joining("|")));
    return judgements.stream()
        .flatMap(each -> modes.matcher(each.rule().page().locks()).results())
        .map(found -> LockMode.valueOf(found.group().replace(' ', '_').toUpperCase(Locale.ROOT)))
        .collect(Collectors.toSet());
  }

  private List<Judgement> judgements(Form form) {
    try {
      RiskRules rules = new RiskRules(new Trees(parser));
      List<Judgement> judgements = new ArrayList<>();
      for (Statement statement : Tokenizer.statements(form.sql())) {
        // What a form sets is no part of it.
        if (!statement.starts("SET", "LOCAL")) {
          judgements.addAll(rules.judge(statement));
        }
      }
      return judgements;
    } catch (UnreadableSql e) {
      throw new AssertionError(e);
    }
  }

  /** Those that a version carries out. */
  private static Stream<Form> forms() {
    return TABLE.forms().values().stream()
        .filter(form -> !SCRIPTS.contains(form.name()))
        .filter(
            form -> VERSIONS.stream().anyMatch(version -> form.on(version).refused().isEmpty()));
  }
}
