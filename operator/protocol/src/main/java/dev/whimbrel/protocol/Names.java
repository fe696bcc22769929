package dev.whimbrel.protocol;

/** Names that are unique for ever and within Kubernetes' limit of 63 characters. */
public final class Names {

  private static final int MAX = 63;

  private Names() {}

  /** {@code <name, cut>-<8 hex of uid and run>-<step>-<attempt>}. */
  public static String job(String migration, String uid, String run, Step step, int attempt) {
    String suffix =
        "-" + Sha256.hex(uid + "/" + run).substring(0, 8) + "-" + step.word() + "-" + attempt;
    return cut(migration, MAX - suffix.length()) + suffix;
  }

  /** Whether a Job of ours was claimed for this step, by its name. */
  public static boolean isJobOf(Step step, String job) {
    return job.matches(".*-[0-9a-f]{8}-" + step.word() + "-[0-9]+");
  }

  /** {@code <name, cut>-<generation>-<10 hex of uid and hash>}. */
  public static String plan(String migration, String uid, long generation, String hash) {
    String suffix = "-" + generation + "-" + Sha256.hex(uid + "/" + hash).substring(0, 10);
    return cut(migration, MAX - suffix.length()) + suffix;
  }

  /** Name of the Lease of a database. */
  public static String lease(String server, String database) {
    return "whimbrel-database-" + Sha256.hex(server + "/" + database).substring(0, 16);
  }

  /** Name of the Lease of a whole server, which a restore holds. */
  public static String serverLease(String server) {
    return "whimbrel-server-" + serverLabel(server);
  }

  /** By this label the Leases of all databases of one server are found. */
  public static String serverLabel(String server) {
    return Sha256.hex(server).substring(0, 16);
  }

  /** A label value: at most 63 characters, ending alphanumerically. */
  public static String label(String name) {
    return cut(name, MAX);
  }

  private static String cut(String name, int length) {
    String cut = name.length() <= length ? name : name.substring(0, length);
    int end = cut.length();
    while (end > 0 && !Character.isLetterOrDigit(cut.charAt(end - 1))) {
      end--;
    }
    // A dot is legal in an object's name but not in the name of a Job's pods' labels.
    return cut.substring(0, end).replace('.', '-');
  }
}
