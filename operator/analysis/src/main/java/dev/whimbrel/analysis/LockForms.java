package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.catalog.RelationFacts;
import dev.whimbrel.analysis.catalog.RelationKind;
import dev.whimbrel.analysis.locks.LockTable;
import dev.whimbrel.analysis.locks.MeasuredForm;
import dev.whimbrel.analysis.locks.MeasuredForm.Relation;
import dev.whimbrel.analysis.locks.RelationLock.Extent;
import dev.whimbrel.analysis.locks.RelationLock.Rows;
import dev.whimbrel.analysis.locks.StatementLocks;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The measured forms that one statement has, as they are found. Where what is known leaves several
 * open, the strictest is taken, and the answer says "at most".
 */
final class LockForms {

  /** It is some thousand lines, which a program reads that has something to look up. */
  private static final class Table {
    private static final LockTable LOADED = LockTable.load();
  }

  private final Known known;
  private final List<Form> forms = new ArrayList<>();
  private boolean atMost;
  private Optional<String> unmeasured = Optional.empty();

  LockForms(Known known) {
    this.known = known;
  }

  Known known() {
    return known;
  }

  /** The statement has this form, of which the relations are to be named. */
  Form add(String name) {
    Form form = new Form(name);
    forms.add(form);
    return form;
  }

  /** The statement has a form that was measured on {@code t}. */
  Form add(String name, QualifiedName table) {
    return add(name).on("t", table);
  }

  /** It may do less than its forms say. */
  LockForms atMost() {
    atMost = true;
    return this;
  }

  /** No form covers it, or not all of it. */
  void unmeasured(String why) {
    unmeasured = unmeasured.or(() -> Optional.of(why));
  }

  StatementLocks measured() {
    List<MeasuredForm> all =
        forms.stream().map(form -> new MeasuredForm(form.name, form.relations, form.rows)).toList();
    return MeasuredForm.measured(
        Table.LOADED, all, known.major(), atMost && !all.isEmpty(), unmeasured);
  }

  /** Whether a relation is a partitioned table, as far as that is known. */
  boolean isPartitioned(QualifiedName table) {
    return known
        .relation(table)
        .filter(facts -> facts.kind() == RelationKind.PARTITIONED_TABLE)
        .isPresent();
  }

  /** Whether others inherit from a table that is not partitioned. */
  boolean hasHeirs(QualifiedName table) {
    return !isPartitioned(table)
        && known.relation(table).filter(facts -> facts.partitioning().partitions() > 0).isPresent();
  }

  Optional<RelationFacts> facts(QualifiedName table) {
    return known.relation(table);
  }

  /** One of the forms, with what the relations of the measurement are in the statement. */
  final class Form {

    private final String name;
    private final Map<String, Relation> relations = new LinkedHashMap<>();
    private Rows rows = Rows.NONE;

    private Form(String name) {
      this.name = name;
    }

    /** A relation of the measurement is this one; what this plan made is in nobody's way. */
    Form on(String measured, QualifiedName relation) {
      boolean own = relation.name().isEmpty() || known.isNew(relation);
      relations.put(
          measured,
          own ? Relation.NONE : new Relation(Identifiers.quoted(relation), extent(relation)));
      return this;
    }

    /** It is these, together. */
    Form on(String measured, List<QualifiedName> all) {
      List<QualifiedName> others = all.stream().filter(each -> !known.isNew(each)).toList();
      Extent worst =
          others.stream().map(LockForms.this::extent).reduce(Extent.EMPTY, LockForms::or);
      relations.put(
          measured,
          others.isEmpty()
              ? Relation.NONE
              : new Relation(Names.shown(others, Identifiers::quoted), worst));
      return this;
    }

    /** It is what these words say, which only the catalog could name. */
    Form as(String measured, String words) {
      relations.put(measured, new Relation(words, Extent.UNKNOWN));
      return this;
    }

    /** There is none here. */
    Form without(String measured) {
      relations.put(measured, Relation.NONE);
      return this;
    }

    Form locking(Rows which) {
      rows = which;
      return this;
    }
  }

  private Extent extent(QualifiedName relation) {
    if (known.isEmpty(relation)) {
      return Extent.EMPTY;
    }
    return known
        .relation(relation)
        .filter(Scale::isKnown)
        .map(facts -> Scale.isLarge(facts) ? Extent.LARGE : Extent.MODERATE)
        .orElse(Extent.UNKNOWN);
  }

  private static Extent or(Extent one, Extent other) {
    return one.compareTo(other) >= 0 ? one : other;
  }
}
