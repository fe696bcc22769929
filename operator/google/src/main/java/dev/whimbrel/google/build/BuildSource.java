package dev.whimbrel.google.build;

/** What a build finds in its working directory. */
public sealed interface BuildSource {

  /** A repository that Cloud Build fetches without credentials, at a commit. */
  record Git(String url, String revision) implements BuildSource {}

  /**
   * A repository that Cloud Build is connected to, at a commit.
   *
   * @param name {@code projects/P/locations/R/connections/C/repositories/N}
   */
  record Connected(String name, String revision) implements BuildSource {}

  /** A gzipped tar archive in Cloud Storage. */
  record Archive(String bucket, String object, long generation) implements BuildSource {}
}
