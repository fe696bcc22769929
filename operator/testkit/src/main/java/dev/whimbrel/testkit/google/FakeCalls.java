package dev.whimbrel.testkit.google;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.util.Optional;

/** Carries calls out, whatever protocol they came by; lets those go wrong that are to. */
final class FakeCalls {

  private final FakeFaults faults;
  private final RequestJournal journal;
  private final Clock clock;

  FakeCalls(FakeFaults faults, RequestJournal journal, Clock clock) {
    this.faults = faults;
    this.journal = journal;
    this.clock = clock;
  }

  /** What is sent back. */
  sealed interface Reply {

    /** What was asked for. */
    record Done(JsonNode body) implements Reply {}

    /** An error. */
    record Refused(ApiError error) implements Reply {}

    /** Nothing: the connection is dropped. */
    record Dropped() implements Reply {}
  }

  Reply answer(RestApi api, RestRequest request) {
    Optional<FakeFault> fault = faults.take(api.call(request));
    return switch (fault.orElse(null)) {
      case null -> carryOut(api, request);
      case FakeFault.Refuse(int status, String reason, String message) ->
          new Reply.Refused(new ApiError(status, reason, message));
      case FakeFault.Reset() -> new Reply.Dropped();
      case FakeFault.CommitThenReset() -> {
        carryOut(api, request);
        yield new Reply.Dropped();
      }
      case FakeFault.CommitThenRefuse(int status, String reason, String message) -> {
        Reply done = carryOut(api, request);
        yield done instanceof Reply.Done
            ? new Reply.Refused(new ApiError(status, reason, message))
            : done;
      }
    };
  }

  private static Reply carryOut(RestApi api, RestRequest request) {
    try {
      return new Reply.Done(api.handle(request));
    } catch (ApiError e) {
      return new Reply.Refused(e);
    }
  }

  /**
   * Writes it down.
   *
   * @param status of HTTP; 0 where the connection was dropped
   */
  void note(ApiCall call, String method, String uri, String body, int status) {
    journal.add(new RequestJournal.Entry(clock.instant(), call, method, uri, body, status));
  }
}
