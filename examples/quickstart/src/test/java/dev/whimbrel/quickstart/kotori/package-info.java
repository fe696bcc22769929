/** The Kotori example as its reader runs it. */
package dev.whimbrel.quickstart.kotori;
