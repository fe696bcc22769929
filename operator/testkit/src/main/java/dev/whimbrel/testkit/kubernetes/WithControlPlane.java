package dev.whimbrel.testkit.kubernetes;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks a test class of the "apiserver" rung: constructor and method parameters of type {@link
 * ControlPlane} receive the one control plane of this JVM, those of type {@link TestNamespace} a
 * namespace that lives as long as the test (or, in a constructor or {@code @BeforeAll}, the class).
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("apiserver")
@ExtendWith(ControlPlaneExtension.class)
public @interface WithControlPlane {}
