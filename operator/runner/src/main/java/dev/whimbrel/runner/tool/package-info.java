/**
 * What the steps need of a migration tool, whichever it is: {@link
 * dev.whimbrel.runner.tool.MigrationTool} knows the database's own history and opens the source,
 * {@link dev.whimbrel.runner.tool.OpenSource} makes a plan and ways back, {@link
 * dev.whimbrel.runner.tool.PreparedWork} carries one out. And what all tools share: how a plan is
 * assessed, signed, compared and followed. No class of a tool may enter.
 */
package dev.whimbrel.runner.tool;
