/**
 * Cloud Build: one build per Job, on a private pool, found again by its tag.
 *
 * <p>{@link dev.whimbrel.google.build.CloudBuildClient} sends each request once; {@link
 * dev.whimbrel.google.build.WatchedBuild} makes of them a build that exists at most once and is
 * watched until Cloud Build says how it ended. Nothing here reads a log.
 */
package dev.whimbrel.google.build;
