package dev.whimbrel.testkit.google;

import com.fasterxml.jackson.databind.JsonNode;

/** One of Google's APIs over HTTP, as far as the fake has it. */
interface RestApi {

  /** Whether a path is its own. */
  boolean serves(String path);

  /** What is asked for. */
  ApiCall call(RestRequest request);

  /**
   * Does it.
   *
   * @throws ApiError where the real one answers with an error
   */
  JsonNode handle(RestRequest request);

  /** How it spells an error. */
  default JsonNode error(ApiError error) {
    return RestJson.error(error);
  }
}
