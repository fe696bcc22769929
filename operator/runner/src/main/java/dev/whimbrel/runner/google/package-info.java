/**
 * What a Job takes from Google Cloud besides its database: the secrets that its tool and its login
 * need.
 */
package dev.whimbrel.runner.google;
