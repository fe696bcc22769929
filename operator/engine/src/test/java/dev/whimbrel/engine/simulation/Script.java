package dev.whimbrel.engine.simulation;

import dev.whimbrel.api.v1alpha1.Risk;

/**
 * One revision of a source.
 *
 * @param name its file
 * @param hash of its bytes
 * @param transactional whether it runs in one transaction, together with its history row
 * @param broken whether PostgreSQL refuses it
 * @param undo grade of its way back; null where there is none
 */
record Script(
    String name, String hash, boolean transactional, Risk risk, boolean broken, String undo) {

  String undoHash() {
    return hash + "-undo";
  }

  Script mended() {
    return new Script(name, hash + "-mended", transactional, risk, false, undo);
  }
}
