package dev.whimbrel.analysis;

import dev.whimbrel.analysis.RulePage.Case;
import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.catalog.Check;
import dev.whimbrel.analysis.catalog.Column;
import dev.whimbrel.analysis.catalog.Dependent;
import dev.whimbrel.analysis.catalog.ForeignKey;
import dev.whimbrel.analysis.catalog.Index;
import dev.whimbrel.analysis.catalog.Partitioning;
import dev.whimbrel.analysis.catalog.RelationFacts;
import dev.whimbrel.analysis.catalog.RelationKind;
import dev.whimbrel.analysis.catalog.SchemaFacts;
import dev.whimbrel.analysis.catalog.Size;
import dev.whimbrel.analysis.catalog.Traffic;
import dev.whimbrel.analysis.catalog.TypeKind;
import dev.whimbrel.analysis.pgquery.PgQuery;
import dev.whimbrel.api.v1alpha1.Finding;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Tries the cases of the rules; those that say "where" on the database that is described here. */
final class RuleCases {

  private static final PgQuery PARSER = new PgQuery(1);

  private static final RelationFacts USERS =
      table(
          "users",
          Size.of(3_200_000, 1_288_490_189, 1 << 20),
          List.of(
              column("id", "int4", -1, true),
              column("a", "int4", -1, false),
              column("b", "varchar", 54, false),
              column("c", "int4", -1, false),
              column("d", "text", -1, false),
              column("e", "numeric", (10 << 16 | 2) + 4, false)),
          List.of(index("users_pkey", true, "id")),
          List.of(),
          List.of(new Dependent("view", "public.readable", "d")));

  private static final RelationFacts ORDERS =
      table(
          "orders",
          Size.of(500, 65_536, 16_384),
          List.of(
              column("id", "int4", -1, true),
              column("user_id", "int4", -1, false),
              column("other", "int4", -1, false),
              column("placed", "timestamp", -1, false)),
          List.of(index("orders_pkey", true, "id"), index("orders_user", true, "user_id")),
          List.of(
              new ForeignKey(
                  "orders_user_id_fkey",
                  name("orders"),
                  List.of("user_id"),
                  name("users"),
                  List.of("id"),
                  true)),
          List.of());

  private static final RelationFacts DRAFTS =
      table(
          "drafts",
          Size.of(0, 0, 0),
          List.of(column("a", "int4", -1, false)),
          List.of(),
          List.of(),
          List.of());

  private static final RelationFacts KEYLESS =
      table(
          "keyless",
          Size.of(10, 8192, 8192),
          List.of(column("n", "int4", -1, true)),
          List.of(index("keyless_n", true, "n")),
          List.of(),
          List.of());

  private static final RelationFacts PUBLISHED =
      new RelationFacts(
          name("published"),
          RelationKind.TABLE,
          Optional.empty(),
          Size.of(10, 8192, 8192),
          Traffic.unknown(),
          List.of(column("id", "int4", -1, true)),
          List.of(),
          List.of(
              new Index(
                  "published_pkey", List.of("id"), true, true, true, false, OptionalLong.empty())),
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          Partitioning.none(),
          true);

  private static final RelationFacts PARTS =
      new RelationFacts(
          name("parts"),
          RelationKind.PARTITIONED_TABLE,
          Optional.empty(),
          Size.of(100, 8192, 8192),
          Traffic.unknown(),
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          new Partitioning(Optional.empty(), 2, Optional.empty()),
          false);

  private RuleCases() {}

  static List<Finding> findings(Case tried) {
    return RiskAssessment.of(ParsedPlan.of(PARSER, List.of(script(tried))), facts(tried))
        .findings();
  }

  /** What rules say of each statement for itself, and of how they stand together. */
  static List<Judgement> judgements(Case tried) {
    RiskAssessment.Script script = script(tried);
    PlanReview review =
        PlanReview.of(ParsedPlan.of(PARSER, List.of(script)), facts(tried), List.of());
    return script.statements().stream()
        .flatMap(statement -> review.judged(statement).stream())
        .toList();
  }

  private static RiskAssessment.Script script(Case tried) {
    try {
      List<Statement> statements = Tokenizer.statements(tried.sql());
      return tried.transaction() == null
          ? Scripts.of("V1.sql", statements)
          : new RiskAssessment.Script("V1.sql", statements, tried.transaction(), false);
    } catch (UnreadableSql e) {
      throw new AssertionError(tried.sql(), e);
    }
  }

  private static SchemaFacts facts(Case tried) {
    return tried.where().isEmpty()
        ? SchemaFacts.unknown()
        : new SchemaFacts(
            tried.where().equals("the server is 14.2") ? 140_002 : 170_006,
            Map.of(
                written("users"), USERS,
                written("orders"), ORDERS,
                written("drafts"), DRAFTS,
                written("keyless"), KEYLESS,
                written("published"), PUBLISHED,
                written("parts"), PARTS),
            Set.of(written("gone"), written("ix_gone")),
            Map.of(
                written("mood"), TypeKind.ENUM, written("positive"), TypeKind.CONSTRAINED_DOMAIN));
  }

  private static RelationFacts table(
      String name,
      Size size,
      List<Column> columns,
      List<Index> indexes,
      List<ForeignKey> foreignKeys,
      List<Dependent> dependents) {
    return new RelationFacts(
        name(name),
        RelationKind.TABLE,
        Optional.empty(),
        size,
        Traffic.unknown(),
        columns,
        List.of(new Check("c_proves", "CHECK ((c IS NOT NULL))", true)),
        indexes,
        foreignKeys,
        List.of(),
        List.of(),
        dependents,
        Partitioning.none(),
        false);
  }

  private static Column column(String name, String type, int modifier, boolean notNull) {
    return new Column(name, type, modifier, type, TypeKind.BASE, notNull, "", false, false);
  }

  private static Index index(String name, boolean valid, String column) {
    return new Index(
        name, List.of(column), true, name.endsWith("_pkey"), valid, false, OptionalLong.empty());
  }

  private static QualifiedName name(String name) {
    return new QualifiedName("public", name);
  }

  private static QualifiedName written(String name) {
    return new QualifiedName("", name);
  }
}
