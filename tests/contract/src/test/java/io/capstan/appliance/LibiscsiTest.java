package io.capstan.appliance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.capstan.appliance.node.IscsiExport;
import io.capstan.appliance.node.Node;
import io.capstan.changer.Transported;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** libiscsi, its tools and a client in C, with a whole node: sense data, residuals and names as other software sees them. */
class LibiscsiTest {

    private static final Path HEADER = Path.of("/usr/include/iscsi/iscsi.h");
    private static final Path TOOL = Path.of("/usr/bin/iscsi-ls");
    private static final String BASE_NAME = "iqn.2026-01.io.capstan:test";

    @TempDir Path directory;

    /** What {@code build-tools/setup} installs is there wherever all tests must run. */
    @BeforeAll
    static void requireLibiscsi() {
        boolean present = Files.exists(HEADER) && Files.isExecutable(TOOL);
        if (!present && "true".equals(System.getenv("CI"))) {
            fail("libiscsi is missing: make setup, or apt-get install libiscsi-dev libiscsi-bin");
        }
        Assumptions.assumeTrue(present, "libiscsi-dev and libiscsi-bin are not installed");
    }

    private Node start(String targetPer) throws Exception {
        return TestNode.start(
                TestNode.plan(
                        """
                        data-dir: %s
                        store: {chunk-size: 16MiB, reserve: 1MiB}
                        kernel: {enabled: off}
                        disks: {watch: false}
                        iscsi:
                          portals: ['127.0.0.1:0']
                          base-name: %s
                          target-per: %s
                        libraries:
                          - name: lib0
                            drives: {count: 2}
                            storage-elements: 4
                            import-export-elements: 0
                            cartridges: [{prefix: TST, count: 1, capacity: 100MiB}]
                        """
                                .formatted(directory.resolve("data"), BASE_NAME, targetPer)));
    }

    private static String portal(Node node) {
        InetSocketAddress portal = node.iscsi().map(IscsiExport::portals).orElseThrow().getFirst();
        return "127.0.0.1:" + portal.getPort();
    }

    @Test
    void aConversationWithADrive() throws Exception {
        Path client = directory.resolve("tape_conversation");
        run(
                "gcc",
                "-std=c11",
                "-O1",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-D_GNU_SOURCE",
                "-o",
                client.toString(),
                "src/test/native/tape_conversation.c",
                "-liscsi");
        try (Node node = start("library")) {
            assertThat(TestNode.library(node).move(TestNode.STORAGE, TestNode.DRIVE))
                    .isEqualTo(new Transported());

            assertThat(run(client.toString(), portal(node), BASE_NAME + ":lib0", "1"))
                    .isEqualTo("done\n");
        }
    }

    @Test
    void toolsFindALibraryAndItsDevices() throws Exception {
        try (Node node = start("library")) {
            String portal = portal(node);

            assertThat(run("iscsi-ls", "-s", "iscsi://" + portal))
                    .contains("Target:" + BASE_NAME + ":lib0 Portal:" + portal + ",1")
                    .containsPattern("(?i)Lun:0 .*MEDIA_CHANGER")
                    .containsPattern("(?i)Lun:1 .*SEQUENTIAL")
                    .containsPattern("(?i)Lun:2 .*SEQUENTIAL")
                    .doesNotContain("Lun:3");
            assertThat(run("iscsi-inq", "iscsi://%s/%s:lib0/1".formatted(portal, BASE_NAME)))
                    .contains("ULT3580-TD8");
        }
    }

    @Test
    void aTargetPerDeviceHasOneLogicalUnit() throws Exception {
        try (Node node = start("device")) {
            String portal = portal(node);

            assertThat(run("iscsi-ls", "-s", "iscsi://" + portal))
                    .contains(
                            "Target:" + BASE_NAME + ":lib0.changer ",
                            "Target:" + BASE_NAME + ":lib0.drive0 ",
                            "Target:" + BASE_NAME + ":lib0.drive1 ")
                    .doesNotContain("Lun:1");
            assertThat(run("iscsi-inq", "iscsi://%s/%s:lib0.drive1/0".formatted(portal, BASE_NAME)))
                    .contains("ULT3580-TD8");
        }
    }

    /** What a program prints, once it has ended well. */
    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
