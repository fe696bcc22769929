/**
 * What surrounds the reconciler in its process: options, start and stop, leader election, health,
 * metrics.
 */
package dev.whimbrel.controller.process;
