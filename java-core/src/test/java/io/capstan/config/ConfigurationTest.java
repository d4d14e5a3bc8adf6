package io.capstan.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every default, every key, and the file that is shipped. */
class ConfigurationTest {

    @Test
    void hasDefaultsForEverything() {
        Configuration defaults = Configuration.defaults();

        assertThat(Configuration.DEFAULT_FILE).isEqualTo(Path.of("/etc/capstan/capstan.yaml"));
        assertThat(defaults.dataDirectory()).isEqualTo(Path.of("/var/lib/capstan"));
        assertThat(defaults.store().directories()).isEmpty();
        assertThat(defaults.store().chunkSizeBytes()).isEqualTo(67_108_864);
        assertThat(defaults.store().reserveBytes()).isEqualTo(268_435_456);
        assertThat(defaults.catalog().mapSizeInitialBytes()).isEqualTo(1_073_741_824);
        assertThat(defaults.catalog().synchronousCommits()).isTrue();
        assertThat(defaults.kernel().enabled()).isEqualTo(KernelSettings.Enabled.AUTO);
        assertThat(defaults.kernel().maxDataAreaMib()).isEqualTo(16);
        assertThat(defaults.kernel().spinCount()).isZero();
        assertThat(defaults.api().socket()).isEqualTo(Path.of("/run/capstan/capstan.sock"));
        assertThat(defaults.libraries()).isEmpty();

        LibrarySettings library =
                parse("libraries: [{name: lib0, cartridges: [{count: 1}]}]").libraries().getFirst();
        assertThat(library.personality()).isEqualTo("stk-l700");
        assertThat(library.serialNumber()).isEmpty();
        assertThat(library.drives())
                .containsExactly(
                        new DriveSettings("ibm-ult3580-td8", Optional.empty()),
                        new DriveSettings("ibm-ult3580-td8", Optional.empty()));
        assertThat(library.storageElements()).isEqualTo(40);
        assertThat(library.importExportElements()).isEqualTo(4);
        assertThat(library.cartridges())
                .containsExactly(
                        new CartridgeSettings("CAP", 1, 1, "LTO-8", "L8", OptionalLong.empty()));
        assertThat(parse("libraries: [{name: lib0}]").libraries().getFirst().cartridges())
                .isEmpty();
    }

    @Test
    void librariesMayNameAddedPersonalitiesWhereverTheDirectoryIsNamed() {
        String text =
                "libraries: [{name: lib0, personality: own-changer}]\npersonality-dir: /etc/own";

        Configuration configuration = Configuration.parse("test", text, new TestEquipment());

        assertThat(configuration.libraries().getFirst().personality()).isEqualTo("own-changer");
    }

    @Test
    void anEmptyFileGivesTheDefaults() {
        for (String text :
                List.of("", "# nothing\n", "---\n", "store:\nkernel:\n", "libraries:\n", "{}")) {
            assertThat(parse(text)).as("'%s'", text).isEqualTo(Configuration.defaults());
        }
    }

    @Test
    void readsTiersInS3() {
        Configuration configuration =
                parse(
                        """
                        tiers:
                          - {name: aws, kind: s3, bucket: tapes}
                          - name: deep
                            kind: s3
                            bucket: tapes
                            prefix: node1/deep
                            region: eu-west-1
                            endpoint: https://s3.example.org:9000
                            path-style: false
                            credentials-file: /etc/capstan/deep.credentials
                            storage-class: deep-archive
                            retrieval: bulk
                            recalled-days: 7
                            poll-seconds: 60
                            part-size: 16MiB
                            timeout-seconds: 10
                            read-back: true
                            lock-mode: compliance
                            lock-days: 365
                        """);

        assertThat(configuration.tiers())
                .extracting(tier -> tier.s3().orElseThrow())
                .containsExactly(
                        new S3Settings(
                                "tapes",
                                "",
                                "us-east-1",
                                Optional.empty(),
                                false,
                                Optional.empty(),
                                S3Settings.StorageClass.STANDARD,
                                S3Settings.Retrieval.STANDARD,
                                3,
                                600,
                                8 << 20,
                                60,
                                false,
                                Optional.empty(),
                                30),
                        new S3Settings(
                                "tapes",
                                "node1/deep/",
                                "eu-west-1",
                                Optional.of(URI.create("https://s3.example.org:9000")),
                                false,
                                Optional.of(Path.of("/etc/capstan/deep.credentials")),
                                S3Settings.StorageClass.DEEP_ARCHIVE,
                                S3Settings.Retrieval.BULK,
                                7,
                                60,
                                16 << 20,
                                10,
                                true,
                                Optional.of(S3Settings.LockMode.COMPLIANCE),
                                365));
    }

