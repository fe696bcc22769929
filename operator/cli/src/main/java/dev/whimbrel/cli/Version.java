package dev.whimbrel.cli;

import picocli.CommandLine.IVersionProvider;

/** The version of this build, from its jar. */
public final class Version implements IVersionProvider {

  /** The version; {@code development} where the classes are in no jar. */
  public static String current() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  @Override
  public String[] getVersion() {
    return new String[] {"whimbrel " + current()};
  }
}
