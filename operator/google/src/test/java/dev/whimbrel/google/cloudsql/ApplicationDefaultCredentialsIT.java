package dev.whimbrel.google.cloudsql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.testkit.google.ApiCall;
import dev.whimbrel.testkit.google.FakeGoogleCloud;
import dev.whimbrel.testkit.google.FakeGoogleCloudOptions;
import dev.whimbrel.testkit.google.FakeInstanceOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Credentials as a pod gets them, in a process of their own since they come by environment. */
@Tag("google")
class ApplicationDefaultCredentialsIT {

  @TempDir Path home;

  @Test
  void thePodsCredentialsComeFromTheMetadataServer() throws Exception {
    try (FakeGoogleCloud cloud = FakeGoogleCloud.start(FakeGoogleCloudOptions.local())) {
      cloud.createInstance(FakeInstanceOptions.of("p1:us-central1:orders").withoutDatabase());
      ProcessBuilder builder =
          new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-XX:TieredStopAtLevel=1",
              "-Duser.home=" + home,
              "-cp",
              System.getProperty("java.class.path"),
              Pod.class.getName());
      builder.environment().remove("GOOGLE_APPLICATION_CREDENTIALS");
      builder.environment().put("CLOUDSDK_CONFIG", home.toString());
      builder.environment().put("GCE_METADATA_HOST", cloud.metadataHost());
      builder.environment().put(CloudSqlAdmin.ENDPOINT_VARIABLE, cloud.endpoint().toString());
      Path output = home.resolve("output.txt");
      Process pod = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
      try {
        assertThat(pod.waitFor(60, TimeUnit.SECONDS)).isTrue();
      } finally {
        pod.destroyForcibly();
      }

      assertThat(java.nio.file.Files.readString(output, StandardCharsets.UTF_8))
          .contains("p1:us-central1:orders is RUNNABLE");
      assertThat(cloud.journal().count(ApiCall.METADATA)).isPositive();
    }
  }

  /** What runs in the pod. */
  static final class Pod {

    private Pod() {}

    /** Says in what state the instance is. */
    public static void main(String[] args) throws Exception {
      CloudSqlAdmin admin = CloudSqlAdmin.fromEnvironment(System.getenv());
      CloudSqlInstance instance = CloudSqlInstance.parse("p1:us-central1:orders");
      System.out.println(instance + " is " + admin.instance(instance).state());
    }
  }
}
