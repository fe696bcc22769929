/**
 * What operator and runner say to each other: the input in the pod template ({@link
 * dev.whimbrel.protocol.RunnerInput}), the result in the termination message ({@link
 * dev.whimbrel.protocol.RunnerResult}), the long plan document in the log ({@link
 * dev.whimbrel.protocol.LogDocument}), exit codes, hashes and names that both sides derive alike.
 *
 * <p>Pure: no I/O, no clock. No type here ever carries a secret.
 */
package dev.whimbrel.protocol;
