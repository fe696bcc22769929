package dev.whimbrel.cli.review;

import dev.whimbrel.cli.source.Source;
import java.util.List;

/** A source with its scripts, in the order in which they run. */
public record ReviewedSource(Source source, List<ReviewedScript> scripts) {

  public ReviewedSource {
    scripts = List.copyOf(scripts);
  }
}
