package dev.whimbrel.controller.act;

import dev.whimbrel.controller.Annotations;
import dev.whimbrel.protocol.Json;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;

/** JSON merge patches: they leave alone what they do not name, unlike a write of a typed object. */
final class MergePatch {

  static final PatchContext CONTEXT = PatchContext.of(PatchType.JSON_MERGE);

  private MergePatch() {}

  static String of(Map<String, Object> patch) {
    return Json.write(patch);
  }

  static String annotation(String name, String value) {
    return of(Map.of("metadata", Map.of("annotations", Map.of(name, value))));
  }

  /** Makes this the only owner. */
  static String owner(HasMetadata owner) {
    return of(Map.of("metadata", Map.of("ownerReferences", List.of(Annotations.owner(owner)))));
  }

  /** Takes every owner away. */
  static String noOwner() {
    return of(Map.of("metadata", Map.of("ownerReferences", List.of())));
  }
}
