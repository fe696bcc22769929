package dev.whimbrel.controller.apiserver;

import dev.whimbrel.testkit.node.SimulatedImage;
import dev.whimbrel.testkit.python.PostgresPrograms;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** An image of PostgreSQL, got when a container of it starts. */
final class TraceImage implements SimulatedImage {

  static final String NAME = "postgres:test";

  /** A server refuses to be run by root: as nobody of a namespace of its own it runs. */
  static List<String> asNobody(List<String> command) {
    return "root".equals(System.getProperty("user.name"))
        ? Stream.concat(Stream.of("unshare", "-U"), command.stream()).toList()
        : command;
  }

  /** The PATH of whoever wants its programs. */
  static String path() {
    return PostgresPrograms.obtain().bin() + ":" + System.getenv("PATH");
  }

  @Override
  public List<String> commandLine(List<String> command, List<String> args) {
    return asNobody(Stream.concat(command.stream(), args.stream()).toList());
  }

  @Override
  public Map<String, String> environment() {
    return Map.of("PATH", path());
  }

  @Override
  public Optional<Path> content() {
    return Optional.of(PostgresPrograms.obtain().bin().getParent());
  }
}
