/** Tests of the process itself: what it measures. */
package dev.whimbrel.controller.process;
