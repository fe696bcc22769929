/**
 * What every story before the reader's eyes needs: a {@link dev.whimbrel.quickstart.stage.Cluster}
 * where it plays, a {@link dev.whimbrel.quickstart.stage.Screen} that shows it, an {@link
 * dev.whimbrel.quickstart.stage.Approver} who decides, and a {@link
 * dev.whimbrel.quickstart.stage.Performance} that leaves nothing behind. What one story alone tells
 * does not belong here.
 */
package dev.whimbrel.quickstart.stage;
