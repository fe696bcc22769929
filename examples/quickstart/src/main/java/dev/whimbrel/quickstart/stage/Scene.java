package dev.whimbrel.quickstart.stage;

/**
 * What a story plays with, as its {@code migration.yaml} names it.
 *
 * @param namespace of the migration
 * @param migration the name of the DatabaseMigration
 * @param instance connection name of the Cloud SQL instance
 * @param database the database, and the role that owns it
 */
public record Scene(String namespace, String migration, String instance, String database) {}
