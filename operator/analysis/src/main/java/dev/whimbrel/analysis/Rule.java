package dev.whimbrel.analysis;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What can be found in a plan. All else about a rule is in its file {@code rules/<id>.yaml}, read
 * when it is first asked for.
 */
public enum Rule {
  ACROSS_BRANCHES,
  ADD_CHECK,
  ADD_COLUMN_CHECK,
  ADD_COLUMN_DEFAULT,
  ADD_COLUMN_DOMAIN,
  ADD_COLUMN_FOREIGN_KEY,
  ADD_COLUMN_GENERATED,
  ADD_COLUMN_NOT_NULL,
  ADD_COLUMN_NUMBERED,
  ADD_COLUMN_UNIQUE,
  ADD_EXCLUSION,
  ADD_FOREIGN_KEY,
  ADD_FOREIGN_KEY_NOT_VALID,
  ADD_PRIMARY_KEY,
  ADD_PRIMARY_KEY_USING_INDEX,
  ADD_UNIQUE,
  ADOPTION,
  ALTER_COLUMN_TYPE,
  ALTER_OBJECT,
  ALTER_SYSTEM,
  ALTER_TABLE,
  ANONYMOUS_BLOCK,
  ATTACH_PARTITION,
  AUTOCOMMIT_CONNECTION,
  CALLS_FUNCTION,
  CASCADE_TAKES_ALONG,
  CHANGES_DATA,
  CLONE_FIRST,
  COPIES_ROWS,
  COPY_PROGRAM,
  CREATE_DATABASE,
  CREATE_INDEX,
  CREATE_OBJECT,
  CREATE_PARTITION,
  CREATE_POLICY,
  CREATE_RULE,
  CREATE_TABLE_AS,
  CREATE_TRIGGER,
  DETACH_PARTITION,
  DISABLE_TRIGGER,
  DOUBLED_PERCENT,
  DOWNGRADE,
  DOWNTIME,
  DROP_CASCADE,
  DROP_COLUMN,
  DROP_CONSTRAINT,
  DROP_DATABASE,
  DROP_INDEX,
  DROP_NEW_TABLE,
  DROP_NOT_NULL,
  DROP_OBJECT,
  DROP_OWNED,
  DROP_SCHEMA,
  DROP_TABLE,
  DROP_TABLESPACE,
  EMPTY_DOWNGRADE,
  ENVIRONMENT_NOT_BOUND,
  ENVIRONMENT_WRITES,
  EVERY_DATABASE_REPLACED,
  HIDDEN_SESSIONS,
  INDEX_BUILD,
  INSERTS_ROWS,
  INSTANCE_BUSY,
  INVALID_INDEX,
  LEFTOVER_INDEX,
  LOCK_TABLE,
  LOCK_TIMEOUT_BELOW_DEADLOCK_TIMEOUT,
  LONG_TRANSACTION,
  MIXES_CONCURRENTLY,
  MUTABLE_SOURCE,
  NO_HISTORY,
  NO_TRANSACTION,
  NO_WAY_BACK,
  NOT_COUNTED,
  NOT_REPRODUCIBLE,
  NOT_TRANSACTIONAL,
  OFFLINE_BRANCH,
  OLDER_APPLICATION,
  PREPARED_TRANSACTION,
  PRIVILEGES,
  PROCEDURE,
  PROVEN_BY_DATA,
  RECOVERY_LOGS_DELETED,
  REHEARSAL,
  REINDEX,
  RENAME_COLUMN,
  RENAME_OBJECT,
  RENAME_TABLE,
  REPLACE_VIEW,
  REWRITES_TABLE,
  SAVEPOINT,
  SELECT_INTO,
  SET_NOT_NULL,
  SET_SCHEMA,
  SETS_SESSION,
  TABS_IN_PREVIEW,
  TRAFFIC_GOES_BACK,
  TRAFFIC_STAYS,
  TRANSACTION_CONTROL,
  TRUNCATE,
  UNKNOWN_STATEMENT,
  UNLOGGED_TABLES,
  UNNAMED_SESSIONS,
  UNPAIRED_UNDO,
  UNPREVIEWABLE,
  UNREADABLE_SQL,
  USERS_REVERTED,
  VACUUM_FULL,
  VALIDATE_BESIDE,
  WEAKENS_GUARD,
  WILL_FAIL,
  WRAPAROUND_VACUUM,
  WRITES_LOST;

  private volatile RulePage page;

  /** The identifier that findings carry, in CamelCase. */
  public String id() {
    return Arrays.stream(name().split("_"))
        .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
        .collect(Collectors.joining());
  }

  /** What is known about it. */
  public RulePage page() {
    RulePage read = page;
    if (read == null) {
      read = RulePage.read(id());
      page = read;
    }
    return read;
  }

  /** The rule that a finding names; empty where this version has none of that name. */
  public static Optional<Rule> of(String id) {
    return Arrays.stream(values()).filter(rule -> rule.id().equals(id)).findFirst();
  }
}
