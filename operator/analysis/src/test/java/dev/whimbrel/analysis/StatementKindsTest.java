package dev.whimbrel.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.whimbrel.analysis.pgquery.PgQuery;
import dev.whimbrel.api.v1alpha1.Risk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No kind of statement passes because nobody thought of it. */
class StatementKindsTest {

  private static final Path MODULE =
      Path.of(System.getProperty("whimbrel.root", "../.."), "operator/analysis");

  /** Parts of statements, and what only PL/pgSQL and function bodies have. */
  private static final Set<String> NO_STATEMENTS =
      Set.of("PLAssignStmt", "RawStmt", "ReplicaIdentityStmt", "ReturnStmt", "SetOperationStmt");

  private final PgQuery parser = new PgQuery(1);

  static Stream<Kind> kinds() throws IOException {
    String file =
        new String(
            Objects.requireNonNull(StatementKindsTest.class.getResourceAsStream("/statements.txt"))
                .readAllBytes(),
            StandardCharsets.UTF_8);
    return file.lines().filter(line -> !line.startsWith("#")).map(Kind::of);
  }

  @Test
  void allOfTheParserAreHere() throws IOException {
    String module =
        Files.readString(MODULE.resolve("src/wasm/pg_query.wasm"), StandardCharsets.ISO_8859_1);
    Set<String> written = new TreeSet<>();
    // As it writes a node: its name, and the brace that opens its fields.
    Pattern.compile("\"([A-Z][A-Za-z]*Stmt)\":\\{")
        .matcher(module)
        .results()
        .forEach(match -> written.add(match.group(1)));
    written.removeAll(NO_STATEMENTS);

    assertThat(written).hasSizeGreaterThan(100);
    assertThat(kinds().map(Kind::node)).containsExactlyElementsOf(written);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void eachIsJudgedOrSaidToBeHarmless(Kind kind) throws Exception {
    Statement statement = Tokenizer.statements(kind.sql).getFirst();

    Parsed parsed = new Trees(parser).of(statement);
    List<Judgement> judged = new RiskRules(new Trees(parser)).judge(parsed);

    assertThat(parsed.nodes()).extracting(Node::kind).containsExactly(kind.node);
    if (kind.says.startsWith("harmless: ")) {
      assertThat(judged).isEmpty();
    } else {
      assertThat(judged).extracting(judgement -> judgement.rule().id()).contains(kind.says);
      assertThat(Judgement.worst(judged)).isNotEqualTo(Risk.LOW);
    }
  }

  @Test
  void oneOfALaterGrammarIsForAPersonToRead() throws Exception {
    Statement statement = Tokenizer.statements("REPACK t").getFirst();
    Node unknown = new Node("RepackStmt", JsonNodeFactory.instance.objectNode());

    List<Judgement> judged =
        new RiskRules(new Trees(parser))
            .judge(new Parsed(statement, List.of(unknown), Optional.empty()));

    assertThat(judged).extracting(Judgement::rule).containsExactly(Rule.UNKNOWN_STATEMENT);
    assertThat(Judgement.worst(judged)).isEqualTo(Risk.MEDIUM);
  }

  /** A line of the file. */
  record Kind(String node, String says, String sql) {

    static Kind of(String line) {
      String[] parts = line.split(" \\| ", 3);
      return new Kind(parts[0], parts[1], parts[2]);
    }
  }
}
