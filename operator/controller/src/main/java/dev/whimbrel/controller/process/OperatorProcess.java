package dev.whimbrel.controller.process;

import dev.whimbrel.controller.MigrationReconciler;
import dev.whimbrel.controller.RestoreReconciler;
import dev.whimbrel.controller.ServerLeases;
import dev.whimbrel.controller.act.Actor;
import dev.whimbrel.controller.act.EventRecorder;
import dev.whimbrel.controller.act.JobManifest;
import dev.whimbrel.controller.act.LeaseHolder;
import dev.whimbrel.controller.act.Pruner;
import dev.whimbrel.controller.act.RestoreActor;
import dev.whimbrel.controller.act.Transitions;
import dev.whimbrel.controller.observe.Observer;
import dev.whimbrel.controller.observe.RestoreObserver;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ConfigurationServiceOverrider;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import io.javaoperatorsdk.operator.monitoring.micrometer.MicrometerMetrics;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One operator: the same class with the same configuration in a cluster, in tests and in the
 * quickstart. Its absence never hurts a running migration: Jobs go on, and what they did is read
 * when it comes back.
 */
public final class OperatorProcess implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(OperatorProcess.class);
  private static final String LEADER_LEASE = "whimbrel-operator";
  private static final Duration TERMINATION = Duration.ofSeconds(10);

  /** A pass may wait for the API server; more at once would only queue there. */
  private static final int PARALLEL = 32;

  private final Operator operator;
  private final HealthServer health;
  private final ExecutorService executor;
  private final AtomicBoolean stopping = new AtomicBoolean();

  /**
   * Sets everything up; nothing runs before {@link #start}.
   *
   * @param client is not closed by this class
   * @param onLeadershipLost what ends the process when another replica leads: never carry on
   */
  public OperatorProcess(KubernetesClient client, Options options, Runnable onLeadershipLost)
      throws IOException {
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Clock clock = Clock.systemUTC();
    Observer observer = new Observer(client, options.namespace());
    JobManifest jobs = new JobManifest(options.runner());
    EventRecorder events = new EventRecorder(client, clock);
    Actor actor =
        new Actor(
            client,
            jobs,
            new LeaseHolder(client, options.namespace()),
            events,
            new Pruner(client, clock),
            new Transitions(meters));
    MigrationReconciler reconciler = new MigrationReconciler(observer, actor, clock);
    ServerLeases servers = new ServerLeases(client, options.namespace());
    RestoreReconciler restores =
        new RestoreReconciler(
            new RestoreObserver(client, observer.jobs(), servers, reconciler::onServer),
            new RestoreActor(client, jobs, servers, events),
            reconciler::wake,
            clock);
    this.executor =
        Executors.newFixedThreadPool(PARALLEL, Thread.ofVirtual().name("pass-", 0).factory());
    MicrometerMetrics metrics = MicrometerMetrics.withoutPerResourceMetrics(meters);
    this.operator =
        new Operator(
            configuration -> configure(configuration, client, options, metrics, onLeadershipLost));
    operator.register(reconciler, overrider -> override(overrider, options));
    operator.register(restores, overrider -> override(overrider, options));
    OperatorMeters.followed(meters, observer.pods()::size);
    this.health = new HealthServer(options.port(), operator.getRuntimeInfo(), meters);
  }

  // JOSDK 5.2.3 calls this twice: nothing may be created in here.
  private void configure(
      ConfigurationServiceOverrider configuration,
      KubernetesClient client,
      Options options,
      MicrometerMetrics metrics,
      Runnable onLeadershipLost) {
    configuration
        .withKubernetesClient(client)
        .withCloseClientOnStop(false)
        .withMetrics(metrics)
        .withExecutorService(executor)
        .withReconciliationTerminationTimeout(TERMINATION)
        .withUseSSAToPatchPrimaryResource(false);
    if (options.leaderElection()) {
      configuration.withLeaderElectionConfiguration(leaderElection(options, onLeadershipLost));
    }
  }

  private LeaderElectionConfiguration leaderElection(Options options, Runnable onLeadershipLost) {
    return LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(LEADER_LEASE)
        .withLeaseNamespace(options.namespace())
        .withIdentity(options.identity())
        .withExitOnStopLeading(false)
        .withLeaderCallbacks(
            new LeaderCallbacks(
                () -> LOG.info("leading identity={}", options.identity()),
                () -> {
                  if (!stopping.get()) {
                    LOG.error("lost leadership identity={}: ending", options.identity());
                    onLeadershipLost.run();
                  }
                },
                leader -> LOG.info("leader identity={}", leader)))
        .build();
  }

  private static <T extends HasMetadata> void override(
      ControllerConfigurationOverrider<T> overrider, Options options) {
    overrider
        .withOnUpdateFilter(MetadataOrSpecChanged.filter())
        .withReconciliationMaxInterval(Duration.ofMinutes(10))
        .withRetry(
            new GenericRetry()
                .setInitialInterval(500)
                .setIntervalMultiplier(2)
                .setMaxInterval(30_000)
                .setMaxAttempts(-1));
    if (!options.watchNamespaces().isEmpty()) {
      overrider.settingNamespaces(options.watchNamespaces());
    }
  }

  /** Starts; with leader election returns at once and leads later. */
  public void start() {
    health.start();
    operator.start();
    LOG.info("started port={}", health.port());
  }

  /** Port of health and metrics. */
  public int port() {
    return health.port();
  }

  /** Ends what is under way within ten seconds and gives up leadership. */
  @Override
  public void close() {
    stopping.set(true);
    operator.stop();
    executor.shutdown();
    health.close();
    LOG.info("stopped");
  }
}
