package dev.whimbrel.testkit.google;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** The fake Cloud Run: services and the operations on them. */
public final class FakeCloudRun {

  private final Clock clock;
  private final FakeBehavior behavior = new FakeBehavior();
  private final Map<String, FakeRunService> services = new ConcurrentSkipListMap<>();
  private final Map<String, FakeOperation> operations = new ConcurrentHashMap<>();

  FakeCloudRun(Clock clock) {
    this.clock = clock;
  }

  /** A service without a revision. */
  public FakeRunService create(String project, String region, String name) {
    String resource = "projects/" + project + "/locations/" + region + "/services/" + name;
    FakeRunService service =
        new FakeRunService(resource, name + "@" + project + ".iam.gserviceaccount.com");
    services.put(resource, service);
    return service;
  }

  /** Removes a service. */
  public void delete(FakeRunService service) {
    services.remove(service.resource());
  }

  /** How long changes of traffic take, from when they are asked for. */
  public FakeCloudRun changesTake(Duration running) {
    behavior.operationsTake(Duration.ZERO, running);
    return this;
  }

  /** Changes end with this error; empty for none. */
  public FakeCloudRun failChanges(Optional<String> message) {
    behavior.failOperations(message);
    return this;
  }

  FakeRunService service(String resource) {
    FakeRunService found = services.get(resource);
    if (found == null) {
      throw new ApiError(404, "NOT_FOUND", "service \"" + resource + "\" not found");
    }
    return found;
  }

  /** A change that has been checked begins; returns its operation by name. */
  String begin(FakeRunService service, java.util.List<FakeRunService.Target> targets) {
    String parent = service.resource().substring(0, service.resource().indexOf("/services/"));
    String name = parent + "/operations/" + UUID.randomUUID();
    FakeOperation operation =
        new FakeOperation(
            name,
            "UPDATE",
            "",
            clock.instant(),
            behavior,
            Optional.empty(),
            Optional.of(service.resource()),
            () -> {});
    operations.put(name, operation);
    service.begin(targets, operation);
    advance(operation);
    return name;
  }

  FakeOperation operation(String name) {
    FakeOperation operation =
        Optional.ofNullable(operations.get(name))
            .orElseThrow(
                () -> new ApiError(404, "NOT_FOUND", "operation \"" + name + "\" not found"));
    advance(operation);
    return operation;
  }

  /** Every operation goes as far as the clock allows. */
  void advance() {
    operations.values().forEach(this::advance);
  }

  private synchronized void advance(FakeOperation operation) {
    if (!operation.done()) {
      operation.advance(clock, behavior.operationError());
      if (operation.done() && operation.error().isEmpty()) {
        Objects.requireNonNull(services.get(operation.target().orElseThrow())).settle();
      }
    }
  }
}
