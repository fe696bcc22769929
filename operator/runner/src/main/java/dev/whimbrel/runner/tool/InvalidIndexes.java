package dev.whimbrel.runner.tool;

import dev.whimbrel.analysis.OnlineWork.ConcurrentIndex;
import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.database.Catalog;
import dev.whimbrel.runner.database.Session;
import java.sql.SQLException;
import java.util.Set;
import java.util.TreeSet;

/**
 * What CONCURRENTLY leaves behind where it fails, whichever tool ran it.
 *
 * @param names with their schema; those that were there before the revisions began
 */
public record InvalidIndexes(Set<String> names) {

  public InvalidIndexes {
    names = Set.copyOf(names);
  }

  /** Those that are there now. */
  public static InvalidIndexes now(Session session) throws SQLException {
    return new InvalidIndexes(Catalog.invalidIndexes(session));
  }

  /**
   * Refuses to make an index which is there and invalid.
   *
   * @param place where its statement stands, for the message
   */
  public void refuse(String place, ConcurrentIndex index) {
    if (names.stream().anyMatch(name -> name.endsWith("." + index.name()))) {
      throw StepFailure.permanent(
          "InvalidIndex",
          place
              + ": index "
              + index.name()
              + " exists already and is invalid"
              + (index.ifNotExists() ? ", and IF NOT EXISTS would keep it so" : "")
              + "; nothing of it ran. DROP INDEX CONCURRENTLY "
              + index.name()
              + ", then retry");
    }
  }

  /**
   * Fails where others are there by now.
   *
   * @param what happened, for the message
   * @param remedy what is to be done besides dropping them
   */
  public void reportOthers(Session session, String what, String remedy) throws SQLException {
    Set<String> left = new TreeSet<>(Catalog.invalidIndexes(session));
    left.removeAll(names);
    if (!left.isEmpty()) {
      throw StepFailure.permanent(
          "InvalidIndex",
          what
              + "; left behind is an invalid index: "
              + String.join(", ", left)
              + "; DROP INDEX CONCURRENTLY it, "
              + remedy
              + ", then retry");
    }
  }
}
