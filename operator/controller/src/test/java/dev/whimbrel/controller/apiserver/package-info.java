/**
 * The operator on a real API server, under the chart's own roles, with Jobs as local processes on a
 * simulated node and a real PostgreSQL: rung 4 of the ladder.
 */
package dev.whimbrel.controller.apiserver;
