/**
 * PostgreSQL's own parser. {@link dev.whimbrel.analysis.pgquery.PgQuery} is what others use; {@code
 * Guest} is one copy of the compiled module and its host; {@code PgQueryModule} is generated from
 * {@code src/wasm/pg_query.wasm}, whose README says where it comes from.
 *
 * <p>Pure: the module has no files, no clock and no network. Nothing here knows what SQL means.
 */
package dev.whimbrel.analysis.pgquery;
