/**
 * What only the real Google Cloud can tell: read-only calls that confirm what the fake takes for
 * granted. Nothing of it runs unless {@code -Dwhimbrel.live=PROJECT} asks for it.
 */
package dev.whimbrel.google.live;
