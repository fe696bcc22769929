package dev.whimbrel.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.analysis.RiskAssessment.Script;
import dev.whimbrel.analysis.pgquery.PgQuery;
import dev.whimbrel.api.v1alpha1.Finding;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What of a plan is in nobody's way: scripts are separated by {@code //}. */
class CreatedObjectsTest {

  private static final PgQuery PARSER = new PgQuery(1);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          CREATE TABLE n (a int) // DELETE FROM n WHERE a = 1                                                   | false
          CREATE TABLE n (a int) // ALTER TABLE n RENAME TO o // DELETE FROM o WHERE a = 1                      | false
          ALTER TABLE o RENAME TO old // CREATE TABLE n (a int); ALTER TABLE n RENAME TO o; DELETE FROM o       | true
          CREATE TABLE n (a int) // ALTER TABLE o RENAME TO old; ALTER TABLE n RENAME TO o // DELETE FROM o     | true
          CREATE TABLE n (a int); ALTER TABLE o RENAME TO p; ALTER TABLE n RENAME TO o; DELETE FROM o           | true
          CREATE TABLE n (a int); DROP TABLE o; ALTER TABLE n RENAME TO o // DELETE FROM o                      | true
          CREATE TABLE n (a int); ALTER TABLE s.o SET SCHEMA u; ALTER TABLE n RENAME TO o // DELETE FROM o      | true
          DROP TABLE o; CREATE TABLE o (a int); INSERT INTO o VALUES (1); DELETE FROM o                         | false
          DROP TABLE o; CREATE TABLE o (a int) // DELETE FROM o                                                 | true
          DROP INDEX i; CREATE TABLE o (a int) // DELETE FROM o                                                 | false
          CREATE TABLE p PARTITION OF o FOR VALUES IN (1); DELETE FROM p                                        | false
          CREATE TABLE p PARTITION OF o FOR VALUES IN (1) // DELETE FROM p                                      | true
          CREATE TABLE o (a int) PARTITION BY LIST (a); CREATE TABLE p PARTITION OF o DEFAULT // DELETE FROM p  | false
          CREATE TABLE p () INHERITS (o) // DELETE FROM p                                                       | true
          CREATE TABLE p (a int); ALTER TABLE o ATTACH PARTITION p FOR VALUES IN (1); DELETE FROM p             | true
          CREATE TABLE p (a int); ALTER TABLE p INHERIT o // DELETE FROM p                                      | true
          CREATE TABLE q (a int) PARTITION BY LIST (a); CREATE TABLE r PARTITION OF q DEFAULT; ALTER TABLE o RENAME TO old; ALTER TABLE q RENAME TO o // DELETE FROM r | true
          CREATE TABLE q (a int) PARTITION BY LIST (a); CREATE TABLE r PARTITION OF q DEFAULT; ALTER TABLE q RENAME TO s // DELETE FROM r | false
          CREATE TABLE q (a int) PARTITION BY LIST (a); CREATE TABLE r (a int); ALTER TABLE q ATTACH PARTITION r DEFAULT; ALTER TABLE o ATTACH PARTITION q DEFAULT; DELETE FROM r | true
          CREATE TABLE n (a int); ALTER TABLE o RENAME TO old; CREATE VIEW o AS SELECT * FROM n // DELETE FROM n | true
          CREATE TABLE n (a int); CREATE OR REPLACE VIEW v AS SELECT * FROM n // DELETE FROM n                  | true
          CREATE TABLE n (a int); CREATE VIEW v AS SELECT * FROM n // DELETE FROM n                             | false
          CREATE TABLE n (a int); CREATE TRIGGER g AFTER INSERT ON o EXECUTE FUNCTION f() // DELETE FROM n      | true
          CREATE TABLE n (a int); CREATE TRIGGER g AFTER INSERT ON n EXECUTE FUNCTION f() // DELETE FROM n      | false
          CREATE TABLE n (a int); CREATE RULE r AS ON INSERT TO o DO ALSO INSERT INTO n VALUES (1); DELETE FROM n | true
          CREATE TABLE n (a int); ALTER TABLE o ADD FOREIGN KEY (b) REFERENCES n ON DELETE CASCADE; DELETE FROM n | true
          CREATE TABLE n (a int); CREATE TABLE m (b int); ALTER TABLE m ADD FOREIGN KEY (b) REFERENCES n; DELETE FROM n | false
          """)
  void aTableIsInUseFromWhereOthersReachIt(String scripts, boolean inUse) throws UnreadableSql {
    List<Script> plan = new ArrayList<>();
    for (String script : scripts.split("//")) {
      plan.add(Scripts.of("V" + plan.size() + ".sql", script));
    }

    List<Finding> findings = RiskAssessment.of(PARSER, plan).findings();

    assertThat(findings.stream().anyMatch(each -> each.rule().equals("ChangesData")))
        .isEqualTo(inUse);
  }
}
