package dev.whimbrel.runner.tool;

import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.database.ServerRestart;
import dev.whimbrel.runner.database.Session;
import dev.whimbrel.runner.guard.Guard;
import dev.whimbrel.runner.guard.LockLadder;

/**
 * Where revisions are carried out, and what protects others meanwhile.
 *
 * @param job for its log and its stop signal
 * @param session holds our lock
 * @param guard watches who executes; to be asked before each statement
 * @param ladder how long each attempt may wait for a lock
 * @param restart tells a person's hand from a server that restarts
 */
public record GuardedSession(
    Job job, Session session, Guard guard, LockLadder ladder, ServerRestart restart) {}
