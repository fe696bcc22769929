package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Names as they are written in SQL. */
final class Identifiers {

  private static final int LONGEST = 63;

  /** A name with the schema before it. */
  private static final Pattern QUALIFIED =
      Pattern.compile("((?:[^\".]+|\"(?:[^\"]|\"\")*\")\\.)(.+)");

  private static final Pattern PLAIN = Pattern.compile("[a-z_][a-z0-9_]*");

  /** PostgreSQL's reserved words (documentation, "SQL Key Words"): no names without quotes. */
  private static final Set<String> RESERVED =
      Set.of(
          ("all analyse analyze and any array as asc asymmetric authorization between bigint binary"
               + " bit boolean both case cast char character check coalesce collate collation"
               + " column concurrently constraint create cross current_catalog current_date"
               + " current_role current_schema current_time current_timestamp current_user dec"
               + " decimal default deferrable desc distinct do else end except exists extract false"
               + " fetch float for foreign freeze from full grant greatest group grouping having"
               + " ilike in initially inner inout int integer intersect interval into is isnull"
               + " join lateral leading least left like limit localtime localtimestamp national"
               + " natural nchar none normalize not notnull null nullif numeric offset on only or"
               + " order out outer overlaps overlay placing position precision primary real"
               + " references returning right row select session_user setof similar smallint some"
               + " substring symmetric system_user table tablesample then time timestamp to"
               + " trailing treat trim true union unique user using values varchar variadic verbose"
               + " when where window with xmlattributes xmlconcat xmlelement xmlexists xmlforest"
               + " xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable")
              .split(" "));

  private Identifiers() {}

  /** Whether PostgreSQL keeps only the beginning of a name (NAMEDATALEN is 64). */
  static boolean isCut(String name) {
    return name.length() > LONGEST / 4 && name.getBytes(StandardCharsets.UTF_8).length > LONGEST;
  }

  static String quoted(String name) {
    return PLAIN.matcher(name).matches() && !RESERVED.contains(name)
        ? name
        : '"' + name.replace("\"", "\"\"") + '"';
  }

  static String quoted(QualifiedName name) {
    return name.schema().isEmpty()
        ? quoted(name.name())
        : quoted(name.schema()) + "." + quoted(name.name());
  }

  /**
   * A name that is made of others, as PostgreSQL makes those of sequences and constraints: in the
   * schema of the first, joined by underscores, no longer than a name may be.
   *
   * @param written names as in SQL, the first maybe with its schema; the last begins with the
   *     underscore that joins it
   */
  static String joined(List<String> written) {
    Matcher first = QUALIFIED.matcher(written.getFirst());
    String schema = first.matches() ? first.group(1) : "";
    List<String> names = new ArrayList<>(written.subList(1, written.size() - 1));
    names.addFirst(first.matches() ? first.group(2) : written.getFirst());
    String suffix = written.getLast();
    String name = String.join("_", names.stream().map(Identifiers::unquoted).toList());
    while (name.getBytes(StandardCharsets.UTF_8).length + suffix.length() > LONGEST) {
      name = name.substring(0, name.length() - 1);
    }
    return schema + quoted(name + suffix);
  }

  private static String unquoted(String written) {
    return written.startsWith("\"")
        ? written.substring(1, written.length() - 1).replace("\"\"", "\"")
        : written;
  }

  static String quoted(List<String> names) {
    return names.stream().map(Identifiers::quoted).collect(Collectors.joining(", "));
  }
}
