package dev.whimbrel.engine.simulation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The backups of a Cloud SQL instance. */
final class SimulatedInstance {

  /** A backup in the list. */
  record Backup(String id, String description, Instant startedAt) {}

  private final List<Backup> backups = new ArrayList<>();

  Optional<Backup> find(String description) {
    return backups.stream().filter(b -> b.description.equals(description)).findFirst();
  }

  /** Whether there is one that this run has asked for. */
  boolean isOf(String run) {
    return backups.stream().anyMatch(b -> b.description.endsWith(" " + run + "]"));
  }

  Optional<Backup> byId(String id) {
    return backups.stream().filter(b -> b.id.equals(id)).findFirst();
  }

  void insert(String description, Instant now) {
    backups.add(new Backup("backup-" + (backups.size() + 1), description, now));
    long same = backups.stream().filter(b -> b.description.equals(description)).count();
    Invariant.ONE_BACKUP.require(same == 1, () -> same + " backups are called " + description);
  }
}
