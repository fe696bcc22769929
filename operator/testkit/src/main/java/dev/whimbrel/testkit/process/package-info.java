/**
 * Child processes that end with us. Whatever the testkit starts, it starts through {@link
 * dev.whimbrel.testkit.process.SupervisedProcess}, so that no exit path of this JVM, a SIGKILL
 * included, leaves a server or a container process behind. Programs that no package of a
 * distribution has are built from pinned Go modules by {@link
 * dev.whimbrel.testkit.process.GoPrograms}.
 */
package dev.whimbrel.testkit.process;
