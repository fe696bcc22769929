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

/** "Keep this database at what this source says." Long-lived; a new spec starts a new run. */
@Group(Whimbrel.GROUP)
@Version(Whimbrel.VERSION)
@Kind("DatabaseMigration")
@Plural("databasemigrations")
@ShortNames("dbm")
@AdditionalPrinterColumn(name = "Phase", jsonPath = ".status.phase")
@AdditionalPrinterColumn(name = "Revision", jsonPath = ".status.currentRevision")
@AdditionalPrinterColumn(name = "Target", jsonPath = ".status.plan.to")
@AdditionalPrinterColumn(name = "Risk", jsonPath = ".status.plan.risk")
@AdditionalPrinterColumn(name = "Plan", jsonPath = ".status.plan.name", priority = 1)
@AdditionalPrinterColumn(name = "Message", jsonPath = ".status.message", priority = 1)
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
@SchemaCustomizer(
    value = SchemaDetails.class,
    input =
        "Keep this database at what this source says. A new spec starts a new run: plan, backup,"
            + " approval, migration, verification.")
public class DatabaseMigration
    extends CustomResource<DatabaseMigrationSpec, DatabaseMigrationStatus> implements Namespaced {

  private static final long serialVersionUID = 1L;
}
