/** Tests of what is read from the status of pods. */
package dev.whimbrel.controller.observe;
