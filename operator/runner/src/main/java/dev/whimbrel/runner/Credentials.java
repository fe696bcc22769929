package dev.whimbrel.runner;

/** How to log in. Never printed. */
public record Credentials(String user, String password) {

  @Override
  public String toString() {
    return "Credentials[user=" + user + ", password=***]";
  }
}
