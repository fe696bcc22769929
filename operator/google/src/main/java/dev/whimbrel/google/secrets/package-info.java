/**
 * Secret Manager: reads versions of secrets, and says of one that cannot be read why, what was
 * probably meant and which command mends it. Only what a Job needs is read, under the identity of
 * its pod; values are handed on and never printed.
 *
 * <p>Start with {@link dev.whimbrel.google.secrets.SecretLookup}.
 */
package dev.whimbrel.google.secrets;
