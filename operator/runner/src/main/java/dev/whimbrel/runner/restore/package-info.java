/**
 * Restoring a Cloud SQL instance: {@link dev.whimbrel.runner.restore.RestorePlanning} says what
 * would be replaced and lost, {@link dev.whimbrel.runner.restore.RestoreCall} has it done. Only
 * Cloud SQL is spoken to in here, no database.
 */
package dev.whimbrel.runner.restore;
