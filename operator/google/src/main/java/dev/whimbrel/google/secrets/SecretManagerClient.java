package dev.whimbrel.google.secrets;

import com.google.api.gax.core.FixedCredentialsProvider;
import com.google.api.gax.rpc.ApiException;
import com.google.cloud.secretmanager.v1.AccessSecretVersionResponse;
import com.google.cloud.secretmanager.v1.Secret;
import com.google.cloud.secretmanager.v1.SecretManagerServiceClient;
import com.google.cloud.secretmanager.v1.SecretManagerServiceSettings;
import com.google.cloud.secretmanager.v1.SecretPayload;
import dev.whimbrel.google.GoogleAccess;
import dev.whimbrel.google.GoogleErrors;
import dev.whimbrel.google.GoogleException;
import dev.whimbrel.google.GoogleException.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * {@link SecretManagerApi} over HTTP, for which the pod needs nothing that it has not got for Cloud
 * SQL. Reading is safe to repeat, and Google's client does so where the service is not available.
 */
public final class SecretManagerClient implements SecretManagerApi, AutoCloseable {

  /** Where the API is, for tests, a proxy or Private Service Connect; by default Google's own. */
  public static final String ENDPOINT_VARIABLE = "WHIMBREL_SECRETMANAGER_ENDPOINT";

  private final SecretManagerServiceClient client;

  private SecretManagerClient(SecretManagerServiceClient client) {
    this.client = client;
  }

  /**
   * A client. Nothing is sent yet.
   *
   * @throws IOException where it cannot be made
   */
  public static SecretManagerClient connect(GoogleAccess access) throws IOException {
    SecretManagerServiceSettings.Builder settings =
        SecretManagerServiceSettings.newHttpJsonBuilder()
            .setCredentialsProvider(FixedCredentialsProvider.create(access.credentials()));
    access.endpoint().ifPresent(settings::setEndpoint);
    return new SecretManagerClient(SecretManagerServiceClient.create(settings.build()));
  }

  @Override
  public SecretValue access(SecretReference secret) throws GoogleException {
    try {
      AccessSecretVersionResponse response = client.accessSecretVersion(secret.resource());
      return new SecretValue(lastPart(response.getName()), verified(secret, response.getPayload()));
    } catch (ApiException e) {
      throw GoogleErrors.explain(e);
    }
  }

  private static byte[] verified(SecretReference secret, SecretPayload payload)
      throws GoogleException {
    byte[] bytes = payload.getData().toByteArray();
    CRC32C sum = new CRC32C();
    sum.update(bytes);
    if (payload.hasDataCrc32C() && payload.getDataCrc32C() != sum.getValue()) {
      throw new GoogleException(
          Kind.UNCLEAR, "the value of " + secret + " does not match its checksum", null);
    }
    return bytes;
  }

  @Override
  public List<String> names(String project) throws GoogleException {
    try {
      List<String> names = new ArrayList<>();
      for (Secret secret : client.listSecrets("projects/" + project).iterateAll()) {
        names.add(lastPart(secret.getName()));
      }
      return names;
    } catch (ApiException e) {
      throw GoogleErrors.explain(e);
    }
  }

  private static String lastPart(String resource) {
    return resource.substring(resource.lastIndexOf('/') + 1);
  }

  @Override
  public void close() {
    client.close();
  }
}
