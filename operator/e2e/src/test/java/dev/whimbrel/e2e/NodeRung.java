package dev.whimbrel.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks a test class of the "node" rung: parameters of type {@link Surroundings} receive the ones
 * that all tests of this JVM share. Where no real node can run the class is skipped with one line
 * that says why, and in CI it fails.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("node")
@ExtendWith(NodeRungExtension.class)
@interface NodeRung {}
