/** Who a Job is to Google, and what that identity may do. */
package dev.whimbrel.google.iam;
