package dev.whimbrel.testkit.google;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which calls go wrong. Safe to change while the fake runs. */
public final class FakeFaults {

  private final Map<ApiCall, Deque<FakeFault>> next = new EnumMap<>(ApiCall.class);
  private final Map<ApiCall, FakeFault> always = new EnumMap<>(ApiCall.class);

  FakeFaults() {}

  /** The next calls of this kind go wrong like this, one after the other; then all is well. */
  public synchronized void onNext(ApiCall call, FakeFault... faults) {
    next.computeIfAbsent(call, _ -> new ArrayDeque<>()).addAll(List.of(faults));
  }

  /** Every call of this kind goes wrong like this, until {@link #clear()}. */
  public synchronized void always(ApiCall call, FakeFault fault) {
    always.put(call, fault);
  }

  /** All is well again. */
  public synchronized void clear() {
    next.clear();
    always.clear();
  }

  synchronized Optional<FakeFault> take(ApiCall call) {
    Deque<FakeFault> queue = next.getOrDefault(call, new ArrayDeque<>());
    return queue.isEmpty() ? Optional.ofNullable(always.get(call)) : Optional.of(queue.poll());
  }
}
