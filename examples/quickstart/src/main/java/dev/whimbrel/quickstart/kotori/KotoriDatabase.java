package dev.whimbrel.quickstart.kotori;

import dev.whimbrel.quickstart.stage.ClusterHere;
import dev.whimbrel.quickstart.stage.LocalParts;
import dev.whimbrel.quickstart.stage.Rows;
import dev.whimbrel.testkit.process.HostCommand;
import dev.whimbrel.testkit.python.KotoriExample;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Kotori's production: what was there before, what people do in it, and what is there now. */
final class KotoriDatabase {

  private final Rows rows;
  private final String url;
  private final String namespace;

  KotoriDatabase(ClusterHere cluster) {
    LocalParts parts = cluster.parts();
    this.rows = new Rows(cluster);
    this.namespace = cluster.scene().namespace();
    this.url =
        KotoriExample.url(
            parts.address(), parts.port(), cluster.scene().database(), parts.password());
  }

  /** The Secret that the application reads, and its migrations. */
  Secret secret() {
    return new SecretBuilder()
        .withNewMetadata()
        .withName("kotori-api")
        .withNamespace(namespace)
        .endMetadata()
        .withStringData(values())
        .build();
  }

  /** What the application reads, by the names of the secrets. */
  Map<String, String> values() {
    return KotoriExample.secret(url);
  }

  /** Brings it to where it was before the team had Whimbrel, by Alembic on this machine. */
  void bringToProduction(Kotori kotori) {
    Path log = kotori.folder().resolve("production.log");
    int code = kotori.first().alembic(url, log, "upgrade", KotoriExample.PRODUCTION);
    if (code != 0) {
      throw new IllegalStateException("alembic ended with " + code + ":\n" + HostCommand.end(log));
    }
  }

  /** Shares: one that is open, one that has expired, one that was revoked. */
  void share() {
    rows.write(
        """
        INSERT INTO users VALUES (1, 'jane@example.com');
        INSERT INTO reports VALUES (1, 1, 'Third quarter');
        INSERT INTO shares (id, report_id, legacy_token, expires_at, revoked_at) VALUES
          (1, 1, 'a1b2c3', NULL, NULL),
          (2, 1, 'd4e5f6', '2024-12-31', NULL),
          (3, 1, NULL, NULL, '2025-03-01');
        """);
  }

  /** Somebody looks at the same share twice. */
  void lookTwice() {
    rows.write(
        """
        INSERT INTO share_access (id, share_id, viewer_email, viewed_at) VALUES
          (1, 1, 'max@example.com', now() - interval '2 hours'),
          (2, 1, 'max@example.com', now());
        """);
  }

  /** Alembic's own record. */
  List<String> version() {
    return rows.of("SELECT version_num FROM alembic_version");
  }

  /** Whether Alembic's own record is this revision and nothing else. */
  boolean isAt(String revision) {
    return version().equals(List.of("  version_num", "  " + revision));
  }

  /** The shares as they are now. */
  List<String> shares() {
    return rows.of("SELECT * FROM shares ORDER BY id");
  }

  /** Who has looked. */
  List<String> accesses() {
    return rows.of("SELECT id, share_id, viewer_email FROM share_access ORDER BY id");
  }
}
