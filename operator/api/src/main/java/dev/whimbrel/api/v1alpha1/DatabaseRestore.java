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

/** "Put this backup back into its instance." The last resort: one-shot, planned and approved. */
@Group(Whimbrel.GROUP)
@Version(Whimbrel.VERSION)
@Kind("DatabaseRestore")
@Plural("databaserestores")
@ShortNames("dbrestore")
@AdditionalPrinterColumn(name = "Migration", jsonPath = ".spec.migration")
@AdditionalPrinterColumn(name = "Instance", jsonPath = ".status.instance")
@AdditionalPrinterColumn(name = "Backup", jsonPath = ".status.backup.id")
@AdditionalPrinterColumn(name = "Phase", jsonPath = ".status.phase")
@AdditionalPrinterColumn(name = "Plan", jsonPath = ".status.plan.name", priority = 1)
@AdditionalPrinterColumn(name = "Message", jsonPath = ".status.message", priority = 1)
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
@SchemaCustomizer(
    value = SchemaDetails.class,
    input =
        "Put a backup back into its Cloud SQL instance, once: every database of the instance is"
            + " replaced. Always with a plan of its own, risk High, and an approval of its own.")
public class DatabaseRestore extends CustomResource<DatabaseRestoreSpec, DatabaseRestoreStatus>
    implements Namespaced {

  private static final long serialVersionUID = 1L;
}
