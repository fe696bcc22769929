package dev.whimbrel.google.run;

import java.util.Optional;

/**
 * A change that Cloud Run carries out.
 *
 * @param name of the resource
 * @param done whether it has ended
 * @param error why it failed, in Cloud Run's words; empty where it did not
 */
public record RunOperation(String name, boolean done, Optional<String> error) {}
