/**
 * Python with Alembic, SQLAlchemy and the PostgreSQL drivers in pinned versions, for tests that run
 * a user's Alembic environment on this machine: {@link
 * dev.whimbrel.testkit.python.PythonEnvironment}. What a user's image holds on a real node is not
 * from here.
 */
package dev.whimbrel.testkit.python;
