package io.upriver;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noCodeUnits;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The directions between packages, as ARCHITECTURE.md draws them. */
class ArchitectureTest {

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("io.upriver");

    private static final List<String> PACKAGES =
            List.of(
                    "frame",
                    "graph",
                    "media",
                    "engine",
                    "model",
                    "observe",
                    "segment",
                    "kafka",
                    "admin",
                    "topology",
                    "ingest",
                    "egress",
                    "job",
                    "api",
                    "web",
                    "hotswap",
                    "ontime",
                    "demo",
                    "app");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "frame    | ''",
                "graph    | ''",
                "observe  | ''",
                "media    | frame",
                "engine   | frame graph",
                "model    | engine frame graph",
                "kafka    | ''",
                "admin    | model kafka",
                "segment  | media engine model frame observe",
                "topology | segment kafka observe",
                "ingest   | kafka media",
                "egress   | frame kafka media",
                "job      | admin ingest egress media kafka",
                "api      | admin model media kafka job",
                "web      | api job ingest egress media observe",
                "hotswap  | frame graph media model observe kafka",
                "ontime   | media observe kafka",
                "demo     | ingest media",
                "app      | frame graph media engine model observe segment kafka admin topology"
                        + " ingest egress job api web hotswap ontime demo"
            })
    void knowsOnlyThePackagesDrawn(String name, String allowed) {
        List<String> forbidden = new ArrayList<>();
        for (String other : PACKAGES) {
            if (!other.equals(name) && !List.of(allowed.split(" ")).contains(other)) {
                forbidden.add("io.upriver." + other + "..");
            }
        }
        if (!forbidden.isEmpty()) {
            noClasses()
                    .that()
                    .resideInAPackage("io.upriver." + name + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(forbidden.toArray(String[]::new))
                    .check(CLASSES);
        }
    }

    @ParameterizedTest
    @CsvSource({"frame", "graph", "media", "engine", "observe"})
    void doesNotKnowTheWordsOnTheWire(String name) {
        noClasses()
                .that()
                .resideInAPackage("io.upriver." + name + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.upriver.schemas..", "org.apache.kafka..")
                .check(CLASSES);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "org.bytedeco..          | media",
                "ai.onnxruntime..        | engine",
                "ai.onnx.proto..         | graph",
                "com.google.protobuf..   | graph",
                "kafka..                 | kafka",
                "io.quarkus..            | app",
                "jakarta.ws.rs..         | api web",
                "io.vertx..              | api web app",
                "org.eclipse.microprofile.openapi.. | api web",
                "java.awt..              | demo",
                "javax.imageio..         | demo",
                "io.micrometer..         | observe app",
                "io.opentelemetry..      | observe app",
                "picocli..               | app"
            })
    void keepsALibraryInItsPackages(String library, String only) {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        Stream.of(only.split(" "))
                                .map(name -> "io.upriver." + name + "..")
                                .toArray(String[]::new))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .check(CLASSES);
    }

    @Test
    void keepsKafkaStreamsInTheTopologyAndItsWiring() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.upriver.topology..", "io.upriver.app..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.kafka.streams..")
                .check(CLASSES);
    }

    @Test
    void showsNoNativeTypeInAPublicSignature() {
        noCodeUnits()
                .that()
                .arePublic()
                .and()
                .areDeclaredInClassesThat()
                .arePublic()
                .should(mentionNativeTypes())
                .check(CLASSES);
    }

    @Test
    void neverMeetsTheTrainer() {
        classes()
                .should()
                .onlyDependOnClassesThat(
                        DescribedPredicate.not(
                                JavaClass.Predicates.resideInAnyPackage(
                                        "io.upriver.train..",
                                        "io.upriver.student..",
                                        "io.upriver.data..",
                                        "io.upriver.export..",
                                        "io.upriver.evaluate..")))
                .check(CLASSES);
    }

    private static ArchCondition<JavaCodeUnit> mentionNativeTypes() {
        return new ArchCondition<>("mention native types") {
            @Override
            public void check(JavaCodeUnit unit, ConditionEvents events) {
                boolean mentions =
                        Stream.concat(
                                        Stream.of(unit.getRawReturnType()),
                                        unit.getRawParameterTypes().stream())
                                .map(JavaClass::getPackageName)
                                .anyMatch(
                                        name ->
                                                name.startsWith("org.bytedeco")
                                                        || name.startsWith("ai.onnxruntime"));
                // Callbacks of the native libraries are private classes of media.
                boolean visible = !unit.getOwner().getSimpleName().isEmpty();
                events.add(new SimpleConditionEvent(unit, mentions && visible, unit.getFullName()));
            }
        };
    }
}
