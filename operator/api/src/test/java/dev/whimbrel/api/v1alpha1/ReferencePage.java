package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** A page of {@code docs/reference}: every field of one kind, as the API server knows it. */
final class ReferencePage {

  private static final String RESOURCES =
      "[ResourceRequirements](https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.35/#resourcerequirements-v1-core)";

  /** Types of Kubernetes itself; their fields are documented there. */
  private static final Map<String, String> FOREIGN =
      Map.of(
          "status.conditions",
          "list of"
              + " [Condition](https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.35/#condition-v1-meta)",
          "spec.run.tolerations",
          "list of"
              + " [Toleration](https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.35/#toleration-v1-core)",
          "spec.database.cloudSQL.proxy.resources",
          RESOURCES,
          "spec.plan.trace.resources",
          RESOURCES,
          "spec.run.resources",
          RESOURCES);

  private final CrdFile crd;
  private final List<String> rows = new ArrayList<>();
  private final List<String> undescribed = new ArrayList<>();

  private ReferencePage(CrdFile crd) {
    this.crd = crd;
  }

  /** The Markdown of the page. */
  static String of(CrdFile crd) {
    ReferencePage page = new ReferencePage(crd);
    JsonNode names = crd.crd().at("/spec/names");
    return """
    <!-- Generated from operator/api; do not edit. -->

    # %s

    %s

    API version `%s/%s`, resource `%s`, short name `%s`, %s.
    `kubectl get` shows: %s.

    ## spec

    %s%s\
    """
        .formatted(
            crd.kindName(),
            crd.schema().at("/description").asText(),
            crd.crd().at("/spec/group").asText(),
            crd.crd().at("/spec/versions/0/name").asText(),
            names.get("plural").asText(),
            names.at("/shortNames/0").asText(),
            crd.crd().at("/spec/scope").asText().equals("Cluster")
                ? "of the cluster"
                : "namespaced",
            page.columns(),
            page.section("spec"),
            page.status());
  }

  /** The fields without a description. */
  static List<String> undescribed(CrdFile crd) {
    ReferencePage page = new ReferencePage(crd);
    page.section("spec");
    page.section("status");
    return page.undescribed;
  }

  private String columns() {
    return texts(crd.crd().at("/spec/versions/0/additionalPrinterColumns"), "name").stream()
        .collect(Collectors.joining(", "));
  }

  /** Nothing of a kind that has none. */
  private String status() {
    return crd.schema().at("/properties/status").isMissingNode()
        ? ""
        : "\n## status\n\n" + section("status");
  }

  private String section(String name) {
    rows.clear();
    JsonNode schema = crd.schema().at("/properties/" + name);
    String rules = ruleText(schema);
    fields(name, schema);
    return (rules.isEmpty() ? "" : "Rules: " + rules + "\n\n")
        + "| field | type | default | what it is | rules |\n| --- | --- | --- | --- | --- |\n"
        + String.join("", rows);
  }

  private void fields(String path, JsonNode schema) {
    List<String> required = values(schema.path("required"));
    for (Map.Entry<String, JsonNode> field : schema.path("properties").properties()) {
      row(path + "." + field.getKey(), field.getValue(), required.contains(field.getKey()));
    }
  }

  private void row(String path, JsonNode schema, boolean required) {
    String description = schema.path("description").asText();
    if (description.isBlank()) {
      undescribed.add(crd.kindName() + ": " + path);
    }
    String fallback = schema.has("default") ? "`" + schema.get("default") + "`" : "";
    rows.add(
        "| `%s` | %s | %s | %s | %s |\n"
            .formatted(
                path,
                FOREIGN.getOrDefault(path.replace("[]", ""), type(schema)),
                required ? "required" : fallback,
                cell(description),
                cell(ruleText(schema))));
    if (!FOREIGN.containsKey(path)) {
      fields(path, schema);
      fields(path + "[]", schema.path("items"));
    }
  }

  private static String type(JsonNode schema) {
    if (schema.has("items")) {
      return "list of " + type(schema.get("items"));
    }
    if (schema.has("additionalProperties")) {
      return "map of " + type(schema.get("additionalProperties"));
    }
    return schema.path("type").asText();
  }

  private static String ruleText(JsonNode schema) {
    List<String> rules = new ArrayList<>();
    if (schema.has("enum")) {
      rules.add("one of " + String.join(", ", values(schema.get("enum"))));
    }
    limits(schema, "minimum", "maximum", "", rules);
    limits(schema, "minLength", "maxLength", " characters", rules);
    if (schema.has("items")) {
      limits(schema, "minItems", "maxItems", " items", rules);
    }
    if (schema.has("pattern")) {
      rules.add("matches `" + schema.get("pattern").asText() + "`");
    }
    if (schema.has("x-kubernetes-list-map-keys")) {
      rules.add("`" + schema.at("/x-kubernetes-list-map-keys/0").asText() + "` is unique");
    }
    rules.addAll(texts(schema.path("x-kubernetes-validations"), "message"));
    return String.join("; ", rules);
  }

  private static void limits(
      JsonNode schema, String least, String most, String unit, List<String> rules) {
    if (schema.has(least) && schema.has(most)) {
      rules.add(schema.get(least).asText() + " to " + schema.get(most).asText() + unit);
    } else if (schema.has(most)) {
      rules.add("at most " + schema.get(most).asText() + unit);
    } else if (schema.has(least)) {
      rules.add("at least " + schema.get(least).asText() + unit);
    }
  }

  private static List<String> values(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
  }

  private static List<String> texts(JsonNode array, String field) {
    return StreamSupport.stream(array.spliterator(), false)
        .map(element -> element.get(field).asText())
        .toList();
  }

  /** A pipe would end the cell, and angle brackets would be read as HTML. */
  private static String cell(String text) {
    return text.replace("|", "\\|").replace("<", "&lt;");
  }

  /** For example {@code databasemigration.md}. */
  static String fileName(CrdFile crd) {
    return crd.kindName().toLowerCase(Locale.ROOT) + ".md";
  }
}
