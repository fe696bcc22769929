package dev.whimbrel.analysis;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Lists of names that stay short. */
final class Names {

  private static final int SHOWN = 5;

  private Names() {}

  /** The first few, and how many more there are. */
  static <T> String shown(List<T> names, Function<? super T, String> text) {
    String few = String.join(", ", names.stream().limit(SHOWN).map(text::apply).toList());
    return names.size() <= SHOWN
        ? few
        : few + String.format(Locale.ROOT, " and %,d more", names.size() - SHOWN);
  }
}
