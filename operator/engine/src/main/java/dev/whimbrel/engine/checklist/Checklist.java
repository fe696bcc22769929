package dev.whimbrel.engine.checklist;

import dev.whimbrel.api.v1alpha1.ChecklistItem;
import dev.whimbrel.api.v1alpha1.MigrationPlanStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The checklist of one plan. */
public final class Checklist {

  /** Items of the stage before the first statement. */
  public static final String BEFORE = "Before";

  /** Items of the stage in which statements run. */
  public static final String DURING = "During";

  /** Items of the stage after the last statement. */
  public static final String AFTER = "After";

  private static final String TESTED = "rollback tested";

  private Checklist() {}

  /** Why the way back of a plan was called tested, where its status says so. */
  public static Optional<String> testedBefore(MigrationPlanStatus status) {
    return status == null
        ? Optional.empty()
        : status.checklist().stream()
            .filter(item -> item.item().equals(TESTED))
            .filter(item -> item.answer().equals(ChecklistItem.YES))
            .map(ChecklistItem::why)
            .findFirst();
  }

  /** Every item with its answer, in the order in which a person would ask. */
  public static List<ChecklistItem> of(Evidence evidence) {
    List<ChecklistItem> items = new ArrayList<>();
    Before before = new Before(evidence);
    items.add(before.history().to("history consistent", BEFORE));
    items.add(before.database().to("right database, its primary, no pooler", BEFORE));
    items.add(before.preview().to("SQL previewed", BEFORE));
    items.add(before.review().to("SQL reviewed for safety", BEFORE));
    items.add(before.backup().to("backup taken and verified", BEFORE));
    items.add(before.wayBack().to("rollback path known", BEFORE));
    items.add(before.wayBackTested().to(TESTED, BEFORE));
    items.add(before.application().to("way back of the application recorded", BEFORE));
    items.add(before.approval().to("approved by a person", BEFORE));
    During during = new During(evidence);
    items.add(during.revisions().to("all revisions carried out", DURING));
    items.add(during.lockTimeout().to("waits for locks were bounded", DURING));
    items.add(during.blockedSessions().to("blocked sessions within the limit", DURING));
    After after = new After(evidence);
    items.add(after.revision().to("database at the target revision", AFTER));
    items.add(after.indexes().to("indexes valid", AFTER));
    for (Asked kind : Asked.values()) {
      items.add(after.checks(kind).to(kind.item(), AFTER));
    }
    items.add(after.rollout().to("rollout of the application verified", AFTER));
    items.add(after.backupKept().to("backup still listed", AFTER));
    return List.copyOf(items);
  }
}
