/**
 * Alembic, run in the user's own image, unchanged. {@link dev.whimbrel.runner.alembic.BridgeFolder}
 * and the shim make a bridge of an empty folder; over {@link dev.whimbrel.runner.alembic.Bridge}
 * the tool is called. What it says is read ({@code RevisionGraph}, {@code OfflineScript}, {@code
 * ToolError}); what is in the database, its version rows say ({@code VersionRows}). Only this room
 * knows Alembic.
 */
package dev.whimbrel.runner.alembic;
