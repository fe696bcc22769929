/**
 * The life of a {@code DatabaseRestore}, pure like that of a migration: {@link
 * dev.whimbrel.engine.restore.RestoreEngine} decides, from a {@link
 * dev.whimbrel.engine.restore.RestoreWorld}, the next status and the effects, which are those of
 * migrations. One-shot: it never begins again. Between the dispatch and the recorded answer of
 * Cloud SQL nothing but that answer leads on, and it is asked for one restore at most.
 */
package dev.whimbrel.engine.restore;
