package dev.whimbrel.quickstart.kotori;

/** What both stories say, on whatever cluster they play. */
final class Story {

  static final String[] LINES = {
    "at 7c39d7b141c7, as the team left it",
    "Release 1",
    "Planning ",
    "BackingUp ",
    "AwaitingApproval ",
    "from 7c39d7b141c7 to 9d4e61c7f0ab on database kotori, risk High",
    "CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_share_access_viewer_email",
    "DropColumn",
    "because of --yes",
    "Migrating ",
    "Succeeded ",
    "What kubectl -n kotori describe dbm kotori shows",
    "ApprovalAccepted",
    "9d4e61c7f0ab\n",
    "Release 2",
    "AwaitingApproval ",
    "because of --yes",
    "Migrating ",
    "Failed ",
    "23505",
    "the last is c4f7be210a95",
    "SqlError",
    "c4f7be210a95\n",
    "The way back",
    "AwaitingApproval ",
    "a downgrade: the revisions are undone, newest first",
    "ALTER TABLE shares DROP COLUMN name",
    "because of --yes",
    "Succeeded ",
    "9d4e61c7f0ab\n",
    "Both stories ended as told"
  };

  private Story() {}
}
