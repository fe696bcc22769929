/** The quickstart as its reader runs it. */
package dev.whimbrel.quickstart;
