package dev.whimbrel.quickstart.stage;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Where a story plays: a Kubernetes API with an operator at work, and a fake Cloud SQL instance
 * with a real PostgreSQL, database and login included. All of it ends with the {@link Cleanup} that
 * it was started with.
 */
public interface Cluster {

  /** What is named how. */
  Scene scene();

  /** A client that may do what the reader may. */
  KubernetesClient client();

  /** The password of the database's role; for the Secret. */
  String password();

  /** A session with the database, past Kubernetes: for the application, and for the proof. */
  Connection connect() throws SQLException;

  /** How to watch from another terminal; empty where it is not possible. */
  List<String> howToWatch();
}
