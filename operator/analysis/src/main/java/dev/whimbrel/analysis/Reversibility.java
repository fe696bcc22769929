package dev.whimbrel.analysis;

import dev.whimbrel.api.v1alpha1.WayBack;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * How well a revision can be undone: the grade of its way back, from the statements of both
 * directions. What the revision itself discards does not come back with the schema; what its way
 * back drops takes along whatever was written since. What is not known to keep everything does not,
 * and of what PostgreSQL's parser refuses nothing is known. Whether a way back succeeds is another
 * question: SET NOT NULL fails where a null was written since, and undoes nothing then.
 */
public final class Reversibility {

  /** What holds nothing of its own: whoever makes it again has all of it. */
  private static final Set<String> DEFINITIONS =
      Set.of(
          "OBJECT_INDEX",
          "OBJECT_VIEW",
          "OBJECT_FUNCTION",
          "OBJECT_PROCEDURE",
          "OBJECT_ROUTINE",
          "OBJECT_TRIGGER",
          "OBJECT_POLICY",
          "OBJECT_RULE");

  private final Trees trees;

  /**
   * @param trees those of the plan, so that its statements are parsed once
   */
  public Reversibility(Trees trees) {
    this.trees = trees;
  }

  /**
   * The grade of a way back, as in {@link WayBack}.
   *
   * @param revision what the revision does
   * @param back what undoes it; nothing, where its author wrote none
   * @param shown whether that is all that either of them does
   */
  public String grade(List<Statement> revision, List<Statement> back, boolean shown) {
    if (back.isEmpty()) {
      // A merge of branches does nothing, so there is nothing to undo.
      return shown && revision.isEmpty() ? WayBack.REVERSIBLE : WayBack.NONE;
    }
    if (back.stream().allMatch(this::onlyReads) && !revision.stream().allMatch(this::isNoMatter)) {
      return WayBack.NONE;
    }
    Loss worst =
        Stream.concat(
                revision.stream().map(each -> loss(each, Reversibility::forwards)),
                back.stream().map(each -> loss(each, Reversibility::backwards)))
            .reduce(shown ? Loss.NOTHING : Loss.UNKNOWN, Loss::or);
    return switch (worst) {
      case NOTHING -> WayBack.REVERSIBLE;
      case UNKNOWN -> WayBack.UNKNOWN;
      case SOMETHING -> WayBack.WITH_LOSS;
    };
  }

  /** A query that changes nothing undoes nothing. */
  private boolean onlyReads(Statement statement) {
    return all(statement, Reversibility::reads);
  }

  /** Nothing is to be undone of it. */
  private boolean isNoMatter(Statement statement) {
    return all(statement, node -> node.is("CommentStmt") || reads(node));
  }

  private boolean all(Statement statement, Predicate<Node> what) {
    Parsed parsed = trees.of(statement);
    return parsed.refusal().isEmpty() && parsed.nodes().stream().allMatch(what);
  }

  private static boolean reads(Node node) {
    return node.is("VariableShowStmt")
        || node.is("SelectStmt")
            && node.all("intoClause").findAny().isEmpty()
            && LossOfQuery.of(node) == Loss.NOTHING;
  }

  private Loss loss(Statement statement, Function<Node, Loss> direction) {
    Parsed parsed = trees.of(statement);
    return parsed.nodes().stream()
        .map(node -> node.is("DoStmt") ? block(node, statement, direction) : direction.apply(node))
        .reduce(parsed.refusal().isPresent() ? Loss.UNKNOWN : Loss.NOTHING, Loss::or);
  }

  /** Which of its statements a block carries out, its code decides. */
  private Loss block(Node block, Statement statement, Function<Node, Loss> direction) {
    return Block.of(trees, block, statement.text()).statements().stream()
        .map(direction)
        .reduce(Loss.UNKNOWN, Loss::or);
  }

  private static Loss forwards(Node s) {
    return switch (s.kind()) {
      case "DropStmt" ->
          Loss.unless(DEFINITIONS.contains(s.text("removeType")) && !LossOfAlter.cascades(s));
      case "GrantStmt", "GrantRoleStmt" -> Loss.unless(!LossOfAlter.cascades(s));
      case "ReindexStmt", "VacuumStmt", "LockStmt", "VariableSetStmt", "ConstraintsSetStmt" ->
          Loss.NOTHING;
      default -> either(s, true);
    };
  }

  /** The way back may run by itself, so it must drop nothing at all, and not unguard the rest. */
  private static Loss backwards(Node s) {
    return switch (s.kind()) {
      case "GrantStmt", "GrantRoleStmt" -> Loss.unless(s.flag("is_grant"));
      case "VacuumStmt" -> Loss.unless(!s.flag("is_vacuumcmd"));
      case "VariableSetStmt", "ConstraintsSetStmt", "LockStmt" -> Loss.UNKNOWN;
      default -> either(s, false);
    };
  }

  private static Loss either(Node s, boolean forwards) {
    return switch (s.kind()) {
      case "CommentStmt",
          "CreateStmt",
          "CreateForeignTableStmt",
          "IndexStmt",
          "ViewStmt",
          "CreateSeqStmt",
          "CreateFunctionStmt",
          "CreateTrigStmt",
          "CreateEventTrigStmt",
          "RuleStmt",
          "CreatePolicyStmt",
          "CompositeTypeStmt",
          "CreateEnumStmt",
          "CreateRangeStmt",
          "CreateDomainStmt",
          "DefineStmt",
          "CreateCastStmt",
          "CreateOpClassStmt",
          "CreateOpFamilyStmt",
          "CreateConversionStmt",
          "CreateTransformStmt",
          "CreateStatsStmt",
          "CreateExtensionStmt",
          "CreatePLangStmt",
          "CreateAmStmt",
          "CreateFdwStmt",
          "CreateForeignServerStmt",
          "CreateUserMappingStmt",
          "CreatePublicationStmt",
          "CreateRoleStmt" ->
          Loss.NOTHING;
      case "CreateSchemaStmt" ->
          s.list("schemaElts").stream()
              .map(each -> forwards ? forwards(each) : backwards(each))
              .reduce(Loss.NOTHING, Loss::or);
      case "CreateTableAsStmt", "SelectStmt" -> LossOfQuery.of(s);
      case "DoStmt", "CallStmt", "ExecuteStmt" -> Loss.UNKNOWN;
      default -> LossOfAlter.of(s, forwards);
    };
  }
}
