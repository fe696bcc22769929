package dev.whimbrel.testkit.google;

/** The calls that the fake knows. */
public enum ApiCall {
  LIST_INSTANCES("instances.list"),
  GET_INSTANCE("instances.get"),
  CONNECT_SETTINGS("connect.get"),
  EPHEMERAL_CERT("connect.generateEphemeralCert"),
  LATEST_RECOVERY_TIME("instances.getLatestRecoveryTime"),
  RESTORE_BACKUP("instances.restoreBackup"),
  CLONE("instances.clone"),
  LIST_DATABASES("databases.list"),
  LIST_USERS("users.list"),
  INSERT_USER("users.insert"),
  LIST_BACKUPS("backupRuns.list"),
  GET_BACKUP("backupRuns.get"),
  INSERT_BACKUP("backupRuns.insert"),
  DELETE_BACKUP("backupRuns.delete"),
  LIST_OPERATIONS("operations.list"),
  GET_OPERATION("operations.get"),
  CREATE_BUILD("builds.create"),
  LIST_BUILDS("builds.list"),
  GET_BUILD("builds.get"),
  CANCEL_BUILD("builds.cancel"),
  GET_WORKER_POOL("workerPools.get"),
  GET_RUN_SERVICE("services.get"),
  UPDATE_RUN_SERVICE("services.patch"),
  TEST_RUN_PERMISSIONS("services.testIamPermissions"),
  GET_RUN_OPERATION("run operations.get"),
  LIST_SECRETS("secrets.list"),
  GET_SECRET("secrets.get"),
  SECRET_POLICY("secrets.getIamPolicy"),
  SET_SECRET_POLICY("secrets.setIamPolicy"),
  TEST_SECRET_PERMISSIONS("secrets.testIamPermissions"),
  LIST_SECRET_VERSIONS("secrets.versions.list"),
  GET_SECRET_VERSION("secrets.versions.get"),
  ACCESS_SECRET_VERSION("secrets.versions.access"),
  ENABLE_SECRET_VERSION("secrets.versions.enable"),
  DISABLE_SECRET_VERSION("secrets.versions.disable"),
  TEST_PROJECT_PERMISSIONS("projects.testIamPermissions"),
  METADATA("metadata server"),
  UNKNOWN("unknown");

  private final String method;

  ApiCall(String method) {
    this.method = method;
  }

  /** Its name in Google's documentation. */
  public String method() {
    return method;
  }
}
