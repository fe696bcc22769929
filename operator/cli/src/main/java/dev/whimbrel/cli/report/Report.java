package dev.whimbrel.cli.report;

import dev.whimbrel.cli.review.Review;
import java.io.IOException;
import java.io.Writer;

/** A format. */
public interface Report {

  /** Prints a review. */
  void print(Review review, Writer out) throws IOException;
}
