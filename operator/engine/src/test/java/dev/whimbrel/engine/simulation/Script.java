package dev.whimbrel.engine.simulation;

import dev.whimbrel.api.v1alpha1.Risk;

/**
 * One revision of a source, or a callback, which runs before the first of those that are pending.
 *
 * @param name its file
 * @param hash of its bytes
 * @param transactional whether it runs in one transaction, together with its history row
 * @param broken whether PostgreSQL refuses it
 * @param undo grade of its way back; null where there is none
 */
record Script(
    String name, String hash, boolean transactional, Risk risk, boolean broken, String undo) {

  private static final String CALLBACK = "beforeMigrate.sql";

  static Script callback(String hash) {
    return new Script(CALLBACK, hash, true, Risk.LOW, false, null);
  }

  static boolean isCallback(String name) {
    return name.equals(CALLBACK);
  }

  boolean isCallback() {
    return isCallback(name);
  }

  String undoHash() {
    return hash + "-undo";
  }

  Script mended() {
    return new Script(name, hash + "-mended", transactional, risk, false, undo);
  }
}
