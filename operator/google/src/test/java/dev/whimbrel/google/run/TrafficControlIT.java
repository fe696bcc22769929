package dev.whimbrel.google.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.whimbrel.google.GoogleAccess;
import dev.whimbrel.google.GoogleException;
import dev.whimbrel.testkit.google.ApiCall;
import dev.whimbrel.testkit.google.FakeFault;
import dev.whimbrel.testkit.google.FakeGoogleCloud;
import dev.whimbrel.testkit.google.FakeGoogleCloudOptions;
import dev.whimbrel.testkit.google.FakeRunService;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Our client against the fake Cloud Run: what is recorded, and how it is put back. */
@Tag("google")
class TrafficControlIT {

  private static final String MEMBER = "serviceAccount:runner@p1.iam.gserviceaccount.com";
  private static final String FLAGS = "api --region=us-central1 --project=p1";
  private static final CloudRunService API = new CloudRunService("p1", "us-central1", "api");

  private FakeGoogleCloud cloud;
  private FakeRunService service;

  @BeforeEach
  void start() throws IOException {
    cloud = FakeGoogleCloud.start(FakeGoogleCloudOptions.local());
    service = cloud.cloudRun().create("p1", "us-central1", "api").deploy("api-1");
  }

  @AfterEach
  void stop() throws IOException {
    cloud.close();
  }

  @Test
  void theNewestRevisionIsRecordedByItsNameAndPutBackAsOneThatStays() throws Exception {
    List<Share> recorded = control().read().shares();

    service.deploy("api-2");
    Optional<ServiceTraffic> before = control().restore(recorded);

    assertThat(recorded).containsExactly(Share.of("api-1", 100));
    assertThat(before.orElseThrow().text()).isEqualTo("api-2 100 %");
    assertThat(service.percents()).isEqualTo(Map.of("api-1", 100));
    service.deploy("api-3");
    assertThat(service.percents()).isEqualTo(Map.of("api-1", 100));
  }

  @Test
  void nothingIsMovedWhereTheSplitIsAsRecorded() throws Exception {
    List<Share> recorded = control().read().shares();

    service.deployBroken("api-2");

    assertThat(control().restore(recorded)).isEmpty();
    assertThat(cloud.journal().count(ApiCall.UPDATE_RUN_SERVICE)).isZero();
    assertThat(service.isPinned()).isFalse();
  }

  @Test
  void aSplitInPercentComesBackAndAddressesStayAsTheyAre() throws Exception {
    service.deploy("api-2").split(Map.of("api-1", 90, "api-2", 10));
    List<Share> recorded = control().read().shares();
    service.deploy("api-3").toLatest().tag("candidate", "api-3");

    control().restore(recorded);

    assertThat(service.percents()).isEqualTo(Map.of("api-1", 90, "api-2", 10));
    assertThat(service.tags()).isEqualTo(Map.of("candidate", "api-3"));
  }

  @Test
  void aChangeOfSomebodyElseInBetweenIsReadAndOvercome() throws Exception {
    List<Share> recorded = control().read().shares();
    service.deploy("api-2");
    CloudRunClient client = client();
    boolean[] meddled = {false};
    CloudRunApi raced =
        new ForwardingApi(client) {
          @Override
          public RunOperation move(CloudRunService moved, List<Share> traffic, String etag)
              throws GoogleException {
            if (!meddled[0]) {
              meddled[0] = true;
              service.deploy("api-3");
            }
            return client.move(moved, traffic, etag);
          }
        };

    Optional<ServiceTraffic> before = control(raced).restore(recorded);

    assertThat(before).isPresent();
    assertThat(service.percents()).isEqualTo(Map.of("api-1", 100));
    assertThat(
            cloud.journal().entries().stream()
                .filter(entry -> entry.call() == ApiCall.UPDATE_RUN_SERVICE)
                .map(entry -> entry.status()))
        .containsExactly(409, 200);
  }

  @Test
  void aLostAnswerIsNoFailureWhereTheTrafficHasMoved() throws Exception {
    List<Share> recorded = control().read().shares();
    service.deploy("api-2");
    cloud.faults().onNext(ApiCall.UPDATE_RUN_SERVICE, new FakeFault.CommitThenReset());

    assertThat(control().restore(recorded)).isPresent();

    assertThat(service.percents()).isEqualTo(Map.of("api-1", 100));
    assertThat(cloud.journal().count(ApiCall.UPDATE_RUN_SERVICE)).isEqualTo(1);
  }

  @Test
  void aChangeIsWaitedForUntilItServes() throws Exception {
    List<Share> recorded = control().read().shares();
    service.deploy("api-2");
    cloud.cloudRun().changesTake(Duration.ofMillis(300));

    control().restore(recorded);

    assertThat(service.percents()).isEqualTo(Map.of("api-1", 100));
    assertThat(cloud.journal().count(ApiCall.GET_RUN_OPERATION)).isPositive();
  }

  @Test
  void whoMayNotLookAtOperationsSeesItInTheService() throws Exception {
    List<Share> recorded = control().read().shares();
    service.deploy("api-2");
    cloud.cloudRun().changesTake(Duration.ofMillis(300));
    cloud.faults().always(ApiCall.GET_RUN_OPERATION, FakeFault.denied());

    assertThat(control().restore(recorded)).isPresent();

    assertThat(service.percents()).isEqualTo(Map.of("api-1", 100));
    assertThat(cloud.journal().count(ApiCall.UPDATE_RUN_SERVICE)).isEqualTo(1);
  }

