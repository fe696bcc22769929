package dev.whimbrel.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.testkit.postgres.EmbeddedDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What each form of a statement locks, reads, rewrites and builds on a real server is what the
 * table says. {@code -Dwhimbrel.generate} writes the table instead.
 */
@Tag("postgres")
class LockTableIT {

  private static final Path MODULE =
      Path.of(System.getProperty("whimbrel.root", "../.."), "operator/analysis");
  private static final Path LOCKS = MODULE.resolve("src/test/resources/locks");

  @Test
  void theTableIsWhatTheServerDoes() throws Exception {
    try (EmbeddedDatabase database = EmbeddedDatabase.start();
        Connection connection = database.connect("postgres")) {
      LockTracer tracer = new LockTracer(connection, Files.readString(LOCKS.resolve("schema.sql")));
      StringBuilder table =
          new StringBuilder(
              "# Measured on PostgreSQL %s by LockTableIT; write it anew with -Dwhimbrel.generate.%n"
                  .formatted(connection.getMetaData().getDatabaseProductVersion().split(" ")[0]));

      List<String> forms = Files.readAllLines(LOCKS.resolve("forms.sql"));
      for (String form : forms) {
        int colon = form.indexOf(": ");
        table.append('\n').append(form).append('\n');
        tracer
            .trace(form.substring(colon + 2))
            .forEach(effect -> table.append("  ").append(effect).append('\n'));
      }

      Path file = MODULE.resolve("src/main/resources/dev/whimbrel/analysis/locks-17.txt");
      if (Boolean.getBoolean("whimbrel.generate")) {
        Files.createDirectories(file.getParent());
        Files.writeString(file, table);
      }
      assertThat(table.toString()).isEqualTo(Files.readString(file));
    }
  }
}
