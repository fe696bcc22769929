package dev.whimbrel.google.secrets;

import dev.whimbrel.google.GoogleException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads secrets, and explains those that cannot be read. Secret Manager answers "denied" also for a
 * secret that does not exist where the caller may not see which do, and "not found" for a name in
 * another case; so on a miss the names of the project are asked for.
 */
public final class SecretLookup {

  private static final Pattern STATE =
      Pattern.compile("versions/(?<version>\\d+)] is in (?<state>[A-Z]+) state");

  private final SecretManagerApi api;
  private final String member;
  private final Map<String, Optional<List<String>>> names = new HashMap<>();

  /**
   * A lookup.
   *
   * @param member who looks, as IAM spells it, like {@code serviceAccount:x@y}
   */
  public SecretLookup(SecretManagerApi api, String member) {
    this.api = api;
    this.member = member;
  }

  /** Reads one. */
  public SecretFinding find(SecretReference secret) {
    try {
      return new SecretFinding.Found(api.access(secret));
    } catch (GoogleException e) {
      return switch (e.kind()) {
        case NOT_FOUND -> notFound(secret, e);
        case DENIED -> denied(secret, e);
        case PRECONDITION -> state(secret, e);
        case UNAUTHENTICATED ->
            new SecretFinding.Refused(
                "Google does not accept the credentials of the Job for "
                    + secret
                    + ": "
                    + e.getMessage(),
                "bind the ServiceAccount of spec.run.serviceAccountName to a Google identity"
                    + " (Workload Identity)");
        case INVALID -> new SecretFinding.Refused(secret + ": " + e.getMessage(), "");
        case UNCLEAR ->
            new SecretFinding.Unclear(
                "Secret Manager did not give out " + secret + ": " + e.getMessage());
      };
    }
  }

  private SecretFinding notFound(SecretReference secret, GoogleException e) {
    Optional<List<String>> known = names(secret.project());
    if (known.isPresent() && !known.get().contains(secret.secret())) {
      return missing(secret, known.get());
    }
    if (!secret.version().equals("latest")) {
      return new SecretFinding.Refused(
          "version " + secret.version() + " of " + secret + " does not exist",
          "gcloud secrets versions list " + secret.secret() + project(secret));
    }
    if (known.isPresent()) {
      return new SecretFinding.Refused(secret + " has no version", addVersion(secret));
    }
    return new SecretFinding.Refused(
        secret + " does not exist or has no version (" + e.getMessage() + ")",
        "gcloud secrets list" + project(secret));
  }

  private static SecretFinding missing(SecretReference secret, List<String> known) {
    String what = secret + " does not exist";
    return NearestName.of(secret.secret(), known)
        .map(near ->
            new SecretFinding.Refused(
                what + ": did you mean " + near + "?", "write secret: " + near))
        .orElseGet(() ->
            new SecretFinding.Refused(
                what,
                "gcloud secrets create "
                    + secret.secret()
                    + project(secret)
                    + " --data-file=FILE"));
  }

  private SecretFinding denied(SecretReference secret, GoogleException e) {
    if (e.getMessage().contains("SERVICE_DISABLED")
        || e.getMessage().contains("has not been used in project")) {
      return new SecretFinding.Refused(
          "the Secret Manager API is not enabled in project " + secret.project(),
          "gcloud services enable secretmanager.googleapis.com" + project(secret));
    }
    Optional<List<String>> known = names(secret.project());
    if (known.isPresent() && !known.get().contains(secret.secret())) {
      return missing(secret, known.get());
    }
    return new SecretFinding.Refused(
        member
            + " may not read "
            + secret
            + (known.isPresent() ? "" : ", or it does not exist (names are case-sensitive)"),
        "gcloud secrets add-iam-policy-binding "
            + secret.secret()
            + project(secret)
            + " --member="
            + member
            + " --role=roles/secretmanager.secretAccessor");
  }

  private static SecretFinding state(SecretReference secret, GoogleException e) {
    Matcher said = STATE.matcher(e.getMessage());
    if (!said.find()) {
      return new SecretFinding.Refused(secret + ": " + e.getMessage(), "");
    }
    String version = said.group("version");
    String what = "version " + version + " of " + secret + " is " + said.group("state");
    return said.group("state").equals("DISABLED")
        ? new SecretFinding.Refused(
            what,
            "gcloud secrets versions enable "
                + version
                + " --secret="
                + secret.secret()
                + project(secret))
        : new SecretFinding.Refused(what, addVersion(secret));
  }

  private static String addVersion(SecretReference secret) {
    return "gcloud secrets versions add " + secret.secret() + project(secret) + " --data-file=FILE";
  }

  private static String project(SecretReference secret) {
    return " --project=" + secret.project();
  }

  /** Empty where the caller may not know. */
  private Optional<List<String>> names(String project) {
    return names.computeIfAbsent(
        project,
        asked -> {
          try {
            return Optional.of(api.names(asked));
          } catch (GoogleException e) {
            return Optional.empty();
          }
        });
  }
}
