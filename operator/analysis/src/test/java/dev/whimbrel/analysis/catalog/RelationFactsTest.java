package dev.whimbrel.analysis.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.analysis.Statement.QualifiedName;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RelationFactsTest {

  private static final RelationFacts USERS =
      RelationFacts.of(new QualifiedName("public", "users"), RelationKind.TABLE);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          CHECK ((email IS NOT NULL))                                  | true  | true
          CHECK ((email IS NOT NULL))                                  | false | false
          CHECK (((email IS NOT NULL) AND (length(email) > 3)))        | true  | true
          CHECK (((email IS NOT NULL) OR (phone IS NOT NULL)))         | true  | false
          CHECK ((NOT (email IS NOT NULL)))                            | true  | false
          CHECK ((alt_email IS NOT NULL))                              | true  | false
          CHECK ((email IS NULL))                                      | true  | false
          """)
  void aValidCheckMayProveThatAColumnHoldsNoNull(
      String definition, boolean valid, boolean expected) {
    RelationFacts users = USERS.withColumns(List.of(), List.of(new Check("c", definition, valid)));

    assertThat(users.provesNotNull("email")).isEqualTo(expected);
  }

  @Test
  void whatIsNotKnownIsNotEmpty() {
    assertThat(USERS.isEmpty()).isFalse();
    assertThat(USERS.withSize(Size.of(0, 0, 8192)).isEmpty()).isTrue();
    assertThat(USERS.withSize(Size.of(0, 8192, 8192)).isEmpty()).isFalse();
  }
}
