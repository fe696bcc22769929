package dev.whimbrel.runner.alembic;

/**
 * What one call of the tool left.
 *
 * @param exit its exit code; 127 and 126 where it could not be begun
 * @param out what it printed
 * @param err what it printed on stderr
 */
record ToolOutput(int exit, String out, String err) {

  boolean succeeded() {
    return exit == 0;
  }
}
