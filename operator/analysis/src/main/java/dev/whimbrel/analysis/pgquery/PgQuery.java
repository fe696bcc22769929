package dev.whimbrel.analysis.pgquery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.whimbrel.analysis.pgquery.Guest.Answer;
import dev.whimbrel.analysis.pgquery.Guest.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.function.BiFunction;
import run.endive.wasm.WasmEngineException;

/**
 * PostgreSQL 17's parser, for any number of threads: a bounded pool of copies of the module. A copy
 * is made when the first text needs it, and dropped where it failed or has grown.
 */
public final class PgQuery implements SqlParser {

  /** The longest text that is parsed, in bytes of UTF-8: its tree is some fifty times as long. */
  public static final int LONGEST = 128 * 1024;

  /** In pages of 64 KiB: what a copy may grow to, and above what it is not kept. */
  private static final int MAXIMUM_PAGES = 1_024;

  private static final int KEPT_PAGES = 256;

  private final ObjectMapper json = new ObjectMapper();
  private final ConcurrentLinkedDeque<Guest> idle = new ConcurrentLinkedDeque<>();
  private final Semaphore places;

  /**
   * @param copies how many texts are parsed at once; others wait
   */
  public PgQuery(int copies) {
    this.places = new Semaphore(copies);
  }

  @Override
  public JsonNode statements(String sql) throws SqlRefused {
    return answer(sql, Guest::parse).path("stmts");
  }

  @Override
  public JsonNode plpgsql(String statement) throws SqlRefused {
    return answer(statement, Guest::parsePlpgsql);
  }

  private JsonNode answer(String sql, BiFunction<Guest, byte[], Answer> parser) throws SqlRefused {
    byte[] bytes = sql.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > LONGEST) {
      throw new SqlRefused(
          "is longer than " + LONGEST / 1024 + " KiB, which is not analysed", 1, 1);
    }
    int nul = sql.indexOf('\0');
    if (nul >= 0) {
      throw refused(sql, "holds a character NUL", nul);
    }
    places.acquireUninterruptibly();
    try {
      return answer(sql, bytes, parser);
    } finally {
      places.release();
    }
  }

  private JsonNode answer(String sql, byte[] bytes, BiFunction<Guest, byte[], Answer> parser)
      throws SqlRefused {
    Guest guest = idle.poll();
    try {
      guest = guest == null ? new Guest(MAXIMUM_PAGES) : guest;
      Answer answer = parser.apply(guest, bytes);
      if (guest.pages() <= KEPT_PAGES) {
        idle.push(guest);
      }
      if (answer.refusal().isPresent()) {
        Refusal refusal = answer.refusal().get();
        throw refused(sql, refusal.message(), Math.max(0, refusal.cursor() - 1));
      }
      return json.readTree(answer.json());
    } catch (WasmEngineException | StackOverflowError | IOException e) {
      // Its copy is not kept. What is left to say is the same for each: memory, or nesting.
      throw new SqlRefused("is too large or nested too deeply to be analysed", 1, 1);
    }
  }

  /**
   * @param at in characters, not in Java's halves of them
   */
  private static SqlRefused refused(String sql, String message, int at) {
    int end = sql.offsetByCodePoints(0, Math.min(at, sql.codePointCount(0, sql.length())));
    String before = sql.substring(0, end);
    int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
    int column = 1 + before.codePointCount(before.lastIndexOf('\n') + 1, before.length());
    return new SqlRefused(message, line, column);
  }
}
