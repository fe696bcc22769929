/** Judging what was read: {@link dev.whimbrel.cli.review.Review} is what every report prints. */
package dev.whimbrel.cli.review;
