package dev.whimbrel.quickstart.stage;

import java.sql.Connection;
import java.sql.SQLException;

/** A cluster whose database, like everything else of it, is on this machine. */
public interface ClusterHere extends Cluster {

  /** What runs beside the Kubernetes API. */
  LocalParts parts();

  @Override
  default Scene scene() {
    return parts().scene();
  }

  @Override
  default String password() {
    return parts().password();
  }

  @Override
  default Connection connect() throws SQLException {
    return parts().connect();
  }
}
