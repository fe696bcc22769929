/**
 * The checklist of a deployment: what a careful person would ask before, during and after it,
 * answered from what is recorded. {@link dev.whimbrel.engine.checklist.Checklist#of} is a function
 * of {@link dev.whimbrel.engine.checklist.Evidence} alone; each stage is a class. A Yes needs a
 * record that says so: what nobody checked is Unknown, and what the run has not come to is Pending.
 */
package dev.whimbrel.engine.checklist;
