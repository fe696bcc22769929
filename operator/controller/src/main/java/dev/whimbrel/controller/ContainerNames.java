package dev.whimbrel.controller;

/** The containers of our pods: who makes them and who reads their state must agree. */
public final class ContainerNames {

  /** Carries the step out; its termination message is the result of the Job. */
  public static final String RUNNER = "runner";

  /** Makes the folder that runner and tool share, and ends before both begin. */
  public static final String BRIDGE = "bridge";

  /** The user's image with Alembic in it. */
  public static final String ALEMBIC = "alembic";

  /** The Cloud SQL Auth Proxy, where the migration asks for it. */
  public static final String PROXY = "cloud-sql-proxy";

  /** The throw-away server on which the SQL of a plan is traced. */
  public static final String TRACE = "trace";

  /** Has pg_dump read the structure of the database for it. */
  public static final String STRUCTURE = "structure";

  private ContainerNames() {}
}
