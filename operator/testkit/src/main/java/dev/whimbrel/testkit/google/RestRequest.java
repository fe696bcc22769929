package dev.whimbrel.testkit.google;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * A request.
 *
 * @param method of HTTP; PATCH also where a client can only POST and says so in a header
 * @param path decoded
 * @param query decoded
 * @param body parsed, an empty object for none
 */
record RestRequest(String method, String path, Map<String, String> query, JsonNode body) {

  /** A number of the query, or another one where it is not there. */
  int number(String name, int otherwise) {
    return query.containsKey(name) ? Integer.parseInt(query.get(name)) : otherwise;
  }
}
