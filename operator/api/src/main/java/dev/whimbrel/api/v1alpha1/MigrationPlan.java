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

/** What will run, exactly, with findings, risk and hash. Written by the operator only. */
@Group(Whimbrel.GROUP)
@Version(Whimbrel.VERSION)
@Kind("MigrationPlan")
@Plural("migrationplans")
@ShortNames("mplan")
@AdditionalPrinterColumn(name = "Migration", jsonPath = ".spec.migration.name")
@AdditionalPrinterColumn(name = "State", jsonPath = ".status.state")
@AdditionalPrinterColumn(name = "Risk", jsonPath = ".spec.risk")
@AdditionalPrinterColumn(
    name = "Revisions",
    jsonPath = ".spec.pending",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(name = "From", jsonPath = ".spec.from")
@AdditionalPrinterColumn(name = "To", jsonPath = ".spec.to")
@AdditionalPrinterColumn(name = "DataLoss", jsonPath = ".spec.impact.dataLoss.level", priority = 1)
@AdditionalPrinterColumn(name = "Downtime", jsonPath = ".spec.impact.downtime.level", priority = 1)
@AdditionalPrinterColumn(name = "Rollback", jsonPath = ".spec.impact.rollback.level", priority = 1)
@AdditionalPrinterColumn(
    name = "Performance",
    jsonPath = ".spec.impact.performance.level",
    priority = 1)
@AdditionalPrinterColumn(name = "Hash", jsonPath = ".spec.hash", priority = 1)
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
@SchemaCustomizer(
    value = SchemaDetails.class,
    input =
        "What a run will do to the database, exactly: the pending revisions with their SQL,"
            + " findings, risk and hash. Written by the operator only; the audit trail.")
public class MigrationPlan extends CustomResource<MigrationPlanSpec, MigrationPlanStatus>
    implements Namespaced {

  private static final long serialVersionUID = 1L;
}
