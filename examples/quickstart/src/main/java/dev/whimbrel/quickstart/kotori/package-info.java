/**
 * Two releases of {@code examples/kotori} before the reader's eyes: {@link
 * dev.whimbrel.quickstart.kotori.KotoriTour} is the story, {@link
 * dev.whimbrel.quickstart.kotori.RealNodeCluster} the place that it is best told at. What other
 * stories need as well belongs to package {@code stage}.
 */
package dev.whimbrel.quickstart.kotori;
