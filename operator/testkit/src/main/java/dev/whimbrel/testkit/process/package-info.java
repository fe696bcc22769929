/**
 * Child processes that end with us. Whatever the testkit starts, it starts through {@link
 * dev.whimbrel.testkit.process.SupervisedProcess}, so that no exit path of this JVM, a SIGKILL
 * included, leaves a server or a container process behind.
 */
package dev.whimbrel.testkit.process;