    @Test
    void readsTiersAndLinks() {
        Configuration configuration =
                parse(
                        """
                        libraries:
                          - name: lib0
                          - name: vault0
                            drives: {count: 0}
                        tiers:
                          - name: slow
                            kind: directory
                            directory: /slow
                          - name: vault
                            kind: vault
                            directory: /vault
                            libraries: [vault0]
                            bandwidth: 10MiB
                            delay-seconds: 60
                            batch-seconds: 30
                            recalled-hours: 2
                        links:
                          - ends:
                              - {library: lib0, import-export: 1}
                              - {library: vault0, import-export: 2, keep: true, arrive: storage}
                            identifiers: own
                            departs: eject
                          - ends:
                              - {library: lib0, import-export: 2, arrive: import-export}
                              - {library: vault0, import-export: 1}
                        """);

        assertThat(configuration.tiers())
                .containsExactly(
                        new TierSettings(
                                "slow",
                                TierSettings.Kind.DIRECTORY,
                                Path.of("/slow"),
                                List.of(),
                                200L << 20,
                                14_400,
                                600,
                                24,
                                Optional.empty()),
                        new TierSettings(
                                "vault",
                                TierSettings.Kind.VAULT,
                                Path.of("/vault"),
                                List.of("vault0"),
                                10L << 20,
                                60,
                                30,
                                2,
                                Optional.empty()));
        assertThat(configuration.links())
                .containsExactly(
                        new LinkSettings(
                                List.of(
                                        new LinkSettings.End("lib0", 1, false, false),
                                        new LinkSettings.End("vault0", 2, true, true)),
                                LinkSettings.Identifiers.OWN,
                                LinkSettings.Departs.EJECT),
                        new LinkSettings(
                                List.of(
                                        new LinkSettings.End("lib0", 2, false, false),
                                        new LinkSettings.End("vault0", 1, false, false)),
                                LinkSettings.Identifiers.SAME,
                                LinkSettings.Departs.MOVE));
    }

    @Test
    void demoIsOneSmallLibrary() {
        Configuration demo = Configuration.demo(Path.of("var"));

        assertThat(demo.dataDirectory()).isEqualTo(Path.of("var").toAbsolutePath());
        assertThat(demo.api().socket()).isEqualTo(demo.dataDirectory().resolve("capstan.sock"));
        assertThat(demo.store()).isEqualTo(StoreSettings.DEFAULTS);
        assertThat(demo.libraries()).hasSize(1);
        LibrarySettings library = demo.libraries().getFirst();
        assertThat(library.drives()).hasSize(4);
        assertThat(library.storageElements()).isEqualTo(40);
        assertThat(library.importExportElements()).isEqualTo(4);
        assertThat(library.cartridges().getFirst().barcodes())
                .hasSize(20)
                .startsWith("CAP001L8", "CAP002L8")
                .endsWith("CAP020L8");
        assertThat(new TestEquipment().changerPersonalities()).contains(library.personality());
        assertThat(new TestEquipment().drivePersonalities())
                .contains(library.drives().getFirst().personality());
    }

