/**
 * A fake Google Cloud: the Cloud SQL Admin API v1beta4 and the metadata server that hands out
 * tokens, over real PostgreSQL servers.
 *
 * <p>Start with {@link dev.whimbrel.testkit.google.FakeGoogleCloud}. What it answers is what
 * Google's own clients (the Java library and {@code gcloud}) expect, and what it does is real: a
 * backup is a copy of the data directory taken while the server runs, a restore puts it back. What
 * real Cloud SQL does now and then, it does when told to: {@link
 * dev.whimbrel.testkit.google.FakeFaults} for single calls, {@link
 * dev.whimbrel.testkit.google.FakeBehavior} for how long things take and what stays invisible.
 *
 * <p>Of Cloud Run it has what moves traffic. {@code gcloud} cannot be held against that part: it
 * puts the region before the host of whatever endpoint it is given, and speaks the older API of
 * Knative. The texts of a wrong split and of a missing revision are our own.
 *
 * <p>Each instance has an address of its own, with PostgreSQL on port 5432 and, on port 3307, the
 * TLS that Google's connectors and its Auth Proxy speak. The fake is held to the real ones: {@link
 * dev.whimbrel.testkit.google.CloudSqlProxyProgram}.
 */
package dev.whimbrel.testkit.google;
