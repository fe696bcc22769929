package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.client.CustomResource;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The CRD of one kind as it is published: what the generator wrote at build time, with the printer
 * columns in the order in which the kind declares them (the generator sorts them by path), and
 * whole numbers written as such.
 */
record CrdFile(Class<? extends CustomResource<?, ?>> kind, ObjectNode crd) {

  static final List<Class<? extends CustomResource<?, ?>>> KINDS =
      List.of(
          DatabaseMigration.class,
          MigrationPlan.class,
          MigrationApproval.class,
          DatabaseRestore.class,
          MigrationPolicy.class);

  private static final ObjectMapper YAML =
      new ObjectMapper(
          new YAMLFactory()
              .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
              .disable(YAMLGenerator.Feature.SPLIT_LINES)
              .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
              .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
              .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR));

  /** Reads what the generator wrote for this kind. */
  static CrdFile of(Class<? extends CustomResource<?, ?>> kind) {
    String resource = "/META-INF/fabric8/" + CustomResource.getCRDName(kind) + "-v1.yml";
    try (InputStream stream = CrdFile.class.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IllegalStateException(
            resource + " is missing: build the module with Maven, which generates it");
      }
      ObjectNode crd = (ObjectNode) wholeNumbers(YAML.readTree(stream));
      ObjectNode version = (ObjectNode) crd.at("/spec/versions/0");
      version.set("additionalPrinterColumns", declaredOrder(kind, version));
      return new CrdFile(kind, crd);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ArrayNode declaredOrder(Class<?> kind, ObjectNode version) {
    Map<String, JsonNode> columns = new HashMap<>();
    version
        .get("additionalPrinterColumns")
        .forEach(column -> columns.put(column.get("name").asText(), column));
    ArrayNode ordered = JsonNodeFactory.instance.arrayNode();
    for (AdditionalPrinterColumn declared :
        kind.getAnnotationsByType(AdditionalPrinterColumn.class)) {
      ordered.add(columns.get(declared.name()));
    }
    return ordered;
  }

  private static JsonNode wholeNumbers(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.properties().forEach(field -> field.setValue(wholeNumbers(field.getValue())));
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, wholeNumbers(array.get(i)));
      }
    } else if (node.isFloatingPointNumber() && node.asDouble() == Math.rint(node.asDouble())) {
      return JsonNodeFactory.instance.numberNode(node.asLong());
    }
    return node;
  }

  /** For example {@code databasemigrations.whimbrel.dev}. */
  String name() {
    return crd.at("/metadata/name").asText();
  }

  /** For example {@code DatabaseMigration}. */
  String kindName() {
    return crd.at("/spec/names/kind").asText();
  }

  /** The schema of the one version. */
  JsonNode schema() {
    return crd.at("/spec/versions/0/schema/openAPIV3Schema");
  }

  /** The manifest that {@code kubectl apply -f crds/} takes. */
  String manifest() {
    return "# Generated from operator/api; do not edit.\n" + yaml(crd);
  }

  /** The same as a template of the chart, where an uninstall keeps it. */
  String template() {
    ObjectNode kept = crd.deepCopy();
    ((ObjectNode) kept.get("metadata"))
        .putObject("annotations")
        .put("helm.sh/resource-policy", "keep");
    String body = yaml(kept);
    if (body.contains("{{")) {
      throw new IllegalStateException("a description of " + kindName() + " looks like a template");
    }
    return "{{- /* Generated from operator/api; do not edit. */ -}}\n"
        + "{{- if .Values.crds.install }}\n"
        + body
        + "{{- end }}\n";
  }

  private static String yaml(ObjectNode tree) {
    try {
      return YAML.writeValueAsString(tree);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
