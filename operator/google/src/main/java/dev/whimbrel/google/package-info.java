/**
 * Clients for Google Cloud. One package per service; each client is thin over Google's own library,
 * sends every request once, and turns Google's errors into messages that say what to do next. Only
 * the runner uses them: the operator talks to the Kubernetes API and to nothing else.
 */
package dev.whimbrel.google;