    @Test
    void readsEveryKey() {
        Configuration configuration =
                parse(
                        """
                        data-dir: /srv/capstan
                        store:
                          directories: [/disk0, /disk1/../disk2]
                          chunk-size: 128 MiB
                          reserve: 10GB
                        catalog:
                          map-size-initial: 4GiB
                          synchronous-commits: false
                        kernel:
                          enabled: on
                          max-data-area-mib: 64
                          spin-count: 1000
                        api:
                          socket: /tmp/socket
                        disks:
                          watch: false
                          poll-interval-seconds: 600
                          smartctl: /opt/smartctl
                          read-limit-seconds: 20
                          webhook: https://example.com/alarms
                          mail: root@example.com
                          devices:
                            - {device: /dev/sda, type: "megaraid,3"}
                          confirmations: 3
                          move-bandwidth: 10MiB
                          free-space-min: 5GiB
                          disks-per-day-max: 1
                          outlier-confidence: 0.95
                          retrain-interval-days: 7
                          room: machine room 2
                          enclosure: rack 7
                          policies:
                            - {name: far, horizon-days: 365, probability: 0.4, action: alert}
                            - {name: few-missed, miss-at-most: 0.1, action: evacuate}
                            - {name: sure, precision: 0.5, action: replace}
                            - {name: dear, failure-cost: 20, action: replace}
                          service-levels:
                            - {pool: default, confidence: 0.98}
                          evidence:
                            smart-status-failed: 100
                            nvme-critical-warning: 1
                            self-test-failed: 2.5
                            repeated-io-errors: 4
                        libraries:
                          - name: lib0
                            personality: ibm-03584l32
                            serial: ABC123
                            drives:
                              - personality: ibm-ult3580-td9
                                serial: DRV1
                              - {}
                            storage-elements: 100
                            import-export-elements: 0
                            cartridges:
                              - prefix: E
                                first-number: 100
                                count: 2
                                medium: LTO-9
                                capacity: 1GiB
                              - prefix: "12345"
                                count: 3
                                suffix: ""
                          - name: lib1
                            drives: {count: 1, personality: ibm-ult3580-td9}
                        """);

        DriveSettings td9 = new DriveSettings("ibm-ult3580-td9", Optional.empty());
        assertThat(configuration)
                .isEqualTo(
                        new Configuration(
                                Path.of("/srv/capstan"),
                                new StoreSettings(
                                        List.of(Path.of("/disk0"), Path.of("/disk2")),
                                        134_217_728,
                                        10_000_000_000L),
                                new CatalogSettings(4_294_967_296L, false),
                                new KernelSettings(KernelSettings.Enabled.ON, 64, 1000),
                                IscsiSettings.DEFAULTS,
                                new ApiSettings(Path.of("/tmp/socket")),
                                new DisksSettings(
                                        false,
                                        600,
                                        Path.of("/opt/smartctl"),
                                        20,
                                        List.of(
                                                new DiskDeviceSettings(
                                                        Path.of("/dev/sda"), "megaraid,3")),
                                        Optional.of("https://example.com/alarms"),
                                        Optional.of("root@example.com"),
                                        3,
                                        10 << 20,
                                        5L << 30,
                                        1,
                                        0.95,
                                        7,
                                        List.of("machine room 2", "rack 7"),
                                        List.of(
                                                policy("far", 365, "PROBABILITY", 0.4, "ALERT"),
                                                policy(
                                                        "few-missed",
                                                        30,
                                                        "MISS_AT_MOST",
                                                        0.1,
                                                        "EVACUATE"),
                                                policy("sure", 30, "PRECISION", 0.5, "REPLACE"),
                                                policy("dear", 30, "FAILURE_COST", 20, "REPLACE")),
                                        List.of(new ServiceLevelSettings("default", 0.98)),
                                        new EvidenceSettings(100, 1, 2.5, 4)),
                                List.of(
                                        new LibrarySettings(
                                                "lib0",
                                                "ibm-03584l32",
                                                Optional.of("ABC123"),
                                                List.of(
                                                        new DriveSettings(
                                                                "ibm-ult3580-td9",
                                                                Optional.of("DRV1")),
                                                        DriveSettings.DEFAULTS),
                                                100,
                                                0,
                                                List.of(
                                                        new CartridgeSettings(
                                                                "E",
                                                                100,
                                                                2,
                                                                "LTO-9",
                                                                "L9",
                                                                OptionalLong.of(1 << 30)),
                                                        new CartridgeSettings(
                                                                "12345",
                                                                1,
                                                                3,
                                                                "LTO-8",
                                                                "",
                                                                OptionalLong.empty()))),
                                        new LibrarySettings(
                                                "lib1",
                                                "stk-l700",
                                                Optional.empty(),
                                                List.of(td9),
                                                40,
                                                4,
                                                List.of())),
                                List.of(),
                                List.of(),
                                ShelfSettings.DEFAULTS,
                                RecallSettings.DEFAULTS,
                                AccountingSettings.DEFAULTS,
                                List.of(),
                                GenerationSettings.DEFAULTS,
                                TombstoneSettings.DEFAULTS,
                                List.of()));
        assertThat(configuration.libraries().getFirst().cartridges())
                .extracting(CartridgeSettings::barcodes)
                .containsExactly(
                        List.of("E00100L9", "E00101L9"), List.of("123451", "123452", "123453"));
    }

    @Test
    void theShippedFileShowsTheDefaults() throws IOException {
        String text = shippedFile();

        assertThat(parse(text)).isEqualTo(Configuration.defaults());
        for (String key :
                List.of(
                        "data-dir",
                        "directories",
                        "chunk-size",
                        "reserve",
                        "map-size-initial",
                        "synchronous-commits",
                        "enabled",
                        "max-data-area-mib",
                        "spin-count",
                        "socket")) {
            assertThat(text).containsPattern("(?m)^ *" + key + ": ");
        }
    }

    @Test
    void theShippedFileShowsTheDemonstrationLibrary() throws IOException {
        String text = shippedFile();
        String uncommented =
                text.substring(text.indexOf("#libraries:"))
                        .replaceAll("(?m)^#", "")
                        .replaceAll("(?m)^( *)#([a-z]+: )", "$1$2");

        LibrarySettings shown = parse(uncommented).libraries().getFirst();
        LibrarySettings demo = Configuration.demo(Path.of("/")).libraries().getFirst();
        assertThat(shown.serialNumber()).contains("LIB0SERIAL");
        assertThat(shown.cartridges().getFirst().capacityBytes()).hasValue(12_000_000_000_000L);
        assertThat(shown)
                .usingRecursiveComparison()
                .ignoringFields("serialNumber", "cartridges.capacityBytes")
                .isEqualTo(demo);
    }

    @Test
    void loadsAFile(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("capstan.yaml"), "data-dir: /data\n");

        assertThat(Configuration.load(file, new TestEquipment()).dataDirectory())
                .isEqualTo(Path.of("/data"));
    }

    private static DiskPolicySettings policy(
            String name, int horizonDays, String criterion, double value, String action) {
        return new DiskPolicySettings(
                name,
                horizonDays,
                DiskPolicySettings.Criterion.valueOf(criterion),
                value,
                DiskPolicySettings.Action.valueOf(action));
    }

    private static Configuration parse(String text) {
        return Configuration.parse("capstan.yaml", text, new TestEquipment());
    }

    private static String shippedFile() throws IOException {
        try (InputStream stream =
                Objects.requireNonNull(
                        Configuration.class.getResourceAsStream("/etc/capstan.yaml"))) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
