package dev.whimbrel.quickstart.kotori;

import dev.whimbrel.quickstart.stage.Screen;
import dev.whimbrel.testkit.google.FakeCloudRun;
import dev.whimbrel.testkit.google.FakeRunService;
import java.util.Map;
import java.util.stream.Collectors;

/** The team's application on a fake Cloud Run: which of its revisions serves. */
final class Application {

  private static final String NAME = "kotori-api";
  private static final String BEFORE = NAME + "-00001";
  private static final String FIRST = NAME + "-00002";
  private static final String SECOND = NAME + "-00003";

  private final FakeRunService service;
  private final Screen screen;

  /** Production, before any release. */
  Application(FakeCloudRun cloudRun, String project, String region, Screen screen) {
    this.service = cloudRun.create(project, region, NAME).deploy(BEFORE);
    this.screen = screen;
    screen.timed("Cloud Run", serving());
  }

  /** Its database is ready for it. */
  void followFirstRelease() {
    service.deploy(FIRST);
    screen.timed("Cloud Run", "the application of release 1 is deployed: " + serving());
  }

  /** What deploy.sh would not do. */
  void goAheadOfSecondRelease() {
    service.deploy(SECOND);
    screen.timed(
        "Cloud Run", "somebody deploys the application of release 2 all the same: " + serving());
  }

  /** Whether the traffic is where it was before the second release began. */
  boolean isBack() {
    return service.percents().equals(Map.of(FIRST, 100));
  }

  /** Who serves. */
  String serving() {
    return service.percents().entrySet().stream()
        .map(part -> part.getKey() + " serves " + part.getValue() + " %")
        .collect(Collectors.joining(", "));
  }
}
