package dev.whimbrel.testkit.node;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.Probe;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.Optional;

/**
 * A startup probe that gets a page from the container. All pods of the node share this machine's
 * ports. Probes of other kinds, and what follows on too many failures, are not simulated.
 *
 * @param page on this machine
 */
record StartupProbe(URI page) {

  private static final int TIMEOUT_MILLIS = 1_000;
  private static final int FIRST_FAILURE = 400;

  static Optional<StartupProbe> of(Container container) {
    return Optional.ofNullable(container.getStartupProbe())
        .map(Probe::getHttpGet)
        .map(StartupProbe::of);
  }

  private static StartupProbe of(HTTPGetAction get) {
    String path = get.getPath() == null ? "/" : get.getPath();
    return new StartupProbe(URI.create("http://127.0.0.1:" + get.getPort().getIntVal() + path));
  }

  /** Asks once. */
  boolean succeeds() {
    try {
      HttpURLConnection connection = (HttpURLConnection) page.toURL().openConnection();
      connection.setConnectTimeout(TIMEOUT_MILLIS);
      connection.setReadTimeout(TIMEOUT_MILLIS);
      return connection.getResponseCode() < FIRST_FAILURE;
    } catch (IOException e) {
      return false;
    }
  }
}
