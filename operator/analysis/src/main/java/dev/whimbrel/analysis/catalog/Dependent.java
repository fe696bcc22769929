package dev.whimbrel.analysis.catalog;

/**
 * What depends on a relation, directly or through another dependent.
 *
 * @param kind as pg_identify_object calls it: {@code view}, {@code table constraint}, {@code
 *     function}
 * @param name as pg_identify_object writes it
 * @param column the column that it depends on directly; empty where it depends on the relation as a
 *     whole, or through another
 */
public record Dependent(String kind, String name, String column) {}
