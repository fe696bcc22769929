package dev.whimbrel.controller.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.DatabaseMigrationSpec;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

/** Pods as kubelets report them, and what a person is told about them. */
class PodStateTest {

  private static final DatabaseMigrationSpec SPEC =
      Serialization.unmarshal(
          """
          database:
            postgres: {host: db, database: orders, credentials: {urlEnv: DATABASE_URL}}
          source:
            alembic:
              image: kotori:7
              command: [/bin/alembic]
              env:
                - {name: DATABASE_URL, valueFrom: {secretKeyRef: {name: orders-url, key: url}}}
                - {name: TOKEN, valueFrom: {secretKeyRef: {name: app-token, key: token}}}
              envFrom: [{configMapRef: {name: app}}]
          """,
          DatabaseMigrationSpec.class);

  private static final String RUNNING = "state: {running: {startedAt: \"2026-01-01T00:00:00Z\"}}";

  @Test
  void itHasStartedOnceEveryContainerHas() {
    Pod one = pod("Running", "- {name: runner, image: w, %s}".formatted(RUNNING));
    Pod both =
        pod(
            "Running",
            """
            - {name: runner, image: w, %s}
            - {name: alembic, image: "kotori:7", state: {terminated: {exitCode: 0}}}
            """
                .formatted(RUNNING));

    assertThat(PodState.of(one).started()).isFalse();
    assertThat(PodState.of(both).started()).isTrue();
  }

  @Test
  void theResultIsTheRunnersMessageWhateverTheToolLeft() {
    Pod pod =
        pod(
            "Failed",
            """
            - {name: alembic, image: "kotori:7", state: {terminated: {exitCode: 1, message: no}}}
            - {name: runner, image: w, state: {terminated: {exitCode: 0, message: result}}}
            """);

    assertThat(PodState.of(pod))
        .returns(true, PodState::ended)
        .returns("result", PodState::terminationMessage);
    assertThat(PodState.of(pod).why().text()).isEqualTo("container alembic: ended, exit code 1");
  }

  @Test
  void aRunnerThatWasKilledIsTheReasonBeforeAToolThatFollowedIt() {
    Pod pod =
        pod(
            "Failed",
            """
            - {name: alembic, image: k, state: {terminated: {exitCode: 143, reason: Error}}}
            - {name: runner, image: w, state: {terminated: {exitCode: 137, reason: OOMKilled}}}
            """);

    assertThat(PodState.of(pod).why().text()).isEqualTo("OOMKilled, exit code 137");
  }

  @Test
  void thePodsOwnEndIsTheReasonBeforeThatOfAContainer() {
    Pod pod =
        pod(
            "Failed",
            "- {name: runner, image: w, state: {terminated: {exitCode: 143, reason: Error}}}");
    pod.getStatus().setReason("DeadlineExceeded");
    pod.getStatus().setMessage("too long");

    assertThat(PodState.of(pod).why().text()).isEqualTo("DeadlineExceeded: too long");
  }

  @Test
  void aBridgeThatFailsIsNamed() {
    Pod pod =
        pod("Failed", "- {name: runner, image: w, state: {waiting: {reason: PodInitializing}}}");
    pod.getStatus()
        .setInitContainerStatuses(
            pod("", "- {name: bridge, image: w, state: {terminated: {exitCode: 1, reason: Error}}}")
                .getStatus()
                .getContainerStatuses());

    assertThat(advice(pod)).isEqualTo("container bridge: Error, exit code 1");
  }

  @Test
  void anImageThatCannotBePulledNamesTheFieldOfTheMigration() {
    Pod pod = waiting("alembic", "kotori:7", "ErrImagePull", "not found: kotori:7");

    assertThat(advice(pod))
        .isEqualTo(
            "container alembic: ErrImagePull: not found: kotori:7; correct"
                + " spec.source.alembic.image (kotori:7), or name in spec.run.imagePullSecrets the"
                + " Secret it is pulled with");
    assertThat(advice(waiting("runner", "w", "ErrImagePull", "no"))).contains("--runner-image");
  }

  @Test
  void aMissingKeyNamesTheVariableThatWantsIt() {
    assertThat(
            advice(
                waiting(
                    "alembic",
                    "kotori:7",
                    "CreateContainerConfigError",
                    "couldn't find key token in Secret shop/app-token")))
        .endsWith("; create it, or correct TOKEN of spec.source.alembic.env");
    assertThat(
            advice(
                waiting(
                    "alembic",
                    "kotori:7",
                    "CreateContainerConfigError",
                    "secret \"orders-url\" not found")))
        .endsWith("; create it, or correct DATABASE_URL of spec.source.alembic.env");
    assertThat(
            advice(
                waiting(
                    "alembic",
                    "kotori:7",
                    "CreateContainerConfigError",
                    "configmap \"app\" not found")))
        .endsWith("; create it, or correct spec.source.alembic.envFrom");
    assertThat(
            advice(
                waiting(
                    "runner",
                    "w",
                    "CreateContainerConfigError",
                    "couldn't find key url in Secret shop/orders-url")))
        .endsWith(
            "; create it, or correct DATABASE_URL of spec.source.alembic.env, which"
                + " spec.database.postgres.credentials.urlEnv names");
  }

  @Test
  void anImageWithoutAShellIsSaidToHaveNone() {
    Pod pod =
        pod(
            "Running",
            """
            - name: alembic
              image: kotori:7
              state:
                terminated:
                  exitCode: 128
                  reason: StartError
                  message: 'exec: "/bin/sh": stat /bin/sh: no such file or directory'
            - {name: runner, image: w, %s}
            """
                .formatted(RUNNING));

    assertThat(PodState.of(pod).started()).isFalse();
    assertThat(advice(pod))
        .startsWith("image kotori:7 has no /bin/sh")
        .contains("spec.source.alembic.image", "stat /bin/sh: no such file");
  }

  @Test
  void aPodThatNoNodeTakesSaysWhatToChange() {
    Pod pod =
        Serialization.unmarshal(
            """
            metadata: {name: p}
            spec: {containers: [{name: runner}]}
            status:
              phase: Pending
              conditions:
                - {type: PodScheduled, status: "False", reason: Unschedulable, message: none}
            """,
            Pod.class);

    assertThat(advice(pod)).startsWith("Unschedulable: none; make room");
  }

  private static String advice(Pod pod) {
    return Advice.on(SPEC, PodState.of(pod).why());
  }

  private static Pod waiting(String container, String image, String reason, String message) {
    return pod(
        "Pending",
        """
        - {name: another, image: x, state: {waiting: {reason: ContainerCreating}}}
        - name: %s
          image: %s
          state: {waiting: {reason: %s, message: '%s'}}
        """
            .formatted(container, image, reason, message.replace("'", "''")));
  }

  private static Pod pod(String phase, String containers) {
    return Serialization.unmarshal(
        """
        metadata: {name: p}
        spec: {containers: [{name: alembic}, {name: runner}]}
        status:
          phase: "%s"
          containerStatuses:
        %s\
        """
            .formatted(phase, containers.indent(4)),
        Pod.class);
  }
}
