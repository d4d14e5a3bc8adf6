package io.capstan.appliance;

import static io.capstan.appliance.TestNode.DRIVE;
import static io.capstan.appliance.TestNode.IMPORT_EXPORT;
import static io.capstan.appliance.TestNode.STORAGE;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.appliance.node.LibraryUnit;
import io.capstan.appliance.node.Node;
import io.capstan.appliance.node.TierUnit.TransferOutcome;
import io.capstan.catalog.ChunkPresence;
import io.capstan.catalog.ElementLocation;
import io.capstan.catalog.JobRecord;
import io.capstan.changer.Transported;
import io.capstan.format.VolumeIdentifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** V19: three libraries with a tier each, in a chain and in a mesh; a cartridge moves one link at a time. */
class ConnectedLibrariesTest {

    private static final VolumeIdentifier VOLUME = new VolumeIdentifier("TST001L8");
    private static final int BLOCK_BYTES = 64 << 10;
    private static final int BLOCKS = 40;

    @TempDir Path directory;

    private Node node;

    @AfterEach
    void stop() {
        node.close();
    }

    /** lib0 - near0 - vault0, and in a mesh vault0 - lib0 too. */
    private void start(boolean isMesh, boolean keep) throws Exception {
        String chain =
                """
                libraries:
                  - name: lib0
                    drives: {count: 1}
                    storage-elements: 4
                    import-export-elements: 2
                    cartridges:
                      - {prefix: TST, count: 1, medium: LTO-8, capacity: 100MiB}
                  - {name: near0, drives: {count: 0}, storage-elements: 4, import-export-elements: 2}
                  - {name: vault0, drives: {count: 0}, storage-elements: 4, import-export-elements: 2}
                tiers:
                  - {name: near, kind: directory, directory: %s, libraries: [near0], bandwidth: 1TiB}
                  - name: vault
                    kind: vault
                    directory: %s
                    libraries: [vault0]
                    bandwidth: 1TiB
                    delay-seconds: 0
                    batch-seconds: 0
                links:
                  - ends:
                      - {library: lib0, import-export: 1, keep: %4$s}
                      - {library: near0, import-export: 1, keep: %4$s}
                  - ends:
                      - {library: near0, import-export: 2, keep: %4$s}
                      - {library: vault0, import-export: 1, keep: %4$s}
                %3$s
                """
                        .formatted(
                                directory.resolve("near"),
                                directory.resolve("vault"),
                                isMesh
                                        ? """
                                          - ends:
                                              - {library: vault0, import-export: 2, keep: %1$s}
                                              - {library: lib0, import-export: 2, keep: %1$s}
                                        """
                                                .formatted(keep)
                                        : "",
                                keep);
        node = TestNode.start(TestNode.plan(directory.resolve("data"), chain));
    }

    /** By the host's moves alone: each element leads to one library, and the data is where that has it. */
    @Test
    void aCartridgeGoesDownAChainAndBackByItsHostsMoves() throws Exception {
        start(false, false);
        write();
        move("lib0", STORAGE, IMPORT_EXPORT);
        await("near0", IMPORT_EXPORT);
        assertThat(tiersWithData()).containsExactly("near");

        move("near0", IMPORT_EXPORT, IMPORT_EXPORT + 1);
        await("vault0", IMPORT_EXPORT);
        assertThat(tiersWithData()).containsExactly("vault");

        turnRound("vault0", IMPORT_EXPORT);
        await("near0", IMPORT_EXPORT + 1);
        assertThat(tiersWithData()).containsExactly("near");

        move("near0", IMPORT_EXPORT + 1, IMPORT_EXPORT);
        await("lib0", IMPORT_EXPORT);
        assertThat(tiersWithData()).containsExactly("active");
        assertThat(library("lib0").move(IMPORT_EXPORT, STORAGE)).isEqualTo(new Transported());
        read();
    }

