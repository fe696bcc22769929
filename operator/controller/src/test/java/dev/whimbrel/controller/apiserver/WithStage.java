package dev.whimbrel.controller.apiserver;

import dev.whimbrel.testkit.kubernetes.ControlPlaneExtension;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks a class of this rung: parameters of type {@link Stage} receive the one stage of this JVM.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("apiserver")
@ExtendWith({ControlPlaneExtension.class, StageExtension.class})
@interface WithStage {}
