package dev.whimbrel.analysis;

import dev.whimbrel.analysis.catalog.RelationFacts;
import java.util.List;

/** A {@link DataQuestion} that does not know its statement. */
record Asked(List<RelationFacts> reads, String sql, String failure, String proof) {}
