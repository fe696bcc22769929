package dev.whimbrel.quickstart;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Where the story plays: a Kubernetes API with an operator at work, and a fake Cloud SQL instance
 * with a real PostgreSQL, database and login included. All of it ends with the {@link Cleanup} that
 * it was started with.
 */
sealed interface Cluster permits EmbeddedCluster, LocalCluster, CurrentCluster {

  /** The instance, as {@code migration.yaml} names it. */
  String INSTANCE = "shop-prod:us-central1:shop-db";

  /** The namespace of the migration, as {@code migration.yaml} names it. */
  String NAMESPACE = "whimbrel-quickstart";

  /** The database, and the role that owns it. */
  String DATABASE = "orders";

  /** A client that may do what the reader may. */
  KubernetesClient client();

  /** The password of the role; for the Secret. */
  String password();

  /** A session with the database, past Kubernetes: for the application, and for the proof. */
  Connection connect() throws SQLException;

  /** How to watch from another terminal; empty where it is not possible. */
  List<String> howToWatch();

  /** What to try after this; a line each. */
  List<String> whatNext();
}
