package dev.whimbrel.google.run;

import dev.whimbrel.google.GoogleException;
import java.util.List;

/** The calls to Cloud Run that we make. Each is one attempt. */
public interface CloudRunApi {

  /** {@code services.get}. */
  ServiceTraffic read(CloudRunService service) throws GoogleException;

  /**
   * {@code services.patch} of the traffic and of nothing else.
   *
   * @param etag of the reading that this follows from
   * @throws GoogleException PRECONDITION where the service was changed since
   */
  RunOperation move(CloudRunService service, List<Share> traffic, String etag)
      throws GoogleException;

  /** {@code operations.get}. */
  RunOperation operation(String name) throws GoogleException;

  /** {@code services.testIamPermissions}: those that the caller lacks on the service. */
  List<String> missing(CloudRunService service, List<String> permissions) throws GoogleException;
}
