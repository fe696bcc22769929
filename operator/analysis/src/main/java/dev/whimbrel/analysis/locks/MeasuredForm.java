package dev.whimbrel.analysis.locks;

import dev.whimbrel.analysis.locks.Effect.Work;
import dev.whimbrel.analysis.locks.RelationLock.Extent;
import dev.whimbrel.analysis.locks.RelationLock.Part;
import dev.whimbrel.analysis.locks.RelationLock.Rows;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A form that a statement has, with what the relations of the measurement are in the statement.
 *
 * @param name of the form
 * @param relations by their names in the measurement
 * @param rows which rows it locks of the relations that it changes rows of
 */
public record MeasuredForm(String name, Map<String, Relation> relations, Rows rows) {

  /**
   * A relation of a statement.
   *
   * @param words its name, or in words; empty where nobody else uses it or it is not there
   */
  public record Relation(String words, Extent extent) {

    /** One that nobody waits for. */
    public static final Relation NONE = new Relation("", Extent.EMPTY);
  }

  private static final String OTHERS = "what depends on it";

  public MeasuredForm {
    // In their order, which is that of the answer.
    relations = Collections.unmodifiableMap(new LinkedHashMap<>(relations));
  }

  /** One that changes no rows that others see. */
  public MeasuredForm(String name, Map<String, Relation> relations) {
    this(name, relations, Rows.NONE);
  }

  /**
   * What a statement of these forms does.
   *
   * @param version the server's major version, 0 where it is not known
   * @param atMost whether it may be less
   * @param unmeasured what of it no form covers
   * @throws IllegalArgumentException where a form is not in the table
   */
  public static StatementLocks measured(
      LockTable table,
      List<MeasuredForm> forms,
      int version,
      boolean atMost,
      Optional<String> unmeasured) {
    Map<String, RelationLock> locks = new LinkedHashMap<>();
    List<String> waitsFor = new ArrayList<>();
    Optional<String> refused = Optional.empty();
    for (MeasuredForm form : forms) {
      Measurement measurement = table.form(form.name).nearest(version);
      for (Effect effect : measurement.effects()) {
        form.lock(effect, measurement)
            .ifPresent(lock -> locks.merge(lock.relation(), lock, RelationLock::and));
      }
      waitsFor.addAll(measurement.waitsFor());
      if (measurement.refused().isPresent()) {
        refused = measurement.refused();
      }
    }
    return new StatementLocks(ordered(locks, forms), atMost, waitsFor, refused, unmeasured);
  }

  /** What the statement is about comes first. */
  private static List<RelationLock> ordered(
      Map<String, RelationLock> locks, List<MeasuredForm> forms) {
    Map<String, RelationLock> left = new LinkedHashMap<>(locks);
    List<RelationLock> ordered = new ArrayList<>();
    forms.stream()
        .flatMap(form -> form.relations.values().stream())
        .map(relation -> left.remove(relation.words))
        .filter(Objects::nonNull)
        .forEach(ordered::add);
    ordered.addAll(left.values());
    return ordered;
  }

  private Optional<RelationLock> lock(Effect effect, Measurement measurement) {
    Optional<LockMode> mode = effect.lock();
    if (mode.isEmpty() || Fixture.isOwnedSequence(effect.relation())) {
      return Optional.empty();
    }
    Relation relation = relations.get(effect.relation());
    Set<Work> work = work(effect, measurement);
    if (relation == null) {
      Optional<String> table = Fixture.table(effect.relation());
      if (table.isPresent()) {
        return index(relations.get(table.get()), table.get(), effect, measurement);
      }
      relation = elsewhere(effect.relation());
      if (relation.words.equals(OTHERS) && !isStrong(mode.get())) {
        return Optional.empty();
      }
    }
    return relation.words.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new RelationLock(
                relation.words,
                mode.get(),
                work,
                mode.get() == LockMode.ROW_EXCLUSIVE || mode.get() == LockMode.ROW_SHARE
                    ? rows
                    : Rows.NONE,
                relation.extent,
                part(effect.relation())));
  }

  /** The first relation that a form names is what its statement is about. */
  private Part part(String measured) {
    if (Fixture.table(measured).isPresent()) {
      return Part.INDEX;
    }
    boolean first = relations.keySet().stream().findFirst().filter(measured::equals).isPresent();
    return first && !Fixture.isNoTable(measured) ? Part.SUBJECT : Part.OTHER;
  }

  /** An index is told of where its lock is stronger than that of its table, or it is rebuilt. */
  private Optional<RelationLock> index(
      Relation table, String measured, Effect effect, Measurement measurement) {
    if (table == null || table.words.isEmpty() || !measurement.waitsFor().isEmpty()) {
      return Optional.empty();
    }
    LockMode mode = effect.lock().orElseThrow();
    LockMode ofTable =
        measurement.effects().stream()
            .filter(each -> each.relation().equals(measured))
            .flatMap(each -> each.lock().stream())
            .findFirst()
            .orElse(LockMode.ACCESS_SHARE);
    Set<Work> work = work(effect, measurement);
    if (mode.compareTo(ofTable) > 0 && isStrong(mode)) {
      return Optional.of(
          new RelationLock(
              "each index of " + table.words, mode, work, Rows.NONE, table.extent, Part.INDEX));
    }
    return work.contains(Work.REBUILT)
        ? Optional.of(
            new RelationLock(table.words, mode, work, Rows.NONE, table.extent, part(measured)))
        : Optional.empty();
  }

  private Relation elsewhere(String measured) {
    return Fixture.partitioned(measured)
        .map(relations::get)
        .map(parent ->
            parent.words.isEmpty()
                ? parent
                : new Relation("each partition of " + parent.words, parent.extent))
        .orElse(new Relation(OTHERS, Extent.UNKNOWN));
  }

  /**
   * A new index over rows that nobody read has the file of an old one, and a truncated relation a
   * file without rows.
   */
  private Set<Work> work(Effect effect, Measurement measurement) {
    if (name.startsWith("truncate")) {
      return Set.of();
    }
    Set<Work> work = EnumSet.noneOf(Work.class);
    work.addAll(effect.work());
    if (measurement.waitsFor().isEmpty() && work.equals(EnumSet.of(Work.INDEXED))) {
      work.clear();
    }
    if (rows == Rows.NAMED) {
      // An index of the key finds them.
      work.remove(Work.SCANNED);
    }
    return work;
  }

  private static boolean isStrong(LockMode mode) {
    return mode.compareTo(LockMode.SHARE_UPDATE_EXCLUSIVE) >= 0;
  }
}
