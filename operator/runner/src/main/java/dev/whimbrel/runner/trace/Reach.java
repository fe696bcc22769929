package dev.whimbrel.runner.trace;

import dev.whimbrel.analysis.Statement;
import dev.whimbrel.analysis.Token;
import dev.whimbrel.analysis.Token.Kind;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whether SQL may reach beyond the server that runs it: to another database, a program or a file.
 * Extensions are on a list of what is known to reach nothing, because whatever else is in one
 * cannot be seen. Strings are read like SQL, for they may be bodies of functions or be executed, so
 * that in doubt it reaches out.
 */
final class Reach {

  /** Names with what is no letter or digit as spaces, as {@link #words} writes them. */
  private static final Set<String> CONTAINED =
      Set.of(
          "plpgsql",
          "pgcrypto",
          "uuid ossp",
          "citext",
          "hstore",
          "pg_trgm",
          "btree_gist",
          "btree_gin",
          "unaccent",
          "ltree",
          "intarray",
          "cube",
          "earthdistance",
          "fuzzystrmatch",
          "tablefunc",
          "tsm_system_rows",
          "tsm_system_time",
          "pg_stat_statements",
          "vector",
          "postgis");

  private static final Pattern EXTENSION =
      Pattern.compile("\\bcreate extension (?:if not exists )?(uuid ossp\\b|\\w*)");

  private static final Pattern OUTWARD =
      Pattern.compile(
          Stream.of(
                  "create server|create foreign|create user mapping|import foreign schema",
                  "(?:create|alter) subscription|alter system",
                  "create (?:or replace )?(?:trusted )?(?:procedural )?language",
                  // Of C and internal any function of a library or of the server can be made.
                  "language (?:c|internal|pl(?:perl|python|tcl|java|v8|r|rust|sh|lua)\\w*)",
                  "dblink\\w*|postgres_fdw\\w*|http_\\w+|net http_\\w+",
                  "lo_import|lo_export|pg_read_\\w+|pg_write_server_files|pg_file_\\w+",
                  "pg_execute_server_program|pg_ls_\\w+|pg_stat_file",
                  "(?:session|shared|local)_preload_libraries|dynamic_library_path",
                  "(?:archive|restore|archive_cleanup|recovery_end|ssl_passphrase)_command")
              .collect(Collectors.joining("|", "\\b(?:", ")\\b")));

  private static final Pattern COPY = Pattern.compile("\\bcopy\\b");
  private static final Pattern PROGRAM = Pattern.compile("\\bprogram\\b");

  /** Names of which no word shows: {@code U&"\0063opy"}. */
  private static final Pattern ESCAPED = Pattern.compile("\\b[uU]&[\"']");

  private static final Pattern COMMENT = Pattern.compile("(?s)--[^\\n]*|/\\*.*?\\*/");
  private static final Pattern NO_WORD = Pattern.compile("[^\\p{L}\\p{N}_]+");

  private Reach() {}

  /** What of the statement reaches out, in words for a reviewer; empty where nothing may. */
  static Optional<String> of(Statement statement) {
    if (statement.starts("COMMENT", "ON")) {
      return Optional.empty();
    }
    if (statement.starts("LOAD")) {
      return Optional.of("LOAD");
    }
    if (ESCAPED.matcher(statement.text()).find()) {
      return Optional.of("a name or string that is written as U&");
    }
    return spellings(statement).flatMap(words -> of(words).stream()).findFirst();
  }

  private static Optional<String> of(String words) {
    Matcher extension = EXTENSION.matcher(words);
    while (extension.find()) {
      if (!CONTAINED.contains(extension.group(1))) {
        return Optional.of(
            "CREATE EXTENSION " + extension.group(1) + ", which is not known to reach nothing");
      }
    }
    Matcher outward = OUTWARD.matcher(words);
    if (outward.find()) {
      return Optional.of(outward.group().toUpperCase(Locale.ROOT).strip());
    }
    boolean program = PROGRAM.matcher(words).find() && COPY.matcher(words).find();
    return program ? Optional.of("COPY with PROGRAM") : Optional.empty();
  }

  /**
   * As its tokens stand, and as its text does with and without what looks like a comment: what is
   * in a string is no token, and may have comments of its own or look as though it had.
   */
  private static Stream<String> spellings(Statement statement) {
    String text = statement.text();
    return Stream.of(
            statement.tokens().stream()
                .filter(token -> token.kind() != Kind.SYMBOL)
                .map(Token::text)
                .collect(Collectors.joining(" ")),
            text,
            COMMENT.matcher(text).replaceAll(" "))
        .map(Reach::words);
  }

  private static String words(String text) {
    return NO_WORD.matcher(text.toLowerCase(Locale.ROOT)).replaceAll(" ");
  }

  /** The first of these that reaches out, as {@code line 7 (CREATE SERVER)}. */
  static Optional<String> ofAny(List<Statement> statements) {
    return statements.stream()
        .flatMap(each -> of(each).map(what -> "line " + each.line() + " (" + what + ")").stream())
        .findFirst();
  }
}
