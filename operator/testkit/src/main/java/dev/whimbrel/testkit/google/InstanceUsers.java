package dev.whimbrel.testkit.google;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Who can log in to an instance, and its databases: PostgreSQL's own word. */
final class InstanceUsers {

  /** As the API calls the two kinds. */
  static final String BUILT_IN = "BUILT_IN";

  static final String SERVICE_ACCOUNT = "CLOUD_IAM_SERVICE_ACCOUNT";

  private final InstanceData data;

  InstanceUsers(InstanceData data) {
    this.data = data;
  }

  /**
   * A user.
   *
   * @param type {@value #BUILT_IN} or {@value #SERVICE_ACCOUNT}
   */
  record User(String name, String type) {}

  /** Creates a login role with a password. */
  void create(String name, String password) throws SQLException {
    execute(statement ->
        "CREATE ROLE %s LOGIN PASSWORD %s"
            .formatted(
                statement.enquoteIdentifier(name, true), statement.enquoteLiteral(password)));
  }

  /** Creates a database that a role owns. */
  void createDatabase(String database, String owner) throws SQLException {
    execute(statement ->
        "CREATE DATABASE %s OWNER %s"
            .formatted(
                statement.enquoteIdentifier(database, true),
                statement.enquoteIdentifier(owner, true)));
  }

  /** Creates the user of a service account, who logs in as that alone and has no password. */
  void createOfIam(String name) throws SQLException {
    if (names("SELECT rolname FROM pg_roles WHERE rolname = '" + IamLogin.GROUP + "'").isEmpty()) {
      execute(statement -> "CREATE ROLE " + IamLogin.GROUP);
    }
    execute(statement ->
        "CREATE ROLE %s LOGIN IN ROLE %s"
            .formatted(statement.enquoteIdentifier(name, true), IamLogin.GROUP));
  }

  /** Those who can log in. */
  List<User> list() {
    List<String> ofIam =
        names(
            "SELECT m.rolname FROM pg_auth_members JOIN pg_roles m ON m.oid = member"
                + " JOIN pg_roles g ON g.oid = roleid WHERE g.rolname = '"
                + IamLogin.GROUP
                + "'");
    return names("SELECT rolname FROM pg_roles WHERE rolcanlogin ORDER BY 1").stream()
        .map(name -> new User(name, ofIam.contains(name) ? SERVICE_ACCOUNT : BUILT_IN))
        .toList();
  }

  /** Names of its databases; those of PostgreSQL itself are not listed. */
  List<String> databases() {
    return names("SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY 1");
  }

  /** Text of a statement, with the means to quote in it. */
  private interface Text {

    String of(Statement statement) throws SQLException;
  }

  private void execute(Text text) throws SQLException {
    try (Connection connection = data.connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute(text.of(statement));
    }
  }

  private List<String> names(String query) {
    Optional<Integer> server = data.serverPort();
    if (server.isEmpty()) {
      return List.of("postgres");
    }
    try (Connection connection = data.connect("postgres");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      List<String> names = new ArrayList<>();
      while (rows.next()) {
        names.add(rows.getString(1));
      }
      return names;
    } catch (SQLException e) {
      throw new ApiError(400, "invalidState", "Invalid request: The instance is not running.");
    }
  }
}
