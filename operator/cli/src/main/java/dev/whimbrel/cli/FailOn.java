package dev.whimbrel.cli;

import dev.whimbrel.api.v1alpha1.Risk;
import dev.whimbrel.cli.review.Review;

/** From which risk on the command fails; what is forbidden fails it whatever its risk. */
enum FailOn {
  MEDIUM,
  HIGH,
  UNSAFE,
  NEVER;

  boolean fails(Review review) {
    return this != NEVER
        && (review.forbidden() > 0 || review.risk().compareTo(Risk.valueOf(name())) >= 0);
  }
}
