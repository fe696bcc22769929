/**
 * Folders on this machine: deleted whole ({@link dev.whimbrel.testkit.files.FolderTree}), gone with
 * this JVM ({@link dev.whimbrel.testkit.files.TemporaryFolder}), or made once and kept for later
 * runs ({@link dev.whimbrel.testkit.files.CachedFolder}).
 */
package dev.whimbrel.testkit.files;