    /** There is no way from one end of a chain to the other but through the middle. */
    @Test
    void aChainIsGoneLinkByLink() throws Exception {
        start(false, false);
        assertThat(transfer("vault0"))
                .isInstanceOfSatisfying(
                        TransferOutcome.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo("NOT_LINKED"));
        assertThat(transfer("near0")).isInstanceOf(TransferOutcome.Begun.class);
        await("near0", STORAGE);
        assertThat(transfer("vault0")).isInstanceOf(TransferOutcome.Begun.class);
        await("vault0", STORAGE);
    }

    /** Round and round, each way: nothing is lost, and with kept copies nothing is sent twice. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aMeshIsGoneEachWay(boolean keep) throws Exception {
        start(true, keep);
        write();
        List<String> libraries = new ArrayList<>(List.of("lib0", "near0", "vault0"));
        Random random = new Random(19);
        String now = "lib0";
        for (int i = 0; i < 12; i++) {
            String from = now;
            List<String> others = libraries.stream().filter(name -> !name.equals(from)).toList();
            now = others.get(random.nextInt(others.size()));
            assertThat(transfer(now))
                    .as(from + " to " + now)
                    .isInstanceOf(TransferOutcome.Begun.class);
            await(now, STORAGE);
            assertThat(tiersWithData()).contains(tierOf(now));
            if (!keep) {
                assertThat(tiersWithData()).hasSize(1);
            }
            assertThat(node.storage().catalog().check(ChunkPresence.ASSUMED)).isEmpty();
        }
        if (keep) {
            assertThat(tiersWithData()).containsExactly("active", "near", "vault");
            long sent =
                    node.tiers().jobs().list(job -> true).stream()
                            .map(JobRecord::progress)
                            .filter(progress -> progress.bytesMoved() > 0)
                            .count();
            assertThat(sent).as("jobs that sent anything").isEqualTo(2);
        }
        if (!now.equals("lib0")) {
            assertThat(transfer("lib0")).isInstanceOf(TransferOutcome.Begun.class);
            await("lib0", STORAGE);
        }
        read();
    }

    // ---- what the tests are made of

    private static String tierOf(String library) {
        return switch (library) {
            case "near0" -> "near";
            case "vault0" -> "vault";
            default -> "active";
        };
    }

    private LibraryUnit library(String name) {
        return node.library(name).orElseThrow();
    }

    private void move(String library, int from, int to) {
        assertThat(TestNode.move(TestNode.changerHost(library(library)), from, to).isGood())
                .isTrue();
    }

    /** A move to the element it came in by is what sends it back. */
    private void turnRound(String library, int element) {
        move(library, element, STORAGE);
        move(library, STORAGE, element);
    }

    private TransferOutcome transfer(String library) {
        return node.tiers().transfer(VOLUME, library(library));
    }

    private void await(String library, int address) {
        Optional<ElementLocation> wanted = Optional.of(new ElementLocation(library, address));
        BooleanSupplier isThere =
                () -> node.storage().catalog().read(view -> view.elementOf(VOLUME)).equals(wanted);
        TestNode.awaitJobs(node, isThere);
    }

    /** Tiers that have a copy of every chunk that was written. */
    private List<String> tiersWithData() throws Exception {
        List<String> found = new ArrayList<>();
        for (String tier : List.of("active", "near", "vault")) {
            boolean isEmpty =
                    tier.equals("active")
                            ? !node.tiers().jobs().isWhole(VOLUME, tier)
                            : node.tiers().jobs().usage(tier).chunkCount() == 0;
            if (!isEmpty && node.tiers().jobs().isWhole(VOLUME, tier)) {
                found.add(tier);
            }
        }
        return found;
    }

    private void write() {
        assertThat(library("lib0").move(STORAGE, DRIVE)).isEqualTo(new Transported());
        TestNode.writeFile(TestNode.driveHost(node, 0), 0, BLOCKS, BLOCK_BYTES);
        assertThat(library("lib0").move(DRIVE, STORAGE)).isEqualTo(new Transported());
    }

    private void read() {
        assertThat(library("lib0").move(STORAGE, DRIVE)).isEqualTo(new Transported());
        TestNode.readRecords(TestNode.driveHost(node, 0), 0, BLOCKS, BLOCK_BYTES);
    }
}
