package dev.whimbrel.google.secrets;

/** What came of looking for a secret. */
public sealed interface SecretFinding {

  /** It can be read. */
  record Found(SecretValue value) implements SecretFinding {}

  /**
   * It cannot, and trying again does not help.
   *
   * @param message what is wrong with which secret, and what was probably meant
   * @param remedy a command that mends it, or what to write in the spec
   */
  record Refused(String message, String remedy) implements SecretFinding {}

  /** Secret Manager did not answer as it should; trying again may help. */
  record Unclear(String message) implements SecretFinding {}
}
