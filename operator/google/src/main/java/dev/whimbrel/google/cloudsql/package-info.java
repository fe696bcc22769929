/**
 * Cloud SQL: facts about an instance, and an on-demand backup that is taken exactly once.
 *
 * <p>Start with {@link dev.whimbrel.google.cloudsql.OnDemandBackup}, which decides; it sees Cloud
 * SQL through {@link dev.whimbrel.google.cloudsql.CloudSqlApi}, which {@link
 * dev.whimbrel.google.cloudsql.CloudSqlAdmin} implements over the Cloud SQL Admin API v1beta4. What
 * reads or changes an instance through that API may enter here; SQL may not.
 */
package dev.whimbrel.google.cloudsql;
