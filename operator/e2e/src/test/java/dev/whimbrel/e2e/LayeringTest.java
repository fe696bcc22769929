package dev.whimbrel.e2e;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameStartingWith;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.fabric8.kubernetes.client.CustomResource;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rooms of the house: who may use whom, and what each room keeps out. */
class LayeringTest {

  private static final Path ROOT = Path.of(System.getProperty("whimbrel.root", "../.."));

  /** Of our own modules: what each may use. Arrows point downward only. */
  private static final Map<String, Set<String>> MAY_USE =
      Map.of(
          "api", Set.of(),
          "protocol", Set.of("api"),
          "engine", Set.of("api", "protocol"),
          "analysis", Set.of("api"),
          "google", Set.of(),
          "runner", Set.of("api", "protocol", "analysis", "google"),
          "controller", Set.of("api", "protocol", "engine"),
          "cli", Set.of("api", "protocol", "analysis"),
          "image", Set.of("controller", "runner", "cli"),
          "testkit", Set.of());

  private static final DescribedPredicate<JavaClass> PURE_MODULE =
      resideInAnyPackage(
              "dev.whimbrel.engine..", "dev.whimbrel.protocol..", "dev.whimbrel.analysis..")
          // Generated: it asks its thread whether it is to stop.
          .and(not(simpleNameStartingWith("PgQueryModule")))
          .as("engine, protocol or analysis");

  private static JavaClasses house;

  @BeforeAll
  static void read() throws IOException {
    house = new ClassFileImporter().importPaths(folders("target/classes"));
  }

  static Collection<String> modules() {
    return MAY_USE.keySet().stream().sorted().toList();
  }

  @Test
  void everyModuleIsInThePlanAndCompiled() throws IOException {
    List<String> modules =
        folders("src/main/java").stream()
            .map(folder -> ROOT.resolve("operator").relativize(folder).getName(0).toString())
            .toList();

    Set<String> compiled =
        house.stream()
            .map(type -> type.getPackageName().split("\\.")[2])
            .collect(Collectors.toSet());

    assertThat(MAY_USE.keySet()).containsExactlyInAnyOrderElementsOf(modules);
    assertThat(compiled)
        .as("modules with compiled classes; ./mvnw -DskipTests package compiles all")
        .containsExactlyInAnyOrderElementsOf(modules);
  }

  @ParameterizedTest
  @MethodSource("modules")
  void aModuleUsesOnlyWhatStandsBelowIt(String module) {
    String[] others =
        MAY_USE.keySet().stream()
            .filter(other -> !other.equals(module) && !MAY_USE.get(module).contains(other))
            .map(other -> "dev.whimbrel." + other + "..")
            .toArray(String[]::new);

    noClasses()
        .that()
        .resideInAPackage("dev.whimbrel." + module + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others)
        .check(house);
  }

  @Test
  void theCoreIsPure() {
    noClasses()
        .that(PURE_MODULE)
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                    "java.nio.file..",
                    "java.nio.channels..",
                    "java.net.http..",
                    "java.sql..",
                    "javax.net..",
                    "java.util.logging..",
                    "org.slf4j..",
                    "io.javaoperatorsdk..",
                    "io.fabric8.kubernetes.client..")
                .or(resideInAPackage("java.net..").and(not(type(URI.class))))
                .or(type(File.class))
                .or(type(ProcessBuilder.class))
                .or(type(Thread.class))
                // The kinds extend it; they are data all the same.
                .and(not(type(CustomResource.class))))
        .because("decisions, documents and verdicts are functions of what they are given")
        .check(house);
  }

  @Test
  void theCoreIsGivenTimeAndChance() {
    noClasses()
        .that(PURE_MODULE)
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(LocalDate.class, "now")
        .orShould()
        .callMethod(LocalDateTime.class, "now")
        .orShould()
        .callMethod(OffsetDateTime.class, "now")
        .orShould()
        .callMethod(ZonedDateTime.class, "now")
        .orShould()
        .callMethod(Clock.class, "systemUTC")
        .orShould()
        .callMethod(Clock.class, "systemDefaultZone")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "getenv")
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .orShould()
        .callMethod(Math.class, "random")
        .orShould()
        .callMethod(UUID.class, "randomUUID")
        .orShould()
        .callConstructor(Random.class)
        .because("a simulation must be able to replay what happened")
        .check(house);
  }

  @Test
  void aNameSaysWhatAThingDoes() {
    noClasses()
        .should()
        .haveNameMatching(".*(Utils?|Manager|Helper|Impl|Base)(\\$.*)?")
        .orShould()
        .haveNameMatching(".*\\.Abstract[A-Z][^.]*")
        .check(house);
  }

  @Test
  void onlyMainClassesEndTheProcess() {
    classes()
        .that(
            DescribedPredicate.describe(
                "end the process",
                (JavaClass type) ->
                    type.getMethodCallsFromSelf().stream()
                        .anyMatch(call ->
                            call.getName().equals("exit")
                                && (call.getTargetOwner().isEquivalentTo(System.class)
                                    || call.getTargetOwner().isEquivalentTo(Runtime.class)))))
        .should(
            be(
                DescribedPredicate.describe(
                    "a main class",
                    (JavaClass type) -> type.tryGetMethod("main", String[].class).isPresent())))
        .allowEmptyShould(true)
        .check(house);
  }

  @Test
  void everyPackageSaysWhatItIsFor() throws IOException {
    List<Path> silent =
        Stream.concat(folders("src/main/java").stream(), folders("src/test/java").stream())
            .flatMap(LayeringTest::packages)
            .filter(folder -> !Files.exists(folder.resolve("package-info.java")))
            .filter(folder -> !Files.exists(mainTwin(folder).resolve("package-info.java")))
            .map(ROOT::relativize)
            .toList();

    assertThat(silent).as("packages without package-info.java").isEmpty();
  }

  /** A test package is described where the code that it tests is. */
  private static Path mainTwin(Path folder) {
    return Path.of(folder.toString().replace("/src/test/java/", "/src/main/java/"));
  }

  private static Stream<Path> packages(Path sources) {
    try (Stream<Path> files = Files.walk(sources)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .map(Path::getParent)
          .distinct()
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> folders(String inModule) throws IOException {
    try (Stream<Path> modules = Files.list(ROOT.resolve("operator"))) {
      return modules
          .map(module -> module.resolve(inModule))
          .filter(Files::isDirectory)
          .sorted()
          .toList();
    }
  }
}
