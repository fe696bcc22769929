/**
 * Sessions, and what is read through them: whether this is a primary and no pooler, which database
 * it is, its catalog's fingerprint, facts for reviewers, sessions of other attempts, our advisory
 * lock. Everything here but the lock is read-only.
 */
package dev.whimbrel.runner.database;
