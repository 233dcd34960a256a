package io.upriver;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.upriver.train.TrainMain;
import org.junit.jupiter.api.Test;

/** The trainer's package directions. */
class ArchitectureTest {
    private static final JavaClasses TRAINER =
            new ClassFileImporter()
                    .importUrl(TrainMain.class.getProtectionDomain().getCodeSource().getLocation());

    @Test
    void onlyPackagesThatTrainKnowLibtorch() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "io.upriver.student..", "io.upriver.teacher..", "io.upriver.distil..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.bytedeco.pytorch..")
                .check(TRAINER);
    }

    @Test
    void ffmpegStaysInsideThreeClassesOfData() {
        noClasses()
                .that()
                .haveNameNotMatching("io\\.upriver\\.data\\.Video(Codec|Reader|Quantizer).*")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.bytedeco.ffmpeg..")
                .check(TRAINER);
        noClasses()
                .that()
                .resideInAPackage("io.upriver.data..")
                .and()
                .haveNameNotMatching("io\\.upriver\\.data\\.Video(Codec|Reader|Quantizer).*")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.bytedeco..")
                .check(TRAINER);
    }

    @Test
    void onlyPackagesWithANativeEdgeKnowJavaCpp() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "io.upriver.data..",
                        "io.upriver.student..",
                        "io.upriver.teacher..",
                        "io.upriver.distil..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.bytedeco..")
                .check(TRAINER);
    }

    @Test
    void libtorchStaysInsideItsFewClasses() {
        noClasses()
                .that()
                .resideInAPackage("io.upriver.student..")
                .and()
                .haveNameNotMatching(
                        "io\\.upriver\\.student\\.(StudentNetwork|LibtorchOperators|StudentLoss|SelfTest).*")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.bytedeco..")
                .check(TRAINER);
        noClasses()
                .that()
                .resideInAPackage("io.upriver.teacher..")
                .and()
                .haveNameNotMatching(
                        "io\\.upriver\\.teacher\\.(TeacherNetwork|SmfaNet|Edsr|TorchWeights).*")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.bytedeco..")
                .check(TRAINER);
    }

    @Test
    void onlyEvaluateKnowsOnnxRuntimeAndOnlyExportTheOnnxFormat() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.upriver.evaluate..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("ai.onnxruntime..")
                .check(TRAINER);
        noClasses()
                .that()
                .resideOutsideOfPackage("io.upriver.export..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("ai.onnx.proto..", "com.google.protobuf..")
                .check(TRAINER);
    }

    @Test
    void onlyCurvesDrawChartsAndOnlyTheConsoleShowsABar() {
        noClasses()
                .that()
                .haveNameNotMatching("io\\.upriver\\.train\\.Curves.*")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.knowm..")
                .check(TRAINER);
        noClasses()
                .that()
                .haveNameNotMatching("io\\.upriver\\.train\\.Console.*")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("me.tongfei..")
                .check(TRAINER);
    }

    @Test
    void onlyPublishKnowsKafka() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.upriver.publish..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..")
                .check(TRAINER);
    }

    @Test
    void packagesDependInOneDirection() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("train")
                .definedBy("io.upriver.train..")
                .layer("publish")
                .definedBy("io.upriver.publish..")
                .layer("export")
                .definedBy("io.upriver.export..")
                .layer("student")
                .definedBy("io.upriver.student..")
                .layer("teacher")
                .definedBy("io.upriver.teacher..")
                .layer("distil")
                .definedBy("io.upriver.distil..")
                .layer("learn")
                .definedBy("io.upriver.learn..")
                .layer("evaluate")
                .definedBy("io.upriver.evaluate..")
                .layer("data")
                .definedBy("io.upriver.data..")
                .whereLayer("train")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("publish")
                .mayOnlyBeAccessedByLayers("train")
                .whereLayer("export")
                .mayOnlyBeAccessedByLayers("train", "publish")
                .whereLayer("distil")
                .mayOnlyBeAccessedByLayers("train")
                .whereLayer("student")
                .mayOnlyBeAccessedByLayers("train", "export", "distil")
                .whereLayer("teacher")
                .mayOnlyBeAccessedByLayers("train", "distil")
                .whereLayer("learn")
                .mayOnlyBeAccessedByLayers(
                        "train", "publish", "export", "student", "teacher", "distil")
                .whereLayer("evaluate")
                .mayOnlyBeAccessedByLayers("train", "publish", "export", "teacher")
                .whereLayer("data")
                .mayOnlyBeAccessedByLayers(
                        "train",
                        "publish",
                        "export",
                        "student",
                        "teacher",
                        "distil",
                        "learn",
                        "evaluate")
                .check(TRAINER);
    }

    @Test
    void theTrainerDoesNotKnowTheService() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.upriver.frame..",
                        "io.upriver.media..",
                        "io.upriver.engine..",
                        "io.upriver.model..",
                        "io.upriver.segment..",
                        "io.upriver.topology..",
                        "io.upriver.ingest..",
                        "io.upriver.egress..",
                        "io.upriver.api..",
                        "io.upriver.web..",
                        "io.upriver.observe..",
                        "io.upriver.app..",
                        "io.quarkus..")
                .check(TRAINER);
    }
}
