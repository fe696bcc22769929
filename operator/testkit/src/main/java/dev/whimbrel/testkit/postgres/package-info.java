/**
 * A real PostgreSQL server without a container, and a network in front of it that fails on demand:
 * {@link dev.whimbrel.testkit.postgres.EmbeddedDatabase} and {@link
 * dev.whimbrel.testkit.postgres.TcpProxy}.
 */
package dev.whimbrel.testkit.postgres;
