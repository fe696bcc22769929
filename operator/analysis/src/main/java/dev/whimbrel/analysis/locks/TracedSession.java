package dev.whimbrel.analysis.locks;

import java.util.List;
import java.util.Map;

/**
 * A session in which statements are traced. Whoever has it decides where its transactions begin and
 * end; nothing in this room talks to a server.
 *
 * @param <E> what is thrown where the server refuses something, or is gone
 */
public interface TracedSession<E extends Exception> {

  /** Runs one statement. */
  void execute(String sql) throws E;

  /** The rows of a query: by the names of its columns, their values as text, NULL as null. */
  List<Map<String, String>> rows(String sql) throws E;
}
