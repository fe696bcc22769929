package dev.whimbrel.controller;

import dev.whimbrel.api.v1alpha1.BackupStatus;
import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.DatabaseRestore;
import dev.whimbrel.api.v1alpha1.Whimbrel;
import dev.whimbrel.engine.Spec;
import dev.whimbrel.engine.World.LeaseView;
import dev.whimbrel.engine.World.Restored;
import dev.whimbrel.engine.World.ServerView;
import dev.whimbrel.engine.restore.RestorePhase;
import dev.whimbrel.protocol.Names;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The Lease per server: a restore holds it, and leaves word in it of having been there. It stays
 * when it is given back, in the operator's own namespace, where no tenant can touch what it says.
 */
public final class ServerLeases {

  private static final String RESTORED_UID = Whimbrel.GROUP + "/restored-uid";
  private static final String RESTORED_BY = Whimbrel.GROUP + "/restored-by";
  private static final String RESTORED_BACKUP = Whimbrel.GROUP + "/restored-backup";
  private static final String RESTORED_AT = Whimbrel.GROUP + "/restored-at";

  private final KubernetesClient client;
  private final String namespace;

  /** Leases in the operator's own namespace. */
  public ServerLeases(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  // --- looking ---------------------------------------------------------------------------------

  /**
   * What happens to the server of this migration. Only Cloud SQL instances are restored and backed
   * up.
   *
   * @param neighbours every migration of a database there
   */
  public ServerView view(DatabaseMigration migration, List<DatabaseMigration> neighbours) {
    Spec spec = new Spec(migration.getSpec());
    if (!spec.cloudSql()) {
      return ServerView.NONE;
    }
    Optional<Lease> lease = Optional.ofNullable(get(Names.serverLease(spec.server())));
    Optional<Restored> last = lease.flatMap(ServerLeases::last);
    return new ServerView(
        // One that rests has yet to leave word: until the Lease is given back it counts.
        lease
            .flatMap(ServerLeases::holder)
            .filter(held -> restore(held).isPresent())
            .map(Holder::name),
        last,
        SharedBackup.among(neighbours, last.map(Restored::at)));
  }

  /** The Lease as the restore sees it. */
  public LeaseView view(DatabaseRestore restore, String instance) {
    return Optional.ofNullable(get(Names.serverLease(instance)))
        .flatMap(ServerLeases::holder)
        .<LeaseView>map(held ->
            held.uid().equals(restore.getMetadata().getUid())
                ? new LeaseView.Ours()
                : new LeaseView.Other(held.uid(), "DatabaseRestore " + held.name(), isAtRest(held)))
        .orElseGet(LeaseView.Free::new);
  }

  /** Who holds the Lease of a database on the server and is at work, by live reads. */
  public List<String> atWork(String server) {
    return client
        .leases()
        .inNamespace(namespace)
        .withLabel(Annotations.SERVER, Names.serverLabel(server))
        .list()
        .getItems()
        .stream()
        .flatMap(lease -> LeaseOwner.of(lease).stream())
        .filter(owner -> !owner.isAtRest(client))
        .map(owner -> "DatabaseMigration " + owner.migration().orElse("(unknown)"))
        .sorted()
        .toList();
  }

  // --- holding ---------------------------------------------------------------------------------

  /** Takes it if it is free, or from exactly this holder, if that is at rest or gone. */
  public void acquire(DatabaseRestore restore, String name, Optional<String> from) {
    Lease held = get(name);
    try {
      if (held == null) {
        client.resource(lease(restore, name, null, Map.of())).create();
      } else if (holder(held)
          .map(owner -> from.filter(owner.uid()::equals).isPresent() && isAtRest(owner))
          .orElse(true)) {
        String version = held.getMetadata().getResourceVersion();
        client
            .resource(lease(restore, name, version, annotations(held)))
            .lockResourceVersion(version)
            .update();
      }
    } catch (KubernetesClientException e) {
      tolerateConflict(e);
    }
  }

  /**
   * Gives it back, and leaves word where the backup is back; unless by a live read the restore
   * needs it: a leader that was held up must not free what another has begun to use.
   */
  public void release(DatabaseRestore restore, String name) {
    Lease held = get(name);
    String uid = restore.getMetadata().getUid();
    if (held == null
        || holder(held).filter(owner -> owner.uid().equals(uid)).isEmpty()
        || isNeeded(restore)) {
      return;
    }
    held.getMetadata().setAnnotations(word(restore, annotations(held)));
    held.getSpec().setHolderIdentity(null);
    try {
      client.resource(held).lockResourceVersion(held.getMetadata().getResourceVersion()).update();
    } catch (KubernetesClientException e) {
      tolerateConflict(e);
    }
  }

  private boolean isNeeded(DatabaseRestore restore) {
    return restore(new Holder(restore.getMetadata().getUid(), fullName(restore)))
        .filter(live ->
            live.getMetadata().getDeletionTimestamp() == null
                ? !isOver(live)
                : Boolean.TRUE.equals(live.getStatus().dispatched()))
        .isPresent();
  }

  private static Map<String, String> word(DatabaseRestore restore, Map<String, String> before) {
    Map<String, String> word = new HashMap<>(before);
    word.remove(Annotations.HOLDER);
    if (restore.getStatus().restoredAt() != null) {
      word.put(RESTORED_UID, restore.getMetadata().getUid());
      word.put(RESTORED_BY, fullName(restore));
      word.put(RESTORED_AT, restore.getStatus().restoredAt());
      word.put(
          RESTORED_BACKUP,
          Optional.ofNullable(restore.getStatus().backup()).map(BackupStatus::id).orElse(""));
    }
    return word;
  }

  private Lease lease(
      DatabaseRestore restore, String name, String version, Map<String, String> before) {
    Map<String, String> annotations = new HashMap<>(before);
    annotations.put(Annotations.HOLDER, fullName(restore));
    return new LeaseBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(namespace)
        .withResourceVersion(version)
        .withLabels(Map.of(Annotations.MANAGED_BY, Annotations.WHIMBREL))
        .withAnnotations(annotations)
        .endMetadata()
        .withNewSpec()
        .withHolderIdentity(restore.getMetadata().getUid())
        .withAcquireTime(ZonedDateTime.now(Clock.systemUTC()))
        .endSpec()
        .build();
  }

  // --- what a Lease says -----------------------------------------------------------------------

  /**
   * Whoever holds it.
   *
   * @param name namespace/name of the restore
   */
  private record Holder(String uid, String name) {}

  private static Optional<Holder> holder(Lease lease) {
    return Optional.ofNullable(lease.getSpec().getHolderIdentity())
        .map(uid -> new Holder(uid, annotations(lease).getOrDefault(Annotations.HOLDER, "/")));
  }

  private static Optional<Restored> last(Lease lease) {
    Map<String, String> word = annotations(lease);
    return Optional.ofNullable(word.get(RESTORED_UID))
        .map(uid ->
            new Restored(
                uid,
                word.getOrDefault(RESTORED_BY, ""),
                word.getOrDefault(RESTORED_BACKUP, ""),
                word.getOrDefault(RESTORED_AT, "")));
  }

  private boolean isAtRest(Holder holder) {
    return restore(holder).map(ServerLeases::isOver).orElse(true);
  }

  /** At rest, and nobody has to look at the instance first. */
  private static boolean isOver(DatabaseRestore restore) {
    return Optional.ofNullable(restore.getStatus())
        .flatMap(status -> RestorePhase.of(status.phase()))
        .filter(phase -> phase.resting() && phase != RestorePhase.UNRESOLVED)
        .isPresent();
  }

  private Optional<DatabaseRestore> restore(Holder holder) {
    int slash = holder.name().indexOf('/');
    if (slash < 1) {
      return Optional.empty();
    }
    return Optional.ofNullable(
            client
                .resources(DatabaseRestore.class)
                .inNamespace(holder.name().substring(0, slash))
                .withName(holder.name().substring(slash + 1))
                .get())
        .filter(found -> holder.uid().equals(found.getMetadata().getUid()));
  }

  private static String fullName(DatabaseRestore restore) {
    return restore.getMetadata().getNamespace() + "/" + restore.getMetadata().getName();
  }

  private static Map<String, String> annotations(Lease lease) {
    Map<String, String> annotations = lease.getMetadata().getAnnotations();
    return annotations == null ? Map.of() : annotations;
  }

  private Lease get(String name) {
    return client.leases().inNamespace(namespace).withName(name).get();
  }

  private static void tolerateConflict(KubernetesClientException e) {
    // Somebody else wrote in between: they are observed next time.
    if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
      throw e;
    }
  }
}
