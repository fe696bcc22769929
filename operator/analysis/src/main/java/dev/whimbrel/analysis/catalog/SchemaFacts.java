package dev.whimbrel.analysis.catalog;

import dev.whimbrel.analysis.Statement.QualifiedName;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a database held when its plan was made, of what the plan's statements name. It may have
 * changed by the time they run, and a name without a schema is resolved by the search path of the
 * session that planned: after a SET search_path in a script it may mean another.
 *
 * @param version of the server, as server_version_num: 170006 is 17.6; 0 where it is not known
 * @param relations by the name as a statement writes it; two names may mean one relation
 * @param absent names that mean no relation of this database
 * @param types what type names mean that the grammar has no word of its own for
 */
public record SchemaFacts(
    int version,
    Map<QualifiedName, RelationFacts> relations,
    Set<QualifiedName> absent,
    Map<QualifiedName, TypeKind> types) {

  private static final int MAJOR = 10_000;

  public SchemaFacts {
    relations = Map.copyOf(relations);
    absent = Set.copyOf(absent);
    types = Map.copyOf(types);
  }

  /** Nothing is known: there is no database, or it could not be read. */
  public static SchemaFacts unknown() {
    return new SchemaFacts(0, Map.of(), Set.of(), Map.of());
  }

  /** The server's major version, as 17; 0 where it is not known. */
  public int major() {
    return version / MAJOR;
  }

  /** What is known of a relation; empty where it is not there, or nothing is known. */
  public Optional<RelationFacts> relation(QualifiedName name) {
    return Optional.ofNullable(relations.get(name));
  }

  /** Whether it is known that no relation has this name. */
  public boolean isAbsent(QualifiedName name) {
    return absent.contains(name);
  }

  /** What a type name means; empty where that is not known. */
  public Optional<TypeKind> type(QualifiedName name) {
    return Optional.ofNullable(types.get(name));
  }
}
