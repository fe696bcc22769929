package dev.whimbrel.testkit.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.whimbrel.testkit.node.AtomicFolder.Content;
import dev.whimbrel.testkit.node.ClusterObjects.Kind;
import io.fabric8.kubernetes.api.model.DownwardAPIVolumeFile;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The volumes of one pod as folders of this machine. */
final class PodVolumes {

  private static final int DEFAULT_MODE = 0644;

  private final KubernetesClient client;
  private final ClusterObjects objects;
  private final SimulatedNodeOptions options;
  private final Path folder;
  private final Map<String, Path> mounted = new HashMap<>();
  private final Map<String, AtomicFolder> downward = new HashMap<>();

  PodVolumes(KubernetesClient client, SimulatedNodeOptions options, Path folder) {
    this.client = client;
    this.objects = new ClusterObjects(client);
    this.options = options;
    this.folder = folder;
  }

  /** The folder of a mounted volume. */
  Path path(String volume) {
    return mounted.get(volume);
  }

  /**
   * Mounts what is not mounted yet.
   *
   * @throws UnmetNeed for the first volume that cannot be; the message is a kubelet's
   */
  void mount(Pod pod) throws UnmetNeed, IOException {
    for (Volume volume : pod.getSpec().getVolumes()) {
      if (!mounted.containsKey(volume.getName())) {
        try {
          mounted.put(volume.getName(), mount(pod, volume));
        } catch (UnmetNeed e) {
          throw new UnmetNeed(
              "MountVolume.SetUp failed for volume \""
                  + volume.getName()
                  + "\" : "
                  + e.getMessage());
        }
      }
    }
  }

  /** Brings labels and annotations up to date in the volumes that show them. */
  void refresh(Pod pod) throws UnmetNeed, IOException {
    for (Volume volume : pod.getSpec().getVolumes()) {
      AtomicFolder target = downward.get(volume.getName());
      if (target != null) {
        target.replace(contents(pod, volume));
      }
    }
  }

  private Path mount(Pod pod, Volume volume) throws UnmetNeed, IOException {
    Path target = folder.resolve(volume.getName());
    if (volume.getEmptyDir() != null) {
      return Files.createDirectories(target);
    }
    if (volume.getHostPath() != null) {
      return Path.of(volume.getHostPath().getPath());
    }
    if (volume.getImage() != null) {
      String image = volume.getImage().getReference();
      Path content = options.imageVolumes().get(image);
      if (content == null) {
        throw new UnmetNeed("the simulated node has no folder for image \"" + image + "\"");
      }
      return content;
    }
    AtomicFolder atomic = new AtomicFolder(target);
    atomic.replace(contents(pod, volume));
    if (volume.getDownwardAPI() != null || volume.getProjected() != null) {
      downward.put(volume.getName(), atomic);
    }
    return target;
  }

  private Map<String, Content> contents(Pod pod, Volume volume) throws UnmetNeed {
    Map<String, Content> files = new HashMap<>();
    if (volume.getConfigMap() != null) {
      var source = volume.getConfigMap();
      Keyed keyed =
          new Keyed(Kind.CONFIG_MAP, source.getName(), source.getItems(), source.getOptional());
      files.putAll(contents(pod, keyed, mode(source.getDefaultMode())));
    } else if (volume.getSecret() != null) {
      var source = volume.getSecret();
      Keyed keyed =
          new Keyed(Kind.SECRET, source.getSecretName(), source.getItems(), source.getOptional());
      files.putAll(contents(pod, keyed, mode(source.getDefaultMode())));
    } else if (volume.getDownwardAPI() != null) {
      var source = volume.getDownwardAPI();
      addFields(pod, source.getItems(), mode(source.getDefaultMode()), files);
    } else if (volume.getProjected() != null) {
      int mode = mode(volume.getProjected().getDefaultMode());
      for (VolumeProjection source : volume.getProjected().getSources()) {
        addProjection(pod, source, mode, files);
      }
    } else {
      throw new UnmetNeed("the simulated node does not have this type of volume");
    }
    return files;
  }

