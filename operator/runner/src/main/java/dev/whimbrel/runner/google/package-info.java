/**
 * What a Job takes from Google Cloud besides its database: the secrets that its tool and its login
 * need, and the traffic of the application that goes back with its schema.
 */
package dev.whimbrel.runner.google;
