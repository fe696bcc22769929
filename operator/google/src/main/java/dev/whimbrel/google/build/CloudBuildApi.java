package dev.whimbrel.google.build;

import java.util.List;

/** What of Cloud Build is used. Each call is one attempt: who calls decides what to make of it. */
public interface CloudBuildApi {

  /**
   * Creates a build. There is no idempotency token: ask {@link #list} first.
   *
   * @throws CloudBuildException where it was refused, or where nobody knows
   */
  BuildRecord create(BuildRequest request) throws CloudBuildException;

  /** The builds of the pool's project and region with this tag, newest first. */
  List<BuildRecord> list(WorkerPool pool, String tag) throws CloudBuildException;

  /** The build with this id. */
  BuildRecord get(WorkerPool pool, String id) throws CloudBuildException;

  /** Asks for its end; it ends some time later. */
  void cancel(WorkerPool pool, String id) throws CloudBuildException;

  /**
   * The state of a pool: builds run where it is RUNNING.
   *
   * @throws CloudBuildException DENIED also where the caller may use it and not look at it
   */
  String poolState(WorkerPool pool) throws CloudBuildException;
}
