/**
 * One class per step: what it needs, what it does, how it can end. {@link
 * dev.whimbrel.runner.steps.Steps} dispatches and turns what is thrown into an end.
 */
package dev.whimbrel.runner.steps;
