package dev.whimbrel.quickstart.stage;

import dev.whimbrel.api.v1alpha1.ApprovedPlan;
import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.MigrationApproval;
import dev.whimbrel.api.v1alpha1.MigrationApprovalSpec;
import dev.whimbrel.api.v1alpha1.MigrationPlan;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Shows the reader the plan that waits, asks, and writes the decision as a MigrationApproval. */
public final class Approver {

  private final KubernetesClient client;
  private final Screen screen;
  private final Answers answers;
  private final boolean approveUnasked;

  public Approver(KubernetesClient client, Screen screen, Answers answers, boolean approveUnasked) {
    this.client = client;
    this.screen = screen;
    this.answers = answers;
    this.approveUnasked = approveUnasked;
  }

  /** Gets a decision and hands it in. */
  public void decide(DatabaseMigration waiting) throws InterruptedException {
    MigrationPlan plan =
        client
            .resources(MigrationPlan.class)
            .inNamespace(waiting.getMetadata().getNamespace())
            .withName(waiting.getStatus().plan().name())
            .require();
    screen.line("");
    PlanText.of(plan, Optional.ofNullable(waiting.getStatus().backup())).forEach(screen::line);
    screen.line("");
    boolean approved = approveUnasked || ask(plan);
    if (approveUnasked) {
      screen.line("Approve? yes, because of --yes");
    }
    MigrationApproval decision = decision(waiting, plan, approved);
    client.resource(decision).create();
    screen.timed(
        approved ? "Approved" : "Rejected",
        "by MigrationApproval %s, which names the plan's UID and hash"
            .formatted(decision.getMetadata().getName()));
  }

  private boolean ask(MigrationPlan plan) throws InterruptedException {
    while (true) {
      screen.ask("Approve? [y/N/show]");
      Optional<String> answer = answers.next();
      if (answer.isEmpty()) {
        screen.line("");
        screen.line(
            "Nobody answers (the input has ended), so this is a no; --yes approves unasked.");
        return false;
      }
      switch (answer.get().toLowerCase(java.util.Locale.ROOT)) {
        case "y", "yes" -> {
          return true;
        }
        case "show", "s" -> Description.of(plan, List.of(), Instant.now()).forEach(screen::line);
        case "", "n", "no" -> {
          return false;
        }
        default -> screen.line("y approves, n rejects, show prints all of the plan.");
      }
    }
  }

  private static MigrationApproval decision(
      DatabaseMigration migration, MigrationPlan plan, boolean approved) {
    String decision = approved ? "Approve" : "Reject";
    MigrationApproval approval = new MigrationApproval();
    approval.setMetadata(
        new ObjectMetaBuilder()
            .withName(
                plan.getMetadata().getName() + "-" + decision.toLowerCase(java.util.Locale.ROOT))
            .withNamespace(plan.getMetadata().getNamespace())
            .build());
    approval.setSpec(
        new MigrationApprovalSpec(
            migration.getMetadata().getName(),
            decision,
            new ApprovedPlan(
                plan.getMetadata().getName(), plan.getMetadata().getUid(), plan.getSpec().hash()),
            null,
            "read in the quickstart",
            System.getProperty("user.name", "reader")));
    return approval;
  }
}
