/** How a story is shown. */
package dev.whimbrel.quickstart.stage;
