package dev.whimbrel.runner.google;

import dev.whimbrel.google.secrets.SecretFinding;
import dev.whimbrel.google.secrets.SecretFinding.Found;
import dev.whimbrel.google.secrets.SecretFinding.Refused;
import dev.whimbrel.google.secrets.SecretFinding.Unclear;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.RunnerInput.Secret;
import dev.whimbrel.runner.StepEnd;
import dev.whimbrel.runner.preflight.PreflightTable;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * A secret and what came of reading it.
 *
 * @param wanted by which variable
 * @param finding what Secret Manager said
 * @param value the text; empty where it was not read
 */
record ReadSecret(Secret wanted, SecretFinding finding, String value) {

  static ReadSecret of(Secret wanted, SecretFinding finding) {
    if (!(finding instanceof Found found)) {
      return new ReadSecret(wanted, finding, "");
    }
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(found.value().bytes()))
              .toString();
      return text.indexOf('\0') < 0
          ? new ReadSecret(wanted, finding, text)
          : unusable(wanted, found, "holds a NUL character");
    } catch (CharacterCodingException e) {
      return unusable(wanted, found, "is not UTF-8");
    }
  }

  private static ReadSecret unusable(Secret wanted, Found found, String why) {
    return new ReadSecret(
        wanted,
        new Refused(
            "version "
                + found.value().version()
                + " of secret "
                + wanted.secret()
                + " of project "
                + wanted.project()
                + " "
                + why
                + ", which no variable can hold",
            "gcloud secrets versions add "
                + wanted.secret()
                + " --project="
                + wanted.project()
                + " --data-file=FILE"),
        "");
  }

  boolean isRead() {
    return finding instanceof Found;
  }

  boolean isRefused() {
    return finding instanceof Refused;
  }

  /** The number of the version that was read. */
  String version() {
    return finding instanceof Found(var read) ? read.version() : "";
  }

  /** What is wrong and what mends it; only for one that was not read. */
  String problem() {
    return switch (finding) {
      case Found found -> "";
      case Refused(String message, String remedy) ->
          message + (remedy.isEmpty() ? "" : ": " + remedy);
      case Unclear(String message) -> message;
    };
  }

  /** Notes what came of it. */
  void check(PreflightTable table) {
    String name = "secret " + subject();
    switch (finding) {
      case Found found when value.endsWith("\n") ->
          table.warned(
              name,
              "version " + version() + " ends with a line break, which is part of the value",
              "printf %s VALUE | gcloud secrets versions add "
                  + wanted.secret()
                  + " --project="
                  + wanted.project()
                  + " --data-file=-");
      case Found found -> table.passed(name, "version " + version());
      case Refused(String message, String remedy) ->
          table.failed(name, StepEnd.permanent("SecretNotReadable", problem(), null), remedy);
      case Unclear(String message) ->
          table.failed(
              name, StepEnd.transientFailure("SecretManagerUnreachable", message, null), null);
    }
  }

  private String subject() {
    return wanted.ofRunner() && wanted.variable().equals(RunnerInput.PASSWORD_VARIABLE)
        ? wanted.secret() + " (password)"
        : wanted.secret() + " (" + variable() + ")";
  }

  private String variable() {
    return wanted.ofRunner() ? "the URL to log in by" : wanted.variable();
  }
}
