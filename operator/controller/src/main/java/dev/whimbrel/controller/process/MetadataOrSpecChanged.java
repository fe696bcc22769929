package dev.whimbrel.controller.process;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;
import java.util.Objects;

/**
 * Which changes of a migration or a restore trigger: spec, annotations, deletion. Not its status,
 * which only the operator writes, nor its finalizers.
 */
final class MetadataOrSpecChanged {

  private MetadataOrSpecChanged() {}

  static <T extends HasMetadata> OnUpdateFilter<T> filter() {
    return (after, before) -> changed(after.getMetadata(), before.getMetadata());
  }

  private static boolean changed(ObjectMeta after, ObjectMeta before) {
    return !Objects.equals(after.getGeneration(), before.getGeneration())
        || !Objects.equals(after.getAnnotations(), before.getAnnotations())
        || !Objects.equals(after.getDeletionTimestamp(), before.getDeletionTimestamp())
        || !Objects.equals(after.getUid(), before.getUid());
  }
}