  @Test
  void aRevisionThatIsGoneIsAnErrorThatStays() throws Exception {
    List<Share> recorded = control().read().shares();
    service.deploy("api-2").deleteRevision("api-1");

    CloudRunException refused = refusal(() -> control().restore(recorded));

    assertThat(refused.permanent()).isTrue();
    assertThat(refused.text())
        .isEqualTo(
            "Cloud Run service api of project p1 in us-central1 refuses: Revision 'api-1' is not"
                + " found in this service.");
    assertThat(service.percents()).isEqualTo(Map.of("api-2", 100));
  }

  @Test
  void aChangeThatEndsWithAnErrorSaysSo() throws Exception {
    List<Share> recorded = control().read().shares();
    service.deploy("api-2");
    cloud.cloudRun().failChanges(Optional.of("Revision 'api-1' is not ready."));

    CloudRunException failed = refusal(() -> control().restore(recorded));

    assertThat(failed.permanent()).isTrue();
    assertThat(failed.text())
        .isEqualTo(
            "Cloud Run service api of project p1 in us-central1 did not move its traffic: Revision"
                + " 'api-1' is not ready.: gcloud run revisions list --service=api"
                + " --region=us-central1 --project=p1");
  }

  @Test
  void whoMayNotReadIsToldTheGrant() {
    cloud.permissions().revoke("run.services.get");

    CloudRunException denied = refusal(() -> control().read());

    assertThat(denied.permanent()).isTrue();
    assertThat(denied.getMessage())
        .isEqualTo(
            MEMBER
                + " may not read Cloud Run service api of project p1 in us-central1, or it does not"
                + " exist (Permission 'run.services.get' denied on resource"
                + " 'projects/p1/locations/us-central1/services/api' (or resource may not exist))");
    assertThat(denied.remedy())
        .isEqualTo(
            "gcloud run services add-iam-policy-binding "
                + FLAGS
                + " --member="
                + MEMBER
                + " --role=roles/run.developer");
  }

  @Test
  void whoMayNotMoveTrafficIsToldBothGrantsBeforeAnythingIsMoved() throws Exception {
    List<Share> recorded = control().read().shares();
    service.deploy("api-2");
    assertThat(control().grant(control().read())).isEmpty();
    cloud.permissions().revoke("run.services.update");

    Optional<String> grant = control().grant(control().read());
    CloudRunException denied = refusal(() -> control().restore(recorded));

    assertThat(grant)
        .contains(
            "gcloud run services add-iam-policy-binding "
                + FLAGS
                + " --member="
                + MEMBER
                + " --role=roles/run.developer && gcloud iam service-accounts"
                + " add-iam-policy-binding api@p1.iam.gserviceaccount.com --project=p1 --member="
                + MEMBER
                + " --role=roles/iam.serviceAccountUser");
    assertThat(denied.remedy()).isEqualTo(grant.get());
    assertThat(service.percents()).isEqualTo(Map.of("api-2", 100));
  }

  @Test
  void aServiceThatIsNotThereSaysWhereToLook() {
    cloud.cloudRun().delete(service);

    CloudRunException missing = refusal(() -> control().read());

    assertThat(missing.permanent()).isTrue();
    assertThat(missing.text())
        .contains("Cloud Run service api of project p1 in us-central1 does not exist")
        .endsWith("gcloud run services list --project=p1");
  }

  @Test
  void aServiceWithoutARevisionHasNothingToGoBackTo() {
    cloud.cloudRun().create("p1", "us-central1", "api");

    CloudRunException empty = refusal(() -> control().read());

    assertThat(empty.permanent()).isTrue();
    assertThat(empty.getMessage()).contains("has no revision that serves");
  }

  @Test
  void aServiceThatDoesNotAnswerMayAnswerLater() {
    cloud.faults().onNext(ApiCall.GET_RUN_SERVICE, FakeFault.unavailable());

    assertThat(refusal(() -> control().read()).permanent()).isFalse();
  }

  private CloudRunClient client() throws IOException {
    return new CloudRunClient(
        GoogleAccess.of(
            Map.of(CloudRunClient.ENDPOINT_VARIABLE, cloud.endpoint().toString()),
            CloudRunClient.ENDPOINT_VARIABLE));
  }

  private TrafficControl control() throws IOException {
    return control(client());
  }

  private static TrafficControl control(CloudRunApi api) {
    return new TrafficControl(
        api, API, MEMBER, Clock.systemUTC(), pause -> Thread.sleep(pause.toMillis() / 10));
  }

  private static CloudRunException refusal(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    return catchThrowableOfType(CloudRunException.class, call);
  }

  /** One in which a test can do something in between. */
  private abstract static class ForwardingApi implements CloudRunApi {

    private final CloudRunApi to;

    ForwardingApi(CloudRunApi to) {
      this.to = to;
    }

    @Override
    public ServiceTraffic read(CloudRunService service) throws GoogleException {
      return to.read(service);
    }

    @Override
    public RunOperation operation(String name) throws GoogleException {
      return to.operation(name);
    }

    @Override
    public List<String> missing(CloudRunService service, List<String> permissions)
        throws GoogleException {
      return to.missing(service, permissions);
    }
  }
}
