package io.upriver.schemas;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** This module is the leaf of all: it knows Kafka's clients, CloudEvents and JSON, nothing else. */
class ArchitectureTest {

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("io.upriver.schemas");

    @Test
    void knowsOnlyKafkaClientsCloudEventsAndJson() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "io.upriver.schemas",
                        "org.apache.kafka.clients..",
                        "org.apache.kafka.common..",
                        "io.cloudevents..",
                        "com.fasterxml.jackson..",
                        "org.jspecify.annotations")
                .check(CLASSES);
    }

    @Test
    void knowsNoNativesNoFrameworkAndNoKafkaStreams() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.bytedeco..",
                        "ai.onnxruntime..",
                        "io.quarkus..",
                        "jakarta..",
                        "org.apache.kafka.streams..")
                .check(CLASSES);
    }

    @Test
    void keepsJsonInOnePlace() {
        noClasses()
                .that()
                .doNotHaveSimpleName("Json")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "com.fasterxml.jackson.databind..", "com.fasterxml.jackson.core..")
                .check(CLASSES);
    }

    @Test
    void keepsTheCloudEventsLibraryInOnePlace() {
        noClasses()
                .that()
                .doNotHaveSimpleName("SegmentRecords")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.cloudevents..")
                .check(CLASSES);
    }
}
