package dev.whimbrel.controller.observe;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names of images, as pods spell them and as nodes do. */
final class ImageName {

  private static final Pattern BY_DIGEST =
      Pattern.compile("(?:[a-z-]+://)?(?<repository>[^@]+)@(?<digest>sha256:[0-9a-f]{64})");

  private static final Pattern TAG = Pattern.compile(":[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$");

  private ImageName() {}

  /**
   * The image by digest, so that a tag which is moved changes nothing; empty where the node knows
   * no digest in the repository that was asked for: an image that was loaded and never pulled has
   * none, and a digest of another repository may not be there to pull.
   *
   * @param written as the pod names it
   * @param imageId as the node reports it
   */
  static Optional<String> pinned(String written, String imageId) {
    if (BY_DIGEST.matcher(written).matches()) {
      return Optional.of(written);
    }
    String repository = TAG.matcher(written).replaceFirst("");
    Matcher known = BY_DIGEST.matcher(imageId == null ? "" : imageId);
    return known.matches() && full(known.group("repository")).equals(full(repository))
        ? Optional.of(repository + "@" + known.group("digest"))
        : Optional.empty();
  }

  /** With the registry that is meant where none is named. */
  private static String full(String repository) {
    int slash = repository.indexOf('/');
    String first = slash < 0 ? "" : repository.substring(0, slash);
    if (first.contains(".") || first.contains(":") || first.equals("localhost")) {
      return repository;
    }
    return slash < 0 ? "docker.io/library/" + repository : "docker.io/" + repository;
  }
}
