package dev.whimbrel.quickstart.stage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What {@code kubectl describe} prints of a custom resource, for readers without one: keys in
 * alphabetical order, cut into words, values of neighbouring lines below each other, Events last.
 */
final class Description {

  private final List<String[]> rows = new ArrayList<>();

  private Description() {}

  /** The lines, with ages as of {@code now}. */
  static List<String> of(HasMetadata object, List<Event> events, Instant now) {
    Description description = new Description();
    ObjectNode content = Serialization.jsonMapper().valueToTree(object);
    ObjectNode metadata = (ObjectNode) content.path("metadata");
    description.row("Name:", metadata.path("name").asText());
    description.row("Namespace:", metadata.path("namespace").asText());
    description.map("Labels:", "=", metadata.path("labels"));
    description.map("Annotations:", ": ", metadata.path("annotations"));
    metadata.remove(List.of("name", "namespace", "labels", "annotations", "managedFields"));
    description.fields(0, content);
    description.events(events, now);
    return Table.aligned(description.rows);
  }

  private void row(String... cells) {
    rows.add(cells);
  }

  private void map(String title, String separator, JsonNode entries) {
    if (entries.isEmpty()) {
      row(title, "<none>");
      return;
    }
    String name = title;
    for (Map.Entry<String, JsonNode> entry : sorted(entries).entrySet()) {
      row(name, entry.getKey() + separator + entry.getValue().asText());
      name = "";
    }
  }

  private void fields(int level, JsonNode content) {
    String indent = "  ".repeat(level);
    sorted(content)
        .forEach((name, value) -> {
          if (value.isObject()) {
            row(indent + label(name) + ":");
            fields(level + 1, value);
          } else if (value.isArray()) {
            row(indent + label(name) + ":");
            value.forEach(child -> item(level + 1, child));
          } else {
            row(indent + label(name) + ":", value.isNull() ? "<nil>" : value.asText());
          }
        });
  }

  private void item(int level, JsonNode child) {
    if (child.isObject()) {
      fields(level, child);
    } else {
      row("  ".repeat(level) + child.asText());
    }
  }

  private void events(List<Event> events, Instant now) {
    if (events.isEmpty()) {
      row("Events:", "<none>");
      return;
    }
    row("Events:");
    row("  Type", "Reason", "Age", "From", "Message");
    row("  ----", "------", "----", "----", "-------");
    events.stream()
        .sorted(Comparator.comparing(Event::getLastTimestamp))
        .forEach(event ->
            row(
                "  " + event.getType(),
                event.getReason(),
                age(event, now),
                event.getSource().getComponent(),
                event.getMessage().strip()));
  }

  private static String age(Event event, Instant now) {
    String first = since(event.getFirstTimestamp(), now);
    return event.getCount() != null && event.getCount() > 1
        ? "%s (x%d over %s)"
            .formatted(since(event.getLastTimestamp(), now), event.getCount(), first)
        : first;
  }

  private static String since(String time, Instant now) {
    Duration age = Duration.between(Instant.parse(time), now);
    return age.toSeconds() < 120
        ? Math.max(0, age.toSeconds()) + "s"
        : "%dm%s"
            .formatted(age.toMinutes(), age.toSecondsPart() == 0 ? "" : age.toSecondsPart() + "s");
  }

  /** {@code sslMode} becomes "Ssl Mode", {@code uid} "UID"; names with other signs stay. */
  static String label(String field) {
    if (!field.chars().allMatch(c -> Character.isLetter(c) || c == '-')) {
      return field;
    }
    List<String> words = new ArrayList<>();
    for (String word : field.split("(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", -1)) {
      words.add(
          switch (word.toUpperCase(java.util.Locale.ROOT)) {
            case "API", "URL", "UID", "OSB", "GUID" -> word.toUpperCase(java.util.Locale.ROOT);
            default -> Character.toUpperCase(word.charAt(0)) + word.substring(1);
          });
    }
    return String.join(" ", words);
  }

  private static Map<String, JsonNode> sorted(JsonNode object) {
    Map<String, JsonNode> fields = new TreeMap<>();
    object.properties().forEach(entry -> fields.put(entry.getKey(), entry.getValue()));
    return fields;
  }
}
