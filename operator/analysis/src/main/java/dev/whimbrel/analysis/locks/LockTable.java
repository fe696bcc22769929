package dev.whimbrel.analysis.locks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What statements lock, read and rewrite, as measured on real servers: {@code locks.txt}, which
 * {@code LockTableIT} writes and holds to PostgreSQL 13 to 18.
 *
 * @param forms by name, in the order of the file
 */
public record LockTable(SortedMap<String, Form> forms) {

  private static final int OLDEST = 13;
  private static final int NEWEST = 18;

  /**
   * Reads the table.
   *
   * @throws UncheckedIOException where this program is not whole
   */
  public static LockTable load() {
    try (InputStream file =
        Objects.requireNonNull(LockTable.class.getResourceAsStream("locks.txt"))) {
      return parse(new String(file.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static LockTable parse(List<String> lines) {
    SortedMap<String, Form> forms = new TreeMap<>();
    Map<Integer, List<String>> current = Map.of();
    for (String line : lines) {
      if (line.startsWith("  ")) {
        int space = line.indexOf(' ', 2);
        for (int version : versions(line.substring(2, space)).toArray()) {
          current.computeIfAbsent(version, any -> new ArrayList<>()).add(line.substring(space + 1));
        }
      } else if (!line.isBlank() && !line.startsWith("#")) {
        int colon = line.indexOf(": ");
        current = new LinkedHashMap<>();
        String name = line.substring(0, colon);
        forms.put(name, new Form(name, line.substring(colon + 2), current));
      }
    }
    return new LockTable(forms);
  }

  /**
   * A form by its name.
   *
   * @throws IllegalArgumentException where there is none
   */
  public Form form(String name) {
    return Optional.ofNullable(forms.get(name))
        .orElseThrow(() -> new IllegalArgumentException("no form " + name + " was measured"));
  }

  /** Reads {@code 13,15-18}. */
  private static IntStream versions(String ranges) {
    return Stream.of(ranges.split(","))
        .flatMapToInt(range -> {
          String[] ends = range.split("-");
          return IntStream.rangeClosed(
              Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]));
        });
  }

  /** A form of statement. Safe for use by several threads. */
  public static final class Form {

    private final String name;
    private final String sql;
    private final Map<Integer, List<String>> lines;

    /** Read when they are first asked for: few of them are. */
    private final Map<Integer, Measurement> measurements = new ConcurrentHashMap<>();

    private Form(String name, String sql, Map<Integer, List<String>> lines) {
      this.name = name;
      this.sql = sql;
      this.lines = lines;
    }

    /** Its name, which is unlike that of any other. */
    public String name() {
      return name;
    }

    /** An example, which was measured. */
    public String sql() {
      return sql;
    }

    /**
     * As the file says it, by major version; a version that did nothing to any relation has none.
     */
    public Map<Integer, List<String>> lines() {
      return lines;
    }

    /** What a major version did; nothing where it was not measured. */
    public Measurement on(int version) {
      return Measurement.parse(Optional.ofNullable(lines.get(version)).orElse(List.of()));
    }

    /**
     * What a major version does, as far as it is known: a newer one as the newest that was
     * measured. Of one that is older than all of them, and of one that is not known (0), the
     * strictest.
     */
    public Measurement nearest(int version) {
      return measurements.computeIfAbsent(
          version,
          asked ->
              asked < OLDEST
                  ? IntStream.rangeClosed(OLDEST, NEWEST)
                      .mapToObj(this::on)
                      .reduce(Measurement::strictest)
                      .orElseThrow()
                  : on(Math.min(asked, NEWEST)));
    }
  }
}
