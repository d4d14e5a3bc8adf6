package io.capstan;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;

/** Who may import whom. This class is the graph; docs/ARCHITECTURE.md tells it. */
@AnalyzeClasses(packages = "io.capstan", importOptions = ImportOption.DoNotIncludeTests.class)
class RoomsTest {

    private static final String JDK = "java..";

    /** Annotations alone; they are no dependency at run time. */
    private static final String JSPECIFY = "org.jspecify..";

    private static final String LOGGING = "org.slf4j..";

    /** Whoever reads a chunk file must be able to undo its compression, and its encryption where the key is there. */
    @ArchTest
    static final ArchRule FORMAT_STANDS_ALONE =
            room("format").mayUse("com.github.luben.zstd..", "javax.crypto..");

    @ArchTest static final ArchRule BUFFER_STANDS_ALONE = room("buffer").mayUse();

    @ArchTest static final ArchRule METRICS_STANDS_ALONE = room("metrics").mayUse();

    @ArchTest
    static final ArchRule SCSI_KNOWS_NO_STORAGE =
            room("scsi").mayUse("io.capstan.buffer..", "io.capstan.metrics..");

    @ArchTest
    static final ArchRule STORE_KNOWS_NO_SCSI_AND_NO_CATALOG =
            room("store")
                    .mayUse("io.capstan.format..", "io.capstan.buffer..", "io.capstan.metrics..");

    @ArchTest
    static final ArchRule CATALOG_KNOWS_NO_SCSI_AND_NO_STORE =
            room("catalog")
                    .mayUse(
                            "io.capstan.format..",
                            "io.capstan.buffer..",
                            "io.capstan.metrics..",
                            "org.lmdbjava..");

    @ArchTest
    static final ArchRule UPKEEP_KNOWS_STORE_AND_CATALOG =
            room("upkeep")
                    .mayUse(
                            "io.capstan.store..",
                            "io.capstan.catalog..",
                            "io.capstan.format..",
                            "io.capstan.metrics..");

    @ArchTest
    static final ArchRule TIER_KNOWS_STORE_AND_CATALOG =
            room("tier")
                    .mayUse(
                            "io.capstan.store..",
                            "io.capstan.catalog..",
                            "io.capstan.format..",
                            "io.capstan.metrics..",
                            "software.amazon.awssdk..");

    @ArchTest
    static final ArchRule CONFIG_KNOWS_NOBODY =
            room("config").mayUse("io.capstan.format..", "com.fasterxml.jackson..", "org.yaml..");

    @ArchTest
    static final ArchRule MEDIUM_KNOWS_NO_SCSI =
            room("medium")
                    .mayUse(
                            "io.capstan.store..",
                            "io.capstan.catalog..",
                            "io.capstan.format..",
                            "io.capstan.buffer..",
                            "io.capstan.metrics..");

    @ArchTest
    static final ArchRule DRIVE_KNOWS_NO_TRANSPORT_AND_NO_CHANGER =
            room("drive")
                    .mayUse(
                            "io.capstan.scsi..",
                            "io.capstan.medium..",
                            "io.capstan.store..",
                            "io.capstan.catalog..",
                            "io.capstan.format..",
                            "io.capstan.buffer..",
                            "io.capstan.metrics..");

    @ArchTest
    static final ArchRule CHANGER_KNOWS_DRIVES_AS_DATA_TRANSFER_ELEMENTS_ALONE =
            room("changer")
                    .mayUse(
                            "io.capstan.scsi..",
                            "io.capstan.catalog..",
                            "io.capstan.format..",
                            "io.capstan.buffer..",
                            "io.capstan.metrics..");

    @ArchTest
    static final ArchRule TRANSPORT_KNOWS_NO_TAPE =
            room("tcmu").mayUse("io.capstan.scsi..", "io.capstan.buffer..", "io.capstan.metrics..");

    @ArchTest
    static final ArchRule ISCSI_KNOWS_NO_TAPE =
            room("iscsi")
                    .mayUse(
                            "io.capstan.scsi..",
                            "io.capstan.buffer..",
                            "io.capstan.metrics..",
                            "io.netty..");

    @ArchTest
    static final ArchRule DISK_HEALTH_KNOWS_NO_TAPE_AND_NO_SCSI =
            room("smart")
                    .mayUse(
                            "io.capstan.store..",
                            "io.capstan.catalog..",
                            "io.capstan.format..",
                            "io.capstan.metrics..",
                            "com.fasterxml.jackson..",
                            "org.hipparchus..");

    @ArchTest
    static final ArchRule NOBODY_IMPORTS_THE_APPLIANCE =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("io.capstan.appliance..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.capstan.appliance..");

    @ArchTest
    static final ArchRule LMDB_STAYS_IN_THE_CATALOG =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("io.capstan.catalog..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("org.lmdbjava..", "jnr..");

    @ArchTest
    static final ArchRule NETTY_AND_PICOCLI_STAY_WITH_THOSE_WHO_SERVE =
            noClasses()
                    .that()
                    .resideOutsideOfPackages("io.capstan.appliance..", "io.capstan.iscsi..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("io.netty..", "picocli..");

    @ArchTest
    static final ArchRule AWS_STAYS_IN_THE_TIER_THAT_SPEAKS_S3 =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("io.capstan.tier.s3..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("software.amazon..", "org.reactivestreams..");

    /** Memory segments carry data everywhere; calling foreign functions is for few. */
    @ArchTest
    static final ArchRule FOREIGN_FUNCTIONS_STAY_WITH_THOSE_WHO_CALL_THEM =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(
                            "io.capstan.buffer..", "io.capstan.tcmu..", "io.capstan.appliance..")
                    .should()
                    .dependOnClassesThat()
                    .haveFullyQualifiedName("java.lang.foreign.Linker");

    private record Room(String name) {

        ArchRule mayUse(String... others) {
            String[] allowed = new String[others.length + 4];
            System.arraycopy(others, 0, allowed, 0, others.length);
            allowed[others.length] = "io.capstan." + name + "..";
            allowed[others.length + 1] = JDK;
            allowed[others.length + 2] = JSPECIFY;
            allowed[others.length + 3] = LOGGING;
            return ArchRuleDefinition.classes()
                    .that()
                    .resideInAPackage("io.capstan." + name + "..")
                    .should()
                    .onlyDependOnClassesThat(
                            JavaClass.Predicates.resideInAnyPackage(allowed)
                                    .or(JavaClass.Predicates.type(Object.class)));
        }
    }

    private static Room room(String name) {
        return new Room(name);
    }
}
