package dev.whimbrel.runner.flyway;

import java.io.Reader;
import java.io.StringReader;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.resource.LoadableResource;

/** Gives Flyway files from memory, as if they lay in one directory. */
public final class MemoryResources implements ResourceProvider {

  private final Map<String, SourceFile> files;

  MemoryResources(Map<String, SourceFile> files) {
    this.files = Map.copyOf(files);
  }

  @Override
  public LoadableResource getResource(String name) {
    SourceFile file = files.get(name);
    return file == null ? null : new MemoryResource(file);
  }

  @Override
  public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
    return files.values().stream()
        .filter(file -> file.name().startsWith(prefix))
        .filter(file -> Arrays.stream(suffixes).anyMatch(file.name()::endsWith))
        .sorted((a, b) -> a.name().compareTo(b.name()))
        .<LoadableResource>map(MemoryResource::new)
        .toList();
  }

  private static final class MemoryResource extends LoadableResource {

    private final SourceFile file;

    MemoryResource(SourceFile file) {
      this.file = file;
    }

    @Override
    public Reader read() {
      return new StringReader(file.text());
    }

    @Override
    public String getAbsolutePath() {
      return file.name();
    }

    @Override
    public String getAbsolutePathOnDisk() {
      return file.configMap() + "/" + file.name();
    }

    @Override
    public String getFilename() {
      return file.name();
    }

    @Override
    public String getRelativePath() {
      return file.name();
    }
  }
}
