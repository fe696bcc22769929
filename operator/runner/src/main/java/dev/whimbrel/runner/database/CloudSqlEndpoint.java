package dev.whimbrel.runner.database;

import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.GoogleCredentials;
import dev.whimbrel.google.cloudsql.CloudSqlAdmin;
import dev.whimbrel.google.cloudsql.CloudSqlConnector;
import dev.whimbrel.google.cloudsql.CloudSqlException;
import dev.whimbrel.google.cloudsql.CloudSqlInstance;
import dev.whimbrel.google.cloudsql.InstanceAddress;
import dev.whimbrel.google.cloudsql.InstanceFacts;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepEnd;
import dev.whimbrel.runner.StepFailure;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Date;
import java.util.Optional;
import java.util.Properties;

/** Where sessions with a Cloud SQL instance go: its own word decides, not a host in the spec. */
public final class CloudSqlEndpoint {

  /**
   * Environment variable with {@code host:port} of a Cloud SQL Auth Proxy that is pinned to the
   * instance. The proxy encrypts; the way to it is inside the pod.
   */
  public static final String PROXY_VARIABLE = "WHIMBREL_CLOUDSQL_ADDRESS";

  /** Where the proxy of a pod listens: nobody outside of the pod is let in. */
  static final String PROXY_HOST = "127.0.0.1";

  private static final Duration READ_TIMEOUT = Duration.ofSeconds(30);

  private CloudSqlEndpoint() {}

  static Endpoint of(Job job) {
    InstanceFacts facts = facts(job);
    RunnerInput.By by = job.input().database().by();
    if (by != null) {
      return by.proxy() ? proxy(by, facts) : connector(job, by, facts);
    }
    String proxy = job.environment().get(PROXY_VARIABLE);
    if (proxy != null && !proxy.isBlank()) {
      int colon = proxy.lastIndexOf(':');
      return inThePod(
          proxy.substring(0, colon), Integer.parseInt(proxy.substring(colon + 1)), facts);
    }
    InstanceAddress address = address(facts);
    // Cloud SQL's certificates name the instance, not its address, and their CA is per instance.
    // An Admin API that is spoken to in the clear is a stand-in, whose servers may have no TLS.
    String sslMode = isStandIn(job) ? "prefer" : "require";
    return new Endpoint(address.host(), address.port(), sslMode, facts, new Properties());
  }

  /** The proxy encrypts; the way to it is inside the pod. */
  private static Endpoint inThePod(String host, int port, InstanceFacts facts) {
    return new Endpoint(host, port, "disable", facts, new Properties());
  }

  private static Endpoint proxy(RunnerInput.By by, InstanceFacts facts) {
    if (facts.privateIp().isEmpty()) {
      throw StepFailure.permanent(
          "NoAddress",
          "instance "
              + facts.instance()
              + " has no private IP, by which the Cloud SQL Auth Proxy is to reach it: give it one"
              + " (gcloud sql instances patch "
              + facts.instance().name()
              + " --network=VPC --project="
              + facts.instance().project()
              + ")");
    }
    return inThePod(PROXY_HOST, by.proxyPort(), facts);
  }

  private static Endpoint connector(Job job, RunnerInput.By by, InstanceFacts facts) {
    InstanceAddress address = address(facts);
    Properties properties =
        CloudSqlConnector.fromEnvironment(job.environment())
            .properties(facts.instance(), address.kind(), by.iam());
    return new Endpoint(address.host(), CloudSqlConnector.PORT, "disable", facts, properties);
  }

  private static InstanceAddress address(InstanceFacts facts) {
    return InstanceAddress.of(facts)
        .orElseThrow(() ->
            StepFailure.permanent(
                "NoAddress",
                "instance "
                    + facts.instance()
                    + " has no IP address: give it a private IP, in the network of the Job"));
  }

  /**
   * Why the Job may not connect through connectors and proxies, if so.
   *
   * @return empty where it may
   */
  public static Optional<StepEnd> refusal(Job job) {
    CloudSqlInstance instance = instance(job);
    try {
      client(job).demandToConnect(instance);
      return Optional.empty();
    } catch (CloudSqlException e) {
      return Optional.of(
          switch (e.kind()) {
            case DENIED ->
                StepEnd.permanent(
                    "MayNotConnect",
                    e.getMessage()
                        + ": "
                        + Grant.of(job, instance.project(), Grant.CLIENT).command(),
                    null);
            case NOT_FOUND, INVALID -> StepEnd.permanent("InstanceUnknown", e.getMessage(), null);
            case BUSY, THROTTLED, UNCERTAIN ->
                StepEnd.transientFailure("CloudSqlUnreachable", e.getMessage(), null);
          });
    }
  }

  private static InstanceFacts facts(Job job) {
    CloudSqlInstance instance = instance(job);
    InstanceFacts facts;
    try {
      facts = client(job).instance(instance);
    } catch (CloudSqlException e) {
      throw switch (e.kind()) {
        case DENIED, NOT_FOUND, INVALID -> StepFailure.permanent("InstanceUnknown", e.getMessage());
        case BUSY, THROTTLED, UNCERTAIN ->
            StepFailure.transientFailure("CloudSqlUnreachable", e.getMessage());
      };
    }
    if (!facts.running()) {
      throw StepFailure.permanent(
          "InstanceStopped",
          "instance "
              + instance
              + " does not run (state "
              + facts.state()
              + ", activation policy "
              + facts.activationPolicy()
              + "): start it");
    }
    return facts;
  }

  /** The instance of the Job. */
  public static CloudSqlInstance instance(Job job) {
    try {
      return CloudSqlInstance.parse(job.input().database().instance());
    } catch (IllegalArgumentException e) {
      throw StepFailure.permanent("BadInstance", e.getMessage());
    }
  }

  /** A client of the Cloud SQL Admin API with the credentials of the pod. */
  public static CloudSqlAdmin client(Job job) {
    if (isStandIn(job)) {
      URI endpoint = URI.create(job.environment().get(CloudSqlAdmin.ENDPOINT_VARIABLE));
      // Never send a real token unencrypted; what listens there is a fake or a local proxy.
      GoogleCredentials none =
          GoogleCredentials.create(
              new AccessToken("none", Date.from(job.clock().instant().plus(Duration.ofDays(1)))));
      return CloudSqlAdmin.connect(none, Optional.of(endpoint), READ_TIMEOUT);
    }
    try {
      return CloudSqlAdmin.fromEnvironment(job.environment());
    } catch (IOException e) {
      throw StepFailure.noGoogleCredentials(e);
    }
  }

  private static boolean isStandIn(Job job) {
    return job.environment().getOrDefault(CloudSqlAdmin.ENDPOINT_VARIABLE, "").startsWith("http:");
  }
}
