package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.fabric8.crdv2.generator.v1.SchemaCustomizer;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Schema details for which the generator has no annotation: list maps, and the limits without which
 * the API server rejects CEL rules as too costly (it multiplies cost by the largest possible list).
 * Applied to the whole schema of each kind; the customizer's input is the description of the kind.
 */
public final class SchemaDetails implements SchemaCustomizer.Customizer {

  private static final Pattern CHOICES = Pattern.compile("\\^\\(([A-Za-z|-]+)\\)\\$");

  private static final long MAX_CONFIG_MAPS = 32;
  private static final long MAX_LIST = 1000;

  /** Lines of one script: the size of the object is the limit, and no rule looks inside. */
  private static final long MAX_LINES = 100_000;

  private static final Set<String> TEXTS =
      Set.of("spec.revisions[].sql", "spec.revisions[].code", "spec.revisions[].undo.sql");

  /** List maps by the path of the list; the value is the key. */
  private static final Map<String, String> LIST_MAPS =
      Map.of(
          "status.conditions", "type",
          "spec.source.flyway.placeholders", "name",
          "spec.source.alembic.env", "name",
          "spec.forbid", "rule",
          "spec.verify.sql", "name",
          "spec.verify.http", "name");

  private static final List<String> SHORT_LISTS =
      List.of(
          "spec.source.flyway.configMaps",
          "spec.source.flyway.schemas",
          "spec.source.flyway.placeholders",
          "spec.source.alembic.command",
          "spec.source.alembic.env",
          "spec.source.alembic.envFrom",
          "spec.verify.sql",
          "spec.verify.http",
          "spec.verify.rowCounts.tables",
          "spec.run.tolerations",
          "spec.run.imagePullSecrets",
          "spec.namespaceSelector.matchExpressions",
          "spec.namespaceSelector.matchExpressions[].values");

  private static final Set<String> NOT_EMPTY =
      Set.of("spec.source.flyway.configMaps", "spec.verify.rowCounts.tables", "spec.forbid");

  /** An identifier of a rule; all of them are in {@link RuleNames}. */
  private static final String RULE = "spec.forbid[].rule";

  @Override
  public JSONSchemaProps apply(
      JSONSchemaProps schema, String input, KubernetesSerialization serialization) {
    visit("", schema);
    schema.setDescription(input);
    schema.setRequired(List.of("spec"));
    schema.getProperties().get("spec").setDescription("What is asked for.");
    describeStatus(schema.getProperties());
    return schema;
  }

  /** Of a kind without one the generator makes an object without fields. */
  private static void describeStatus(Map<String, JSONSchemaProps> properties) {
    JSONSchemaProps status = properties.get("status");
    if (status.getProperties() == null || status.getProperties().isEmpty()) {
      properties.remove("status");
    } else {
      status.setDescription("What the operator answers.");
    }
  }

  private static void visit(String path, JSONSchemaProps schema) {
    choicesAsEnum(schema);
    distinctRules(schema);
    if (RULE.equals(path)) {
      schema.setEnum(RuleNames.all().stream().<JsonNode>map(TextNode::valueOf).toList());
    }
    if ("array".equals(schema.getType())) {
      array(path, schema);
    }
    if (schema.getProperties() != null) {
      schema
          .getProperties()
          .forEach((name, child) -> visit(path.isEmpty() ? name : path + "." + name, child));
    }
  }

  /** Turns {@code ^(A|B)$} into an enum: the API server then lists the supported values. */
  private static void choicesAsEnum(JSONSchemaProps schema) {
    if (schema.getPattern() == null) {
      return;
    }
    Matcher choices = CHOICES.matcher(schema.getPattern());
    if (choices.matches()) {
      List<JsonNode> values = new ArrayList<>();
      for (String value : choices.group(1).split("\\|", -1)) {
        values.add(TextNode.valueOf(value));
      }
      schema.setPattern(null);
      schema.setEnum(values);
    }
  }

  /** A record component carries its annotations twice, on field and accessor. */
  private static void distinctRules(JSONSchemaProps schema) {
    List<ValidationRule> rules = schema.getXKubernetesValidations();
    if (rules != null && !rules.isEmpty()) {
      schema.setXKubernetesValidations(new ArrayList<>(new LinkedHashSet<>(rules)));
    }
  }

  private static void array(String path, JSONSchemaProps schema) {
    boolean shortList = SHORT_LISTS.contains(path);
    schema.setMaxItems(shortList ? MAX_CONFIG_MAPS : TEXTS.contains(path) ? MAX_LINES : MAX_LIST);
    String key = LIST_MAPS.get(path);
    JSONSchemaProps items = schema.getItems().getSchema();
    if (key != null) {
      schema.setXKubernetesListType("map");
      schema.setXKubernetesListMapKeys(List.of(key));
      if (items.getRequired() == null || !items.getRequired().contains(key)) {
        items.setRequired(List.of(key));
      }
    }
    if (NOT_EMPTY.contains(path)) {
      schema.setMinItems(1L);
    }
    if (path.equals("spec.verify.rowCounts.tables")) {
      schema.setXKubernetesListType("set");
    }
    if (shortList && "string".equals(items.getType()) && items.getMaxLength() == null) {
      items.setMinLength(1L);
      items.setMaxLength(253L);
    }
    visit(path + "[]", items);
  }
}