  private void addProjection(Pod pod, VolumeProjection source, int mode, Map<String, Content> files)
      throws UnmetNeed {
    if (source.getConfigMap() != null) {
      var map = source.getConfigMap();
      Keyed keyed = new Keyed(Kind.CONFIG_MAP, map.getName(), map.getItems(), map.getOptional());
      files.putAll(contents(pod, keyed, mode));
    } else if (source.getSecret() != null) {
      var secret = source.getSecret();
      Keyed keyed =
          new Keyed(Kind.SECRET, secret.getName(), secret.getItems(), secret.getOptional());
      files.putAll(contents(pod, keyed, mode));
    } else if (source.getDownwardAPI() != null) {
      addFields(pod, source.getDownwardAPI().getItems(), mode, files);
    } else if (source.getServiceAccountToken() != null) {
      var token = source.getServiceAccountToken();
      files.put(
          token.getPath(), new Content(token(pod, token.getAudience()).getBytes(UTF_8), mode));
    } else {
      throw new UnmetNeed("the simulated node does not have this type of projection");
    }
  }

  /** What a volume shows of a Secret or ConfigMap; all keys where no items are named. */
  private record Keyed(Kind kind, String name, List<KeyToPath> items, Boolean optional) {}

  private Map<String, Content> contents(Pod pod, Keyed source, int mode) throws UnmetNeed {
    boolean mayMiss = ContainerEnvironment.optional(source.optional());
    Map<String, byte[]> data =
        objects.data(source.kind(), pod.getMetadata().getNamespace(), source.name(), mayMiss);
    Map<String, Content> files = new HashMap<>();
    if (source.items() == null || source.items().isEmpty()) {
      data.forEach((key, value) -> files.put(key, new Content(value, mode)));
      return files;
    }
    for (KeyToPath item : source.items()) {
      byte[] value = data.get(item.getKey());
      if (value != null) {
        int itemMode = item.getMode() == null ? mode : item.getMode();
        files.put(item.getPath(), new Content(value, itemMode));
      } else if (!mayMiss) {
        throw source.kind().missingKeyOfVolume(item.getKey());
      }
    }
    return files;
  }

  private void addFields(
      Pod pod, List<DownwardAPIVolumeFile> items, int mode, Map<String, Content> files)
      throws UnmetNeed {
    for (DownwardAPIVolumeFile item : items) {
      String value =
          item.getFieldRef() == null
              ? resource(pod, item)
              : PodFields.value(pod, options.name(), item.getFieldRef().getFieldPath());
      files.put(
          item.getPath(),
          new Content(value.getBytes(UTF_8), item.getMode() == null ? mode : item.getMode()));
    }
  }

  private static String resource(Pod pod, DownwardAPIVolumeFile item) throws UnmetNeed {
    String name = item.getResourceFieldRef().getContainerName();
    return pod.getSpec().getContainers().stream()
        .filter(container -> container.getName().equals(name))
        .findFirst()
        .map(container -> PodFields.resource(container, item.getResourceFieldRef()))
        .orElseThrow(() -> new UnmetNeed("container " + name + " not found"));
  }

  private String token(Pod pod, String audience) {
    String account = pod.getSpec().getServiceAccountName();
    var request = new TokenRequestBuilder().withNewSpec().withExpirationSeconds(3607L);
    if (audience != null && !audience.isEmpty()) {
      request.addToAudiences(audience);
    }
    return client
        .serviceAccounts()
        .inNamespace(pod.getMetadata().getNamespace())
        .withName(account == null ? "default" : account)
        .tokenRequest(request.endSpec().build())
        .getStatus()
        .getToken();
  }

  private static int mode(Integer mode) {
    return mode == null ? DEFAULT_MODE : mode;
  }
}
