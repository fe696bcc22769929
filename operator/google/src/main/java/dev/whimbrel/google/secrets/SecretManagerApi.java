package dev.whimbrel.google.secrets;

import dev.whimbrel.google.GoogleException;
import java.util.List;

/** The calls to Secret Manager that we make. None of them changes anything. */
public interface SecretManagerApi {

  /**
   * {@code secrets.versions.access}.
   *
   * @throws GoogleException PRECONDITION for a version that is disabled or destroyed
   */
  SecretValue access(SecretReference secret) throws GoogleException;

  /** {@code secrets.list}: names without the project. */
  List<String> names(String project) throws GoogleException;
}
