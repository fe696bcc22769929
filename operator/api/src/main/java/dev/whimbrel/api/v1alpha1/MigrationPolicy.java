package dev.whimbrel.api.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.v1.SchemaCustomizer;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** What the platform team forbids in the namespaces that it selects. Of the cluster. */
@Group(Whimbrel.GROUP)
@Version(Whimbrel.VERSION)
@Kind("MigrationPolicy")
@Plural("migrationpolicies")
@ShortNames("mpolicy")
@AdditionalPrinterColumn(name = "Labels", jsonPath = ".spec.namespaceSelector.matchLabels")
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
@SchemaCustomizer(
    value = SchemaDetails.class,
    input =
        "What no plan of a DatabaseMigration may hold in the namespaces that the policy selects,"
            + " whoever approves it. All policies that select a namespace hold there.")
public class MigrationPolicy extends CustomResource<MigrationPolicySpec, Void> {

  private static final long serialVersionUID = 1L;
}
