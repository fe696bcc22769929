/**
 * What is known of a live database while its plan is judged: {@link
 * dev.whimbrel.analysis.catalog.SchemaFacts} of the relations that statements touch ({@link
 * dev.whimbrel.analysis.TouchedRelations}). Pure data: who reads it from a catalog is elsewhere.
 *
 * <p>What is not known is absent, never guessed: without a database there is {@link
 * dev.whimbrel.analysis.catalog.SchemaFacts#unknown()}, and every rule has to be right with that.
 */
package dev.whimbrel.analysis.catalog;
