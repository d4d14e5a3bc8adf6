package io.capstan.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What each mistake in a configuration file gets. */
class ConfigExceptionTest {

    private static final Equipment EQUIPMENT = new TestEquipment();

    static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake(
                        "data-dri: /x",
                        "1:1: data-dri: unknown key; known here are accounting, api, blank-cartridges, catalog, data-dir, disks, generations, iscsi, kernel, libraries, links, personality-dir, recall, shelf, store, tenants, tiers, tombstones"),
                mistake(
                        "tiers:\n  - {name: active, kind: vault, directory: /x}",
                        "2:12: tiers[0].name: 'active' is not a name: a lower-case letter, then up to 31 of a-z, 0-9 and '-', and not 'active'"),
                mistake(
                        "tiers:\n  - {name: v, kind: vault}",
                        "2:5: tiers[0].directory: is missing"),
                mistake(
                        "tiers:\n  - {name: v, kind: vault, directory: /v, libraries: [lib0]}",
                        "2:55: tiers[0].libraries[0]: there is no library lib0"),
                mistake(
                        "libraries: [{name: lib0}]\ntiers:\n  - {name: v, kind: vault, directory: /v, libraries: [lib0]}",
                        "3:55: tiers[0].libraries[0]: library lib0 has drives, which work with the node's own disks alone"),
                mistake("tiers:\n  - {name: t, kind: s3}", "2:5: tiers[0].bucket: is missing"),
                mistake(
                        "tiers:\n  - {name: t, kind: s3, bucket: Tapes}",
                        "2:33: tiers[0].bucket: 'Tapes' is not a bucket's name: 3 to 63 of a-z, 0-9, '.' and '-'"),
                mistake(
                        "tiers:\n  - {name: t, kind: s3, bucket: tapes, endpoint: localhost}",
                        "2:50: tiers[0].endpoint: 'localhost' is not http:// or https://, a host and perhaps a port"),
                mistake(
                        "tiers:\n  - {name: t, kind: s3, bucket: tapes, storage-class: glaciers}",
                        "2:55: tiers[0].storage-class: 'glaciers' is not one of deep-archive, glacier, glacier-ir, intelligent-tiering, onezone-ia, standard, standard-ia"),
                mistake(
                        "tiers:\n  - {name: t, kind: s3, bucket: tapes, storage-class: deep-archive, retrieval: expedited}",
                        "2:80: tiers[0].retrieval: storage class deep-archive has none that is expedited"),
                mistake(
                        "tiers:\n  - {name: t, kind: s3, bucket: tapes, part-size: 1MiB}",
                        "2:51: tiers[0].part-size: 1MiB is not within 5MiB to 64MiB"),
                mistake(
                        "tiers:\n  - {name: t, kind: s3, bucket: tapes, lock-days: 5}",
                        "2:51: tiers[0].lock-days: nothing is locked without lock-mode"),
                mistake(
                        "tiers:\n  - {name: t, kind: s3, bucket: tapes}\n  - {name: u, kind: s3, bucket: tapes}",
                        "3:33: tiers[1].bucket: tier bucket s3 tapes/ is used in line 2 already"),
                mistake(
                        "tiers:\n  - {name: t, kind: s3, bucket: tapes, directory: /x}",
                        "2:40: tiers[0].directory: unknown key; known here are bandwidth, bucket, credentials-file, endpoint, kind, libraries, lock-days, lock-mode, name, part-size, path-style, poll-seconds, prefix, read-back, recalled-days, region, retrieval, storage-class, timeout-seconds"),
                mistake(
                        "links:\n  - {ends: []}",
                        "2:12: links[0].ends: a link has two ends, and there are 0"),
                mistake(
                        "libraries: [{name: lib0}, {name: lib1}]\nlinks:\n  - ends:\n    - {library: lib0, import-export: 9}\n    - {library: lib1, import-export: 1}",
                        "4:17: links[0].ends[0].library: library lib0 has 4 import/export elements, and not number 9"),
                mistake(
                        "libraries: [{name: lib0}, {name: lib1}]\nlinks:\n  - ends:\n    - {library: lib0, import-export: 1}\n    - {library: lib1, import-export: 1}\n  - ends:\n    - {library: lib0, import-export: 1}\n    - {library: lib1, import-export: 2}",
                        "7:38: links[1].ends[0].import-export: import/export element 1 of library lib0 is used in line 4 already"),
                mistake(
                        "store:\n  chunk_size: 1MiB",
                        "2:3: store.chunk_size: unknown key; known here are chunk-size, directories, disk-timeout-seconds, pools, repair-bandwidth, repair-delay-seconds, reserve, scrub-bandwidth, scrub-interval-days"),
                mistake(
                        "catalog: {size: 1}",
                        "1:11: catalog.size: unknown key; known here are map-size-initial, synchronous-commits"),
                mistake(
                        "kernel: {x: 1}",
                        "1:10: kernel.x: unknown key; known here are enabled, max-data-area-mib, spin-count"),
                mistake(
                        "disks: {enclosure: rack 7}",
                        "1:20: disks.enclosure: is in a room: say which"),
                mistake(
                        "disks: {policies: [{name: a, probability: 2, action: alert}]}",
                        "1:43: disks.policies[0].probability: 2 is not within 0.000001 to 1"),
                mistake(
                        "disks: {policies: [{name: a, probability: x, action: alert}]}",
                        "1:43: disks.policies[0].probability: 'x' is not a number"),
                mistake(
                        "disks: {policies: [{name: a, action: alert}]}",
                        "1:27: disks.policies[0].name: a policy has one of probability, miss-at-most, precision and failure-cost, not 0"),
                mistake(
                        "disks: {policies: [{name: a, probability: 0.5, precision: 0.5, action: alert}]}",
                        "1:27: disks.policies[0].name: a policy has one of probability, miss-at-most, precision and failure-cost, not 2"),
                mistake(
                        "disks: {policies: [{name: a, probability: 0.5}]}",
                        "1:20: disks.policies[0].action: is missing"),
                mistake(
                        "disks: {policies: [{name: a, probability: 0.5, action: burn}]}",
                        "1:56: disks.policies[0].action: 'burn' is not one of alert, evacuate, replace"),
                mistake(
                        "disks: {policies: [{name: a, horizon-days: 31, probability: 0.5, action: alert}]}",
                        "1:44: disks.policies[0].horizon-days: 31 is not one of 30, 90, 365"),
                mistake(
                        "disks: {policies: [{name: a, horizon-days: 90, precision: 0.5, action: alert}]}",
                        "1:44: disks.policies[0].horizon-days: shares of failures are known for 30 days alone"),
                mistake(
                        "disks: {service-levels: [{pool: gold, confidence: 0.9}]}",
                        "1:33: disks.service-levels[0].pool: there is no pool 'gold', only default"),
                mistake(
                        "disks: {service-levels: [{pool: default, confidence: 1}]}",
                        "1:54: disks.service-levels[0].confidence: 1 is not within 0.000001 to 0.999999"),
                mistake(
                        "disks: {evidence: {self-test-failed: 0.5}}",
                        "1:38: disks.evidence.self-test-failed: 0.5 is not within 1 to 100000"),
                mistake(
                        "disks: {devices: [{device: sda, type: \"megaraid,3\"}]}",
                        "1:28: disks.devices[0].device: 'sda' is not an absolute path"),
                mistake(
                        "api: {x: 1}",
                        "1:7: api.x: unknown key; known here are socket, tenant-socket"),
                mistake("data-dir: var", "1:11: data-dir: 'var' is not an absolute path"),
                mistake(
                        "data-dir: \"/a\\0b\"",
                        "1:11: data-dir: not a path: Nul character not allowed"),
                mistake(
                        "data-dir: /x\npersonality-dir: /bad",
                        "2:18: personality-dir: /bad/changer/x.properties: line 3: version is not a number: x"),
                mistake(
                        "personality-dir: own",
                        "1:18: personality-dir: 'own' is not an absolute path"),
                mistake("data-dir: [/x]", "1:11: data-dir: must be a single value"),
                mistake("data-dir: /x\ndata-dir: /y", "2:1: data-dir: this key is there already"),
                mistake("store: /x", "1:8: store: must have keys below it, not '/x'"),
                mistake("store: [a]", "1:8: store: must have keys below it, not a list"),
                mistake("- a", "1:1: must have keys below it, not a list"),
                mistake("store: {directories: /x}", "1:22: store.directories: must be a list"),
                mistake(
                        "store: {directories: [/x, y]}",
                        "1:27: store.directories[1]: 'y' is not an absolute path"),
                mistake(
                        "store: {directories: [/x, /x/]}",
                        "1:27: store.directories[1]: directory /x is used in line 1 already"),
                mistake(
                        "store: {chunk-size: 64}",
                        "1:21: store.chunk-size: '64' is not a size: a number and one of B, KiB, MiB, GiB, TiB, kB, MB, GB, TB"),
                mistake(
                        "store: {chunk-size: 64 Mib}",
                        "1:21: store.chunk-size: '64 Mib' is not a size: a number and one of B, KiB, MiB, GiB, TiB, kB, MB, GB, TB"),
                mistake(
                        "store: {chunk-size: -1MiB}",
                        "1:21: store.chunk-size: '-1MiB' is not a size: a number and one of B, KiB, MiB, GiB, TiB, kB, MB, GB, TB"),
                mistake(
                        "store: {chunk-size: 1023KiB}",
                        "1:21: store.chunk-size: 1023KiB is not within 1MiB to 1GiB"),
                mistake(
                        "store: {chunk-size: 1025MiB}",
                        "1:21: store.chunk-size: 1025MiB is not within 1MiB to 1GiB"),
                mistake(
                        "store: {reserve: 999999999999999999TiB}",
                        "1:18: store.reserve: 999999999999999999TiB is not within 0B to 1024TiB"),
                mistake(
                        "catalog: {map-size-initial: 2TiB}",
                        "1:29: catalog.map-size-initial: 2TiB is not within 1MiB to 1TiB"),
                mistake(
                        "catalog: {synchronous-commits: yes}",
                        "1:32: catalog.synchronous-commits: 'yes' is not one of false, true"),
                mistake(
                        "kernel: {enabled: maybe}",
                        "1:19: kernel.enabled: 'maybe' is not one of auto, off, on"),
                mistake(
                        "kernel: {max-data-area-mib: 3}",
                        "1:29: kernel.max-data-area-mib: 3 is not within 4 to 2048"),
                mistake(
                        "kernel: {spin-count: many}",
                        "1:22: kernel.spin-count: 'many' is not a whole number"),
                mistake(
                        "kernel: {spin-count: 1.5}",
                        "1:22: kernel.spin-count: '1.5' is not a whole number"),
                mistake(
                        "api: {socket: run/x}",
                        "1:15: api.socket: 'run/x' is not an absolute path"),
                mistake("libraries: lib0", "1:12: libraries: must be a list"),
                mistake(
                        "libraries: [lib0]",
                        "1:13: libraries[0]: must have keys below it, not 'lib0'\n1:13: libraries[0].name: is missing"),
                mistake(
                        "libraries:\n  - personality: stk-l700",
                        "2:5: libraries[0].name: is missing"),
                mistake(
                        "libraries: [{name: Lib 0}]",
                        "1:20: libraries[0].name: 'Lib 0' is not a name: a lower-case letter, then up to 31 of a-z, 0-9 and '-'"),
                mistake(
                        "libraries:\n  - name: a\n  - name: a",
                        "3:11: libraries[1].name: library name a is used in line 2 already"),
                mistake(
                        "libraries: [{name: a, colour: red}]",
                        "1:23: libraries[0].colour: unknown key; known here are cartridges, drives, import-export-elements, name, personality, serial, storage-elements"),
                mistake(
                        "libraries: [{name: a, personality: stk-l7000}]",
                        "1:36: libraries[0].personality: 'stk-l7000' is not one of ibm-03584l32, stk-l700"),
                mistake(
                        "libraries: [{name: a, serial: abc}]",
                        "1:31: libraries[0].serial: 'abc' is not a serial number: 1 to 16 of A-Z and 0-9"),
                mistake(
                        "libraries:\n  - name: a\n    serial: X\n    drives:\n      - serial: X",
                        "5:17: libraries[0].drives[0].serial: serial number X is used in line 3 already"),
                mistake(
                        "libraries: [{name: a, drives: 4}]",
                        "1:31: libraries[0].drives: must have keys below it, not '4'"),
                mistake(
                        "libraries: [{name: a, drives: {count: 257}}]",
                        "1:39: libraries[0].drives.count: 257 is not within 0 to 256"),
                mistake(
                        "libraries: [{name: a, drives: {serial: X}}]",
                        "1:32: libraries[0].drives.serial: unknown key; known here are count, personality"),
                mistake(
                        "libraries: [{name: a, drives: {personality: x}}]",
                        "1:45: libraries[0].drives.personality: 'x' is not one of ibm-ult3580-td8, ibm-ult3580-td9"),
                mistake(
                        "libraries: [{name: a, drives: [{personality: x, y: z}]}]",
                        "1:46: libraries[0].drives[0].personality: 'x' is not one of ibm-ult3580-td8, ibm-ult3580-td9\n1:49: libraries[0].drives[0].y: unknown key; known here are personality, serial"),
                mistake(
                        "libraries: [{name: a, storage-elements: 0}]",
                        "1:41: libraries[0].storage-elements: 0 is not within 1 to 65535"),
                mistake(
                        "libraries: [{name: a, import-export-elements: -1}]",
                        "1:47: libraries[0].import-export-elements: -1 is not within 0 to 65535"),
                mistake(
                        "libraries: [{name: a, import-export-elements: 491}]",
                        "1:20: libraries[0]: import/export elements overlap data transfer elements"),
                mistake(
                        "libraries: [{name: a, cartridges: {count: 1}}]",
                        "1:35: libraries[0].cartridges: must be a list"),
                mistake(
                        "libraries: [{name: a, cartridges: [{}]}]",
                        "1:36: libraries[0].cartridges[0].count: is missing"),
                mistake(
                        "libraries: [{name: a, cartridges: [{count: 41}]}]",
                        "1:35: libraries[0].cartridges: 41 cartridges do not fit into 40 storage elements"),
                mistake(
                        "libraries: [{name: a, cartridges: [{count: 1, medium: LTO-1}]}]",
                        "1:55: libraries[0].cartridges[0].medium: 'LTO-1' is not one of LTO-8, LTO-9"),
                mistake(
                        "libraries: [{name: a, cartridges: [{count: 1, prefix: ABCDEF}]}]",
                        "1:55: libraries[0].cartridges[0].prefix: 'ABCDEF' is not a barcode prefix: 1 to 5 of A-Z and 0-9"),
                mistake(
                        "libraries: [{name: a, cartridges: [{count: 1, suffix: LTO}]}]",
                        "1:55: libraries[0].cartridges[0].suffix: 'LTO' is not a barcode suffix: up to 2 of A-Z and 0-9"),
                mistake(
                        "libraries: [{name: a, cartridges: [{count: 1, capacity: 1kB}]}]",
                        "1:57: libraries[0].cartridges[0].capacity: 1kB is not within 1MiB to 1024TiB"),
                mistake(
                        "libraries: [{name: a, cartridges: [{count: 10, prefix: ABCDE}]}]",
                        "1:44: libraries[0].cartridges[0].count: prefix ABCDE leaves room for numbers up to 9, and the last one is 10"),
                mistake(
                        "libraries: [{name: a, cartridges: [{count: 1, first-number: 1000}]}]",
                        "1:44: libraries[0].cartridges[0].count: prefix CAP leaves room for numbers up to 999, and the last one is 1000"),
                mistake(
                        "libraries:\n  - name: a\n    cartridges:\n      - {count: 9, prefix: A}\n  - name: b\n    cartridges:\n      - {count: 9, prefix: A, first-number: 5}",
                        "7:28: libraries[1].cartridges[0]: barcode A00005L8 is used in line 4 already"),
                mistake(
                        "store:\n  reserve: [1MiB",
                        "2:17: not YAML: expected ',' or ']', but got <stream end>"),
                mistake(
                        "a:\n\tb: 1",
                        "2:1: not YAML: found character '\\t(TAB)' that cannot start any token. (Do not use \\t(TAB) for indentation)"),
                mistake("data-dir: \u0001", "1:1: not YAML: special characters are not allowed"),
                mistake(
                        "data-dir: &here /x\napi: {socket: *here}",
                        "2:15: aliases (*here) are not supported"),
                mistake(
                        "a: 1\n---\nb: 2",
                        "1:1: a: unknown key; known here are accounting, api, blank-cartridges, catalog, data-dir, disks, generations, iscsi, kernel, libraries, links, personality-dir, recall, shelf, store, tenants, tiers, tombstones\n3:1: a second document: there must be only one"));
    }

    private static Arguments mistake(String text, String problems) {
        return Arguments.of(text, problems.replaceAll("(?m)^", "capstan.yaml:"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void isRefusedWithPlaceKeyAndReason(String text, String message) {
        assertThatThrownBy(() -> Configuration.parse("capstan.yaml", text, EQUIPMENT))
                .isInstanceOf(ConfigException.class)
                .hasMessage(message);
    }

    @Test
    void everythingThatIsWrongIsReportedInOrder() {
        String text =
                """
                kernel:
                  spin-count: -1
                  spam: 1
                store:
                  reserve: lots
                data-dir: here
                libraries:
                  - name: lib0
                    drives: {count: 1000}
                  - name: lib0
                    import-export-elements: 491
                  - name: lib2
                    import-export-elements: 491
                """;
        assertThatThrownBy(() -> Configuration.parse("f", text, EQUIPMENT))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        e ->
                                assertThat(e.problems())
                                        .extracting(problem -> problem.line() + " " + problem.key())
                                        .containsExactly(
                                                "2 kernel.spin-count",
                                                "3 kernel.spam",
                                                "5 store.reserve",
                                                "6 data-dir",
                                                "9 libraries[0].drives.count",
                                                "10 libraries[1].name",
                                                "12 libraries[2]"));
    }

    @Test
    void filesThatCannotBeReadAreRefused(@TempDir Path directory) throws IOException {
        Path missing = directory.resolve("missing.yaml");
        assertThatThrownBy(() -> Configuration.load(missing, EQUIPMENT))
                .isInstanceOf(ConfigException.class)
                .hasMessage(missing + ": there is no such file");

        Path binary = Files.write(directory.resolve("binary.yaml"), new byte[] {(byte) 0xFF, 'a'});
        assertThatThrownBy(() -> Configuration.load(binary, EQUIPMENT))
                .isInstanceOf(ConfigException.class)
                .hasMessage(binary + ": it is not UTF-8 text");

        assertThatThrownBy(() -> Configuration.load(directory, EQUIPMENT))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("Is a directory");
    }

    @Test
    void damagedFilesAreRefusedOrRead() {
        long seed = System.nanoTime();
        System.out.println("ConfigExceptionTest seed " + seed);
        Random random = new Random(seed);
        String good =
                """
                data-dir: /x
                store: {reserve: 1MiB}
                libraries:
                  - name: lib0
                    drives: [{serial: A}]
                    cartridges: [{count: 3}]
                """;
        for (int i = 0; i < 1000; i++) {
            StringBuilder text = new StringBuilder(good);
            for (int change = random.nextInt(4); change >= 0; change--) {
                int place = random.nextInt(text.length());
                text.setCharAt(place, "{}[]:,-&*#!|>'\"%@`\n\t ax1/".charAt(random.nextInt(25)));
            }
            try {
                Configuration.parse("f", text.toString(), EQUIPMENT);
            } catch (ConfigException e) {
                assertThat(e.problems()).isNotEmpty();
            }
        }
    }
}
