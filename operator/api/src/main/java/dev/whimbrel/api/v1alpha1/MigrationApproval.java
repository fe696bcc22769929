package dev.whimbrel.api.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.v1.SchemaCustomizer;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** A person's decision about one plan or one run. Immutable. */
@Group(Whimbrel.GROUP)
@Version(Whimbrel.VERSION)
@Kind("MigrationApproval")
@Plural("migrationapprovals")
@ShortNames("mapproval")
@AdditionalPrinterColumn(name = "Migration", jsonPath = ".spec.migration")
@AdditionalPrinterColumn(name = "Restore", jsonPath = ".spec.restore", priority = 1)
@AdditionalPrinterColumn(name = "Decision", jsonPath = ".spec.decision")
@AdditionalPrinterColumn(name = "Plan", jsonPath = ".spec.plan.name")
@AdditionalPrinterColumn(name = "Result", jsonPath = ".status.result")
@AdditionalPrinterColumn(name = "Message", jsonPath = ".status.message", priority = 1)
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
@SchemaCustomizer(
    value = SchemaDetails.class,
    input =
        "A person's decision about one plan (Approve, Reject) or one run (Acknowledge, Abort). The"
            + " operator judges it and says so in the status.")
public class MigrationApproval
    extends CustomResource<MigrationApprovalSpec, MigrationApprovalStatus> implements Namespaced {

  private static final long serialVersionUID = 1L;
}
