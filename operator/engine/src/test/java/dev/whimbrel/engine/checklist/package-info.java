/** What the checklist answers, from what. */
package dev.whimbrel.engine.checklist;
