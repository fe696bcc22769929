package dev.whimbrel.testkit.kubernetes;

import java.util.Map;

/**
 * A request to the in-memory API.
 *
 * @param method GET, POST, ...
 * @param path without the query
 * @param parameters of the query
 * @param contentType of the body
 * @param body as text
 */
record ApiRequest(
    String method, String path, Map<String, String> parameters, String contentType, String body) {}
