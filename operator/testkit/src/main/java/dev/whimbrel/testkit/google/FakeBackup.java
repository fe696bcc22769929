package dev.whimbrel.testkit.google;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * A backup of a fake instance, as it stands now.
 *
 * @param id increasing with time, like Google's
 * @param description as given
 * @param location as given, else the region's multi-region
 * @param type ON_DEMAND or AUTOMATED
 * @param status as in the API
 * @param enqueuedTime when it was asked for
 * @param startTime when the copy began
 * @param endTime when it was complete
 * @param files the copied data directory
 */
public record FakeBackup(
    long id,
    Optional<String> description,
    String location,
    String type,
    String status,
    Instant enqueuedTime,
    Optional<Instant> startTime,
    Optional<Instant> endTime,
    Path files) {

  FakeBackup running(Instant now) {
    return new FakeBackup(
        id,
        description,
        location,
        type,
        "RUNNING",
        enqueuedTime,
        Optional.of(now),
        Optional.empty(),
        files);
  }

  FakeBackup ended(String finalStatus, Instant now) {
    return new FakeBackup(
        id,
        description,
        location,
        type,
        finalStatus,
        enqueuedTime,
        startTime,
        Optional.of(now),
        files);
  }
}
