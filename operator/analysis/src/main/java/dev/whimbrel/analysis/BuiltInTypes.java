package dev.whimbrel.analysis;

import java.util.List;
import java.util.Set;

/** Which types, by their names in a parse tree, are known without a catalog. */
final class BuiltInTypes {

  private static final Set<String> SERIAL =
      Set.of("serial", "serial2", "serial4", "serial8", "smallserial", "bigserial");

  /** Types of PostgreSQL that the grammar has no names of its own for. */
  private static final Set<String> OF_SERVER =
      Set.of(
          ("text uuid json jsonb bytea date money inet cidr macaddr macaddr8 point line lseg box"
                  + " path polygon circle tsvector tsquery xml name oid regclass pg_lsn int4range"
                  + " int8range numrange tsrange tstzrange daterange int2 int4 int8 float4 float8"
                  + " bool timestamptz timetz varbit bpchar jsonpath int4multirange int8multirange"
                  + " nummultirange tsmultirange tstzmultirange datemultirange regproc"
                  + " regprocedure regoper regoperator regtype regrole regnamespace regconfig"
                  + " regdictionary regcollation xid xid8 tid cid refcursor pg_snapshot"
                  + " txid_snapshot")
              .split(" "));

  /** Those of common extensions, which may be in any schema. */
  private static final Set<String> OF_EXTENSIONS =
      Set.of("citext", "hstore", "ltree", "vector", "geometry", "geography");

  private BuiltInTypes() {}

  /** Whether a type's name stands for a number from a sequence. */
  static boolean isSerial(String type) {
    return SERIAL.contains(type);
  }

  /**
   * Whether a type can be no domain. An array of domains is none itself; app.text is not text.
   *
   * @param type a TypeName
   */
  static boolean isNoDomain(Node type) {
    List<String> names = type.names("names");
    return type.has("arrayBounds")
        || names.getFirst().equals("pg_catalog")
        || names.size() == 1 && OF_SERVER.contains(names.getLast())
        || OF_EXTENSIONS.contains(names.getLast());
  }
}
