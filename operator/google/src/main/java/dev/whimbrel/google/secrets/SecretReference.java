package dev.whimbrel.google.secrets;

/**
 * A version of a secret.
 *
 * @param project id
 * @param secret its name, case-sensitive
 * @param version a number, or {@code latest}
 */
public record SecretReference(String project, String secret, String version) {

  /** The name of the resource. */
  public String resource() {
    return "projects/" + project + "/secrets/" + secret + "/versions/" + version;
  }

  @Override
  public String toString() {
    return "secret " + secret + " of project " + project;
  }
}
