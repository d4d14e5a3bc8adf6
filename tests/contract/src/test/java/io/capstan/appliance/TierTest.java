package io.capstan.appliance;

import static io.capstan.appliance.TestNode.DRIVE;
import static io.capstan.appliance.TestNode.IMPORT_EXPORT;
import static io.capstan.appliance.TestNode.STORAGE;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.appliance.api.Api;
import io.capstan.appliance.http.HttpRequest;
import io.capstan.appliance.node.LibraryUnit;
import io.capstan.appliance.node.Node;
import io.capstan.appliance.node.NodePlan;
import io.capstan.appliance.node.Storage;
import io.capstan.appliance.node.TierUnit.TransferOutcome;
import io.capstan.catalog.ChunkPresence;
import io.capstan.catalog.ElementLocation;
import io.capstan.catalog.JobRecord;
import io.capstan.catalog.JobState;
import io.capstan.changer.ElementsOutcome;
import io.capstan.changer.Transported;
import io.capstan.fakes.scsi.FakeInitiator;
import io.capstan.fakes.scsi.FakeReply;
import io.capstan.format.VolumeIdentifier;
import io.capstan.tier.CancelOutcome;
import io.capstan.tier.TierJobs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A backup moves to an archival library and back, as a host sees it: through the whole node, without a kernel. The vault
 * hands out at once what it is asked for, but only what it was asked for.
 */
class TierTest {

    private static final VolumeIdentifier VOLUME = new VolumeIdentifier("TST001L8");
    private static final VolumeIdentifier OTHER = new VolumeIdentifier("TST002L8");
    private static final int BLOCK_BYTES = 64 << 10;
    private static final int BLOCKS = 40;

    @TempDir Path directory;

    private Node node;

    @BeforeEach
    void start() throws Exception {
        node = TestNode.start(plan("move", "import-export", false));
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private NodePlan plan(String departs, String arrive, boolean keepLocal) {
        return plan(departs, arrive, keepLocal, true);
    }

    private NodePlan plan(String departs, String arrive, boolean keepLocal, boolean keepInVault) {
        return TestNode.plan(
                directory.resolve("data"), configuration(departs, arrive, keepLocal, keepInVault));
    }

    /** The same with more in its configuration. */
    private NodePlan planWith(String more) {
        return TestNode.plan(
                directory.resolve("data"),
                configuration("move", "import-export", false, true) + more);
    }

    private String configuration(
            String departs, String arrive, boolean keepLocal, boolean keepInVault) {
        return """
        libraries:
          - name: lib0
            drives: {count: 2}
            storage-elements: 10
            import-export-elements: 2
            cartridges:
              - {prefix: TST, count: 4, medium: LTO-8, capacity: 100MiB}
          - name: vault0
            drives: {count: 0}
            storage-elements: 5
            import-export-elements: 2
        tiers:
          - name: vault
            kind: vault
            directory: %s
            libraries: [vault0]
            bandwidth: 1TiB
            delay-seconds: 0
            batch-seconds: 0
        links:
          - ends:
              - {library: lib0, import-export: 1, keep: %s, arrive: %s}
              - {library: vault0, import-export: 1, keep: %s, arrive: %s}
            departs: %s
        """
                .formatted(
                        directory.resolve("vault"),
                        keepLocal,
                        arrive,
                        keepInVault,
                        arrive,
                        departs);
    }

    private void restart(NodePlan plan) throws Exception {
        node.close();
        node = TestNode.start(plan);
    }

    // ---- what hosts and operators see

    /** V2, V9, V11, V14, V16: away with the host's move, its data in the vault alone, and back as it was. */
    @Test
    void aBackupMovesToTheArchiveAndBack() throws Exception {
        writeBackup(1, BLOCKS);
        FakeInitiator archive = hostOf("vault0");

        moveAway();
        assertThat(inventory("lib0")).doesNotContain(VOLUME);
        awaitArrival("vault0", IMPORT_EXPORT);

        assertThat(archive.send("00 00 00 00 00 00").toString())
                .as("the changer of the archive tells of it")
                .contains("28", "01");
        assertThat(chunkFiles()).isEmpty();
        assertThat(copiesInVault()).isNotEmpty();
        assertThat(node.storage().catalog().check(ChunkPresence.ASSUMED)).isEmpty();

        moveBack();
        awaitArrival("lib0", IMPORT_EXPORT);
        readBackup(IMPORT_EXPORT, 1, BLOCKS);
        assertThat(node.storage().check()).isEmpty();
    }

    /** V12: what is kept in the archive is not sent again, and after more was written only that is. */
    @Test
    void archivingAgainMovesOnlyWhatChanged() throws Exception {
        writeBackup(1, BLOCKS);
        moveAway();
        awaitArrival("vault0", IMPORT_EXPORT);
        long firstBytes = lastJob().progress().bytesMoved();
        moveBack();
        awaitArrival("lib0", IMPORT_EXPORT);

        assertThat(library("lib0").move(IMPORT_EXPORT, STORAGE)).isEqualTo(new Transported());
        moveAway();
        awaitArrival("vault0", IMPORT_EXPORT);
        assertThat(lastJob().progress().bytesMoved()).isZero();

        moveBack();
        awaitArrival("lib0", IMPORT_EXPORT);
        assertThat(library("lib0").move(IMPORT_EXPORT, STORAGE)).isEqualTo(new Transported());
        append(3);
        moveAway();
        awaitArrival("vault0", IMPORT_EXPORT);
        assertThat(lastJob().progress().bytesMoved()).isPositive().isLessThan(firstBytes / 4);
        assertThat(chunkFiles()).isEmpty();
    }

    /** V12: the policy need not be symmetric. */
    @Test
    void aLinkCanKeepTheCopiesOfTheLibraryThatIsLeft() throws Exception {
        restart(plan("move", "import-export", true));
        writeBackup(1, BLOCKS);
        List<Path> before = chunkFiles();
        moveAway();
        awaitArrival("vault0", IMPORT_EXPORT);

        assertThat(chunkFiles()).isEqualTo(before);
        moveBack();
        awaitArrival("lib0", IMPORT_EXPORT);
        assertThat(lastJob().progress().bytesMoved()).isZero();
    }

    /** V14: no data transfer elements, and mode page 1Dh says so. */
    @Test
    void anArchivalLibraryHasNoDataTransferElements() {
        FakeInitiator host = hostOf("vault0");
        byte[] page = host.receive("1A 08 1D 00 FF 00", 255).data();

        assertThat(page[4 + 16] << 8 | page[4 + 17]).as("number of drives").isZero();
        assertThat(host.receive("B8 04 00 00 FF FF 00 00 10 00 00 00", 4096).data()[2])
                .as("data transfer elements reported")
                .isZero();
    }

    /** V15: a connected element is one and the same for the hosts of both libraries. */
    @Test
    void connectedElementsHaveTheSameIdentifier() {
        String here = identifier("lib0", IMPORT_EXPORT);

        assertThat(here).startsWith("CAPSTAN LINK ");
        assertThat(identifier("vault0", IMPORT_EXPORT)).isEqualTo(here);
        assertThat(identifier("lib0", IMPORT_EXPORT + 1)).isBlank();
        assertThat(get("/v1/libraries/lib0"))
                .contains("\"identifier\":\"" + here.substring("CAPSTAN ".length()).strip() + "\"");
    }

    /** V15: associated elements are two to hosts; which belong together the API says. */
    @Test
    void associatedElementsHaveIdentifiersOfTheirOwn() throws Exception {
        restart(plan("move\n    identifiers: own", "import-export", false));
        String here = identifier("lib0", IMPORT_EXPORT);
        String there = identifier("vault0", IMPORT_EXPORT);

        assertThat(here).startsWith("CAPSTAN ELEMENT ").contains("lib0/1");
        assertThat(there).startsWith("CAPSTAN ELEMENT ").contains("vault0/1");
        assertThat(get("/v1/libraries/lib0")).contains("\"leadsTo\":\"vault0:10\"");
        assertThat(get("/v1/libraries/vault0")).contains("\"leadsTo\":\"lib0:10\"");
        moveAway();
        awaitArrival("vault0", IMPORT_EXPORT);
    }

    /** V17: the move, and then an explicit eject. */
    @Test
    void aLinkCanWaitForTheEject() throws Exception {
        restart(plan("eject", "import-export", false));
        writeBackup(1, 2);
        moveAway();
        assertThat(inventory("lib0")).contains(VOLUME);

        assertThat(library("lib0").eject()).isEmpty();
        awaitArrival("vault0", IMPORT_EXPORT);
        assertThat(library("vault0").eject()).isEmpty();
        assertThat(inventory("vault0")).as("what came over the link stays").contains(VOLUME);
    }

    /** V17: one call for all of it, on to a storage element of the other library. */
    @Test
    void oneCallArchivesAndOneRecalls() throws Exception {
        writeBackup(1, BLOCKS);
        assertThat(post("/v1/cartridges/TST001L8/transfer", "{\"library\":\"vault0\"}"))
                .contains("\"barcode\":\"TST001L8\"");
        awaitArrival("vault0", STORAGE);
        assertThat(post("/v1/cartridges/TST001L8/transfer", "{\"library\":\"lib0\"}"))
                .contains("\"tier\":\"active\"");
        awaitArrival("lib0", STORAGE);
        readBackup(STORAGE, 1, BLOCKS);
    }

    /** V18: a full partner element makes it wait, with a reason, and it comes when there is room. */
    @Test
    void aFullPartnerElementMakesACartridgeWait() throws Exception {
        move("lib0", STORAGE + 1, IMPORT_EXPORT);
        awaitArrival("vault0", IMPORT_EXPORT, OTHER);
        writeBackup(1, 2);
        moveAway();
        await(() -> lastJob().state() == JobState.WAITING);

        assertThat(lastJob().reason()).isEqualTo("element 10 is full");
        assertThat(inventory("lib0")).doesNotContain(VOLUME);
        assertThat(inventory("vault0")).doesNotContain(VOLUME);
        assertThat(library("vault0").move(IMPORT_EXPORT, STORAGE)).isEqualTo(new Transported());
        node.tiers().jobs().retryNow(lastJob().job());
        awaitArrival("vault0", IMPORT_EXPORT);
    }

    /** V18: in a target library without an empty storage element there is no place for it; it comes when there is one. */
    @Test
    void aFullTargetLibraryMakesACartridgeWait() throws Exception {
        assertThat(library("vault0").resize(1, 2)).isInstanceOf(ElementsOutcome.Changed.class);
        assertThat(node.tiers().transfer(OTHER, library("vault0")))
                .isInstanceOf(TransferOutcome.Begun.class);
        awaitArrival("vault0", STORAGE, OTHER);
        writeBackup(1, 2);
        assertThat(node.tiers().transfer(VOLUME, library("vault0")))
                .isInstanceOf(TransferOutcome.Begun.class);
        await(() -> lastJob().state() == JobState.WAITING);

        assertThat(lastJob().reason()).isEqualTo("no storage element is empty");
        assertThat(inventory("lib0")).doesNotContain(VOLUME);
        assertThat(inventory("vault0")).doesNotContain(VOLUME);
        assertThat(library("vault0").resize(2, 2)).isInstanceOf(ElementsOutcome.Changed.class);
        node.tiers().jobs().retryNow(lastJob().job());
        awaitArrival("vault0", STORAGE + 1);
    }

    /** V18: cancelled, it goes back to where it came from, with its data. */
    @Test
    void aCancelledCartridgeReturns() throws Exception {
        move("lib0", STORAGE + 1, IMPORT_EXPORT);
        awaitArrival("vault0", IMPORT_EXPORT, OTHER);
        writeBackup(1, BLOCKS);
        moveAway();
        await(() -> lastJob().state() == JobState.WAITING);
        assertThat(chunkFiles()).as("its data is in the vault by now").isEmpty();

        assertThat(node.tiers().jobs().cancel(lastJob().job())).isEqualTo(CancelOutcome.CANCELLED);
        awaitArrival("lib0", STORAGE);
        assertThat(lastJob().state()).isEqualTo(JobState.CANCELLED);
        assertThat(node.tiers().jobs().cancel(lastJob().job())).isEqualTo(CancelOutcome.TOO_LATE);
        readBackup(STORAGE, 1, BLOCKS);
    }

    /** V18, V25: a tier that is away costs nothing but time, and active cartridges go on. */
    @Test
    void aTierThatIsAwayMakesACartridgeWait() throws Exception {
        writeBackup(1, BLOCKS);
        Path vault = directory.resolve("vault");
        Path away = directory.resolve("away");
        Files.move(vault, away);
        moveAway();
        await(() -> lastJob().attempts() > 0);

        assertThat(lastJob().reason()).contains("is it mounted?");
        assertThat(get("/metrics")).containsPattern("capstan_tier_failed_attempts_total [1-9]");
        assertThat(chunkFiles()).isNotEmpty();
        restart(plan("move", "import-export", false));
        assertThat(vault).doesNotExist();
        Files.move(away, vault);
        node.tiers().jobs().retryNow(lastJob().job());
        awaitArrival("vault0", IMPORT_EXPORT);
    }

    /** V11: a copy that is not what it was is found before the near one goes. */
    @Test
    void aKeptCopyThatWasDamagedIsMadeAnewBeforeTheNearOneGoes() throws Exception {
        writeBackup(1, BLOCKS);
        moveAway();
        awaitArrival("vault0", IMPORT_EXPORT);
        moveBack();
        awaitArrival("lib0", IMPORT_EXPORT);
        assertThat(library("lib0").move(IMPORT_EXPORT, STORAGE)).isEqualTo(new Transported());
        Path damaged = copiesInVault().getFirst();
        byte[] bytes = Files.readAllBytes(damaged);
        bytes[bytes.length / 2] ^= 1;
        Files.write(damaged, bytes);

        moveAway();
        await(() -> lastJob().attempts() > 0);
        assertThat(lastJob().reason()).contains("DIFFERENT");
        assertThat(chunkFiles()).isNotEmpty();
        node.tiers().jobs().retryNow(lastJob().job());
        awaitArrival("vault0", IMPORT_EXPORT);
        moveBack();
        awaitArrival("lib0", IMPORT_EXPORT);
        readBackup(IMPORT_EXPORT, 1, BLOCKS);
    }

    /** V7: what is destroyed goes from the tier too; what is in transit is not destroyed. */
    @Test
    void destroyingACartridgeEmptiesTheTier() throws Exception {
        writeBackup(1, BLOCKS);
        moveAway();
        awaitArrival("vault0", IMPORT_EXPORT);
        library("vault0").exportCartridge(IMPORT_EXPORT);
        assertThat(request("DELETE", "/v1/cartridges/TST001L8", "")).contains("destroyed");
        TierJobs jobs = node.tiers().jobs();
        await(() -> jobs.reclaim() >= 0 && jobs.usage("vault").chunkCount() == 0);

        assertThat(copiesInVault()).isEmpty();
    }

    /** V7: what was left over in a tier goes, once it is a day old: of destroyed cartridges and of jobs that died. */
    @Test
    void whatWasLeftOverInATierIsSwept() throws Exception {
        writeBackup(1, BLOCKS);
        moveAway();
        awaitArrival("vault0", IMPORT_EXPORT);
        List<Path> backup = objects();
        Path chunk =
                backup.stream()
                        .filter(file -> file.toString().endsWith(".chunk"))
                        .findFirst()
                        .orElseThrow();
        String name = String.valueOf(chunk.getFileName());
        Path stray = chunk.resolveSibling("0000000000000fff" + name.substring(16));
        Path stranger =
                directory.resolve(
                        "vault/chunks/ab/ab"
                                + "0".repeat(30)
                                + "/0000000000000001"
                                + name.substring(16));
        Files.copy(chunk, stray);
        Files.createDirectories(stranger.getParent());
        Files.copy(chunk, stranger);

        String path = "/v1/tiers/vault/sweep";
        assertThat(post(path, "")).contains("\"removedObjects\":0", "\"strangeObjects\":0");
        makeOld(objects());
        assertThat(post(path, ""))
                .contains(
                        "\"removedObjects\":1",
                        "\"removedBytes\":" + Files.size(chunk),
                        "\"strangeObjects\":1");
        assertThat(stray).doesNotExist();
        assertThat(stranger).exists();
        Files.delete(stranger);
        assertThat(objects())
                .hasSameSizeAs(backup)
                .containsAll(
                        backup.stream()
                                .filter(file -> !file.toString().endsWith(".label"))
                                .toList());
        assertThat(labelOf("TST001L8", objects()))
                .as("it says where the cartridge came to")
                .isGreaterThan(labelOf("TST001L8", backup));

        library("vault0").exportCartridge(IMPORT_EXPORT);
        assertThat(request("DELETE", "/v1/cartridges/TST001L8", "")).contains("destroyed");
        TierJobs jobs = node.tiers().jobs();
        await(() -> jobs.reclaim() >= 0 && jobs.usage("vault").chunkCount() == 0);
        assertThat(objects()).isEmpty();
        move("lib0", STORAGE + 1, IMPORT_EXPORT);
        awaitArrival("vault0", IMPORT_EXPORT, OTHER);
        library("vault0").exportCartridge(IMPORT_EXPORT);
        assertThat(request("DELETE", "/v1/cartridges/TST002L8", "")).contains("destroyed");
        makeOld(objects());
        assertThat(post(path, "")).contains("\"removedObjects\":2", "\"strangeObjects\":0");
        assertThat(objects()).as("label and index of a blank one").isEmpty();
        assertThat(request("POST", "/v1/tiers/nowhere/sweep", "")).contains("UNKNOWN_TIER");
    }

    private static Path labelOf(String barcode, List<Path> objects) {
        return objects.stream()
                .filter(file -> file.toString().contains("labels/" + barcode + "/"))
                .findFirst()
                .orElseThrow();
    }

    private static void makeOld(List<Path> files) throws IOException {
        for (Path file : files) {
            Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
        }
    }

    /** V10: what a job has begun to store and will go on with is not swept, however old it is; once it is over, that goes. */
    @Test
    void whatAJobHasBegunIsSweptOnceItIsOver() throws Exception {
        move("lib0", STORAGE + 1, IMPORT_EXPORT);
        awaitArrival("vault0", IMPORT_EXPORT, OTHER);
        writeBackup(1, 2);
        moveAway();
        await(() -> lastJob().state() == JobState.WAITING);
        Path chunk = copiesInVault().getFirst();
        Path part =
                chunk.resolveSibling(
                        "0000000000000fff"
                                + String.valueOf(chunk.getFileName()).substring(16)
                                + ".part");
        Files.copy(chunk, part);
        makeOld(List.of(part));

        String path = "/v1/tiers/vault/sweep";
        assertThat(post(path, "")).contains("\"unfinishedObjects\":0");
        assertThat(part).exists();
        assertThat(node.tiers().jobs().cancel(lastJob().job())).isEqualTo(CancelOutcome.CANCELLED);
        awaitArrival("lib0", STORAGE);
        assertThat(post(path, "")).contains("\"unfinishedObjects\":1");
        assertThat(part).doesNotExist();
    }

    /** V6: what is overwritten goes from the tier, and before it what the tier says of it. */
    @Test
    void whatIsOverwrittenIsNotSaidToBeThere() throws Exception {
        writeBackup(1, BLOCKS);
        moveAway();
        awaitArrival("vault0", IMPORT_EXPORT);
        moveBack();
        awaitArrival("lib0", IMPORT_EXPORT);
        assertThat(library("lib0").move(IMPORT_EXPORT, STORAGE)).isEqualTo(new Transported());
        writeBackup(2, 3);
        TierJobs jobs = node.tiers().jobs();
        await(() -> jobs.reclaim() >= 0 && jobs.usage("vault").chunkCount() == 0);
        assertThat(objects()).isEmpty();
        node.close();
        deleteAll(directory.resolve("data"));

        Storage.Rebuilt rebuilt = rebuildFromVault(plan("move", "import-export", false));
        assertThat(rebuilt.report().cartridgeCount()).isZero();
        assertThat(rebuilt.report().findings()).isEmpty();
    }

    /** V20: on the shelf, outside every library, its data in the vault; imported where there are drives, its data comes first. */
    @Test
    void aCartridgeFromTheShelfBringsItsData() throws Exception {
        writeBackup(1, BLOCKS);
        moveAway();
        awaitArrival("vault0", IMPORT_EXPORT);
        library("vault0").exportCartridge(IMPORT_EXPORT);
        assertThat(inventory("vault0")).isEmpty();

        assertThat(
                        post(
                                "/v1/libraries/lib0/import",
                                "{\"barcode\":\"TST001L8\",\"elementType\":\"storage\"}"))
                .isEqualTo("{\"barcode\":\"TST001L8\",\"job\":2}");
        awaitArrival("lib0", STORAGE);
        readBackup(STORAGE, 1, BLOCKS);
    }

    /** V20: the shelf is in the archive if policy says so: in transit until all of its data is there, and back from there. */
    @Test
    void theShelfIsInTheArchive() throws Exception {
        restart(planWith("shelf: {tier: vault}\n"));
        writeBackup(1, BLOCKS);
        assertThat(post("/v1/libraries/lib0/export", "{\"barcode\":\"TST001L8\"}"))
                .isEqualTo("{\"barcode\":\"TST001L8\",\"job\":1}");
        assertThat(inventory("lib0")).doesNotContain(VOLUME);
        await(() -> lastJob().state() == JobState.DONE);
        assertThat(isInTransit()).isFalse();
        assertThat(inventory("vault0")).isEmpty();
        assertThat(chunkFiles()).isEmpty();
        assertThat(copiesInVault()).isNotEmpty();

        restart(planWith("shelf: {tier: vault}\n"));
        post("/v1/libraries/lib0/import", "{\"barcode\":\"TST001L8\",\"elementType\":\"storage\"}");
        awaitArrival("lib0", STORAGE);
        readBackup(STORAGE, 1, BLOCKS);
        assertThat(library("lib0").move(DRIVE, STORAGE)).isEqualTo(new Transported());
        moveAway();
        awaitArrival("vault0", IMPORT_EXPORT);
        assertThat(post("/v1/libraries/vault0/export", "{\"barcode\":\"TST001L8\"}"))
                .as("its data is where the shelf has it")
                .isEqualTo("{\"barcode\":\"TST001L8\"}");
    }

    /** V18, V20: the archive is away, so it is in transit, whatever restarts; cancelled, it is in its library again. */
    @Test
    void whatDoesNotGetToTheShelfReturns() throws Exception {
        NodePlan plan = planWith("shelf: {tier: vault, keep: true}\n");
        restart(plan);
        writeBackup(1, BLOCKS);
        Path away = directory.resolve("away");
        Files.move(directory.resolve("vault"), away);
        post("/v1/libraries/lib0/export", "{\"barcode\":\"TST001L8\"}");
        await(() -> lastJob().state() == JobState.WAITING);
        restart(plan);
        await(() -> lastJob().state() == JobState.WAITING);
        assertThat(isInTransit()).isTrue();
        assertThat(post("/v1/libraries/lib0/import", "{\"barcode\":\"TST001L8\"}"))
                .contains("IN_TRANSIT");
        assertThat(post("/v1/jobs/1/cancel", "")).contains("\"cancelled\":true");
        awaitArrival("lib0", STORAGE);

        Files.move(away, directory.resolve("vault"));
        post("/v1/libraries/lib0/export", "{\"barcode\":\"TST001L8\"}");
        await(() -> lastJob().state() == JobState.DONE);
        assertThat(copiesInVault()).as("it is in both").hasSameSizeAs(chunkFiles());
        assertThat(
                        post(
                                "/v1/libraries/lib0/import",
                                "{\"barcode\":\"TST001L8\",\"elementType\":\"storage\"}"))
                .contains("\"element\":" + STORAGE);
        readBackup(STORAGE, 1, BLOCKS);
    }

    private boolean isInTransit() {
        return node.storage().catalog().read(view -> view.transit(VOLUME)).isPresent();
    }

    /** With nothing left but the vault, its cartridges come back, and nothing has to be recalled for that. */
    @Test
    void aNodeThatLostEverythingIsRebuiltFromTheVault() throws Exception {
        writeBackup(1, BLOCKS);
        append(3);
        moveAway();
        awaitArrival("vault0", IMPORT_EXPORT);
        UUID nodeId = node.storage().nodeId();
        long objects = endOfData();
        node.close();
        deleteAll(directory.resolve("data"));

        NodePlan plan = plan("move", "import-export", false);
        Storage.Rebuilt rebuilt = rebuildFromVault(plan);
        assertThat(rebuilt.report().findings()).isEmpty();
        assertThat(rebuilt.report().cartridgeCount()).isEqualTo(1);
        assertThat(rebuilt.report().chunkCount()).isEqualTo(copiesInVault().size());
        assertThat(directory.resolve("vault/recalls")).doesNotExist();

        node = TestNode.start(plan);
        assertThat(node.storage().nodeId()).isEqualTo(nodeId);
        assertThat(inventory("lib0")).as("no second set of first cartridges").isEmpty();
        assertThat(endOfData()).isEqualTo(objects);
        assertThat(node.storage().check()).isEmpty();
        post("/v1/libraries/lib0/import", "{\"barcode\":\"TST001L8\",\"elementType\":\"storage\"}");
        awaitArrival("lib0", STORAGE);
        readBackup(STORAGE, 1, BLOCKS);
        assertThat(library("lib0").move(DRIVE, STORAGE)).isEqualTo(new Transported());
        moveAway();
        awaitArrival("vault0", IMPORT_EXPORT);
        assertThat(lastJob().progress().bytesMoved()).as("V12: it is all there").isZero();
    }

    /** Where the catalog alone is lost, what is newer here counts, and what is only there comes back. */
    @Test
    void aLostCatalogIsRebuiltFromBoth() throws Exception {
        writeBackup(1, BLOCKS);
        moveAway();
        awaitArrival("vault0", IMPORT_EXPORT);
        moveBack();
        awaitArrival("lib0", IMPORT_EXPORT);
        assertThat(library("lib0").move(IMPORT_EXPORT, STORAGE)).isEqualTo(new Transported());
        append(3);
        move("lib0", STORAGE + 1, IMPORT_EXPORT);
        awaitArrival("vault0", IMPORT_EXPORT, OTHER);
        long objects = endOfData();
        node.close();

        NodePlan plan = plan("move", "import-export", false);
        assertThat(rebuildFromVault(plan).report().findings()).isEmpty();
        node = TestNode.start(plan);
        assertThat(endOfData()).isEqualTo(objects);
        assertThat(node.storage().check()).isEmpty();
        readBackup(STORAGE, 1, BLOCKS);
        assertThat(library("lib0").move(DRIVE, STORAGE)).isEqualTo(new Transported());
        moveAway();
        await(() -> lastJob().state() == JobState.WAITING);
        assertThat(lastJob().progress().bytesMoved())
                .as("V12: what both have is not sent again")
                .isPositive()
                .isLessThan((long) BLOCKS * BLOCK_BYTES / 4);
    }

    /** V11: an index that is damaged is said to be, and costs no other cartridge anything. */
    @Test
    void aDamagedIndexIsFound() throws Exception {
        writeBackup(1, 2);
        moveAway();
        awaitArrival("vault0", IMPORT_EXPORT);
        node.close();
        deleteAll(directory.resolve("data"));
        try (Stream<Path> indexes = Files.walk(directory.resolve("vault/indexes"))) {
            Path index = indexes.filter(Files::isRegularFile).findFirst().orElseThrow();
            byte[] bytes = Files.readAllBytes(index);
            bytes[50] ^= 1;
            Files.write(index, bytes);
        }

        assertThat(rebuildFromVault(plan("move", "import-export", false)).report().findings())
                .singleElement()
                .asString()
                .contains("TST001L8", "is not what its name says");
    }

    /** V7: what is locked while it is in the archive is locked for a node that has nothing left but that. */
    @Test
    void aLockOutlivesTheNode() throws Exception {
        writeBackup(1, 2);
        moveAway();
        awaitArrival("vault0", IMPORT_EXPORT);
        String until =
                Instant.now().plus(Duration.ofDays(9)).truncatedTo(ChronoUnit.SECONDS).toString();
        List<Path> before = objects();
        assertThat(
                        request(
                                "PATCH",
                                "/v1/cartridges/TST001L8",
                                "{\"lockedUntil\": \"%s\"}".formatted(until)))
                .contains(until);
        await(() -> isRelabelled(before));
        node.close();
        deleteAll(directory.resolve("data"));

        NodePlan plan = plan("move", "import-export", false);
        assertThat(rebuildFromVault(plan).report().findings()).isEmpty();
        node = TestNode.start(plan);
        assertThat(get("/v1/cartridges/TST001L8"))
                .contains("\"lockedUntil\":\"%s\"".formatted(until));
        assertThat(request("DELETE", "/v1/cartridges/TST001L8", "")).contains("RETENTION_LOCK");
    }

    /**
     * V6, V7: the archive has what was there before it was overwritten. A lock and the tab that are set since are said there
     * too, beside that content: a node that has nothing left but the archive has it back, and locked.
     */
    @Test
    void aLockIsSaidBesideEarlierContent() throws Exception {
        NodePlan plan = planWith("generations: {keep-days: 14}\n");
        restart(plan);
        writeBackup(1, BLOCKS);
        moveAway();
        awaitArrival("vault0", IMPORT_EXPORT);
        long objects = endOfData();
        moveBack();
        awaitArrival("lib0", IMPORT_EXPORT);
        assertThat(library("lib0").move(IMPORT_EXPORT, STORAGE)).isEqualTo(new Transported());
        writeBackup(2, 3);
        assertThat(node.tiers().jobs().reclaim()).as("what was there is kept").isZero();
        assertThat(endOfData()).isLessThan(objects);
        String until =
                Instant.now().plus(Duration.ofDays(9)).truncatedTo(ChronoUnit.SECONDS).toString();
        for (String change :
                List.of(
                        "{\"lockedUntil\": \"%s\"}".formatted(until),
                        "{\"writeProtected\": true}")) {
            List<Path> before = objects();
            assertThat(request("PATCH", "/v1/cartridges/TST001L8", change))
                    .contains("\"state\":\"present\"");
            await(() -> isRelabelled(before));
        }
        node.close();
        deleteAll(directory.resolve("data"));

        assertThat(rebuildFromVault(plan).report().findings()).isEmpty();
        node = TestNode.start(plan);
        assertThat(endOfData()).as("what the archive has").isEqualTo(objects);
        assertThat(get("/v1/cartridges/TST001L8"))
                .contains("\"lockedUntil\":\"%s\"".formatted(until))
                .contains("\"writeProtected\":true");
        assertThat(request("DELETE", "/v1/cartridges/TST001L8", "")).contains("RETENTION_LOCK");
        post("/v1/libraries/lib0/import", "{\"barcode\":\"TST001L8\",\"elementType\":\"storage\"}");
        awaitArrival("lib0", STORAGE);
        readBackup(STORAGE, 1, BLOCKS);
    }

    /** V12: where nothing is kept, a tier says nothing of what has left it, and a rebuilt catalog promises nothing. */
    @Test
    void aTierThatKeepsNothingSaysNothing() throws Exception {
        NodePlan plan = plan("move", "import-export", false, false);
        restart(plan);
        writeBackup(1, BLOCKS);
        moveAway();
        awaitArrival("vault0", IMPORT_EXPORT);
        assertThat(objects()).isNotEmpty();
        moveBack();
        awaitArrival("lib0", IMPORT_EXPORT);
        assertThat(objects()).isEmpty();
        node.close();

        assertThat(rebuildFromVault(plan).report().findings()).isEmpty();
        node = TestNode.start(plan);
        assertThat(node.storage().check()).isEmpty();
        readBackup(IMPORT_EXPORT, 1, BLOCKS);
    }

    /** V11: what an index names and is nowhere is said to be gone, and all else comes back. */
    @Test
    void aRebuildSaysWhatIsGone() throws Exception {
        writeBackup(1, BLOCKS);
        moveAway();
        awaitArrival("vault0", IMPORT_EXPORT);
        node.close();
        deleteAll(directory.resolve("data"));
        List<Path> copies = copiesInVault();
        Files.delete(copies.getFirst());

        Storage.Rebuilt rebuilt = rebuildFromVault(plan("move", "import-export", false));
        assertThat(rebuilt.report().chunkCount()).isEqualTo(copies.size() - 1);
        assertThat(rebuilt.report().findings())
                .singleElement()
                .asString()
                .contains("TST001L8", "1 of its %d chunks are gone".formatted(copies.size()));
    }

    private Storage.Rebuilt rebuildFromVault(NodePlan plan) throws Exception {
        return Storage.rebuild(plan, List.of("vault"), InstantSource.system(), UUID::randomUUID);
    }

    private long endOfData() {
        return node.storage()
                .catalog()
                .read(view ->
                        view.cartridge(VOLUME)
                                .flatMap(cartridge -> view.container(cartridge.container()))
                                .orElseThrow()
                                .partitions()
                                .getFirst()
                                .endOfDataObject());
    }

    private static void deleteAll(Path below) throws IOException {
        try (Stream<Path> all = Files.walk(below)) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** A rebuilt catalog does not know what is in a tier that it was not made from, and that is said. */
    @Test
    void aRebuildSaysThatItLookedAtNoTier() throws Exception {
        NodePlan plan = plan("move", "import-export", false);
        node.close();

        assertThat(
                        Storage.rebuild(plan, List.of(), InstantSource.system(), UUID::randomUUID)
                                .report()
                                .findings())
                .extracting(Object::toString)
                .anyMatch(finding -> finding.contains("tier vault"));
    }

    /** V16, V23: in transit it is to be seen in the API, absent from both inventories, and nowhere else to be put. */
    @Test
    void aCartridgeInTransitIsVisibleAndTaken() throws Exception {
        move("lib0", STORAGE + 1, IMPORT_EXPORT);
        awaitArrival("vault0", IMPORT_EXPORT, OTHER);
        moveAway();
        await(() -> lastJob().state() == JobState.WAITING);

        assertThat(get("/v1/jobs"))
                .contains("\"barcode\":\"TST001L8\"", "\"reason\":\"element 10 is full\"");
        assertThat(post("/v1/libraries/lib0/import", "{\"barcode\":\"TST001L8\"}"))
                .contains("IN_TRANSIT");
        assertThat(request("DELETE", "/v1/cartridges/TST001L8", "")).contains("IN_TRANSIT");
        assertThat(post("/v1/cartridges/TST001L8/transfer", "{\"library\":\"lib0\"}"))
                .contains("NOT_IN_LIBRARY", "in transit by job " + lastJob().job());
        assertThat(post("/v1/cartridges/NOPE01L8/transfer", "{\"library\":\"lib0\"}"))
                .contains("UNKNOWN_CARTRIDGE");
        assertThat(post("/v1/jobs/%d/cancel".formatted(lastJob().job()), ""))
                .contains("\"cancelled\":true");
        awaitArrival("lib0", STORAGE);
    }

    // ---- what the tests are made of

    private String post(String path, String body) {
        return request("POST", path, body);
    }

    private String get(String path) {
        return request("GET", path, "");
    }

    private String request(String method, String path, String body) {
        Api api = new Api(node, Optional.empty(), "test", keepDevices -> {});
        HttpRequest request =
                new HttpRequest(
                        method, path, Map.of(), body.getBytes(StandardCharsets.UTF_8), "test");
        return new String(api.handle(request).body(), StandardCharsets.UTF_8);
    }

    private LibraryUnit library(String name) {
        return node.library(name).orElseThrow();
    }

    private FakeInitiator hostOf(String name) {
        return TestNode.changerHost(library(name));
    }

    private void move(String library, int from, int to) {
        FakeReply reply = TestNode.move(hostOf(library), from, to);
        assertThat(reply.isGood()).as(reply.toString()).isTrue();
    }

    private void moveAway() {
        move("lib0", STORAGE, IMPORT_EXPORT);
    }

    private void moveBack() {
        assertThat(library("vault0").move(IMPORT_EXPORT, STORAGE)).isEqualTo(new Transported());
        move("vault0", STORAGE, IMPORT_EXPORT);
    }

    private List<VolumeIdentifier> inventory(String library) {
        return node.storage().catalog().read(view -> view.elements(library)).stream()
                .map(element -> element.volume())
                .toList();
    }

    private void awaitArrival(String library, int address) {
        awaitArrival(library, address, VOLUME);
    }

    private void awaitArrival(String library, int address, VolumeIdentifier volume) {
        Optional<ElementLocation> wanted = Optional.of(new ElementLocation(library, address));
        await(() -> node.storage().catalog().read(view -> view.elementOf(volume)).equals(wanted));
    }

    private void await(BooleanSupplier condition) {
        TestNode.awaitJobs(node, condition);
    }

    private JobRecord lastJob() {
        return node.tiers().jobs().list(job -> true).getLast();
    }

    private void writeBackup(int seed, int blocks) {
        assertThat(library("lib0").move(STORAGE, DRIVE)).isEqualTo(new Transported());
        TestNode.writeFile(TestNode.driveHost(node, 0), seed, blocks, BLOCK_BYTES);
        assertThat(library("lib0").move(DRIVE, STORAGE)).isEqualTo(new Transported());
    }

    private void append(int blocks) {
        assertThat(library("lib0").move(STORAGE, DRIVE)).isEqualTo(new Transported());
        FakeInitiator host = TestNode.driveHost(node, 0);
        assertThat(host.send("11 03 00 00 00 00").isGood()).as("space to end of data").isTrue();
        for (int i = 0; i < blocks; i++) {
            assertThat(TestNode.write(host, TestNode.record(i, BLOCK_BYTES)).isGood()).isTrue();
        }
        assertThat(TestNode.writeFilemark(host).isGood()).isTrue();
        assertThat(library("lib0").move(DRIVE, STORAGE)).isEqualTo(new Transported());
    }

    private void readBackup(int from, int seed, int blocks) {
        assertThat(library("lib0").move(from, DRIVE)).isEqualTo(new Transported());
        TestNode.readRecords(TestNode.driveHost(node, 0), seed, blocks, BLOCK_BYTES);
    }

    private String identifier(String library, int address) {
        byte[] data =
                hostOf(library)
                        .receive("B8 03 %04X 00 01 01 00 10 00 00 00".formatted(address), 4096)
                        .data();
        int at = 8 + 8 + 12;
        return new String(
                data, at + 4, Byte.toUnsignedInt(data[at + 3]), StandardCharsets.US_ASCII);
    }

    private List<Path> chunkFiles() {
        return files(directory.resolve("data"));
    }

    private List<Path> copiesInVault() {
        return files(directory.resolve("vault"));
    }

    /** The new label is there, and the one before is gone, which may happen just while this looks. */
    private boolean isRelabelled(List<Path> before) {
        List<Path> now = objects();
        return now.size() == before.size() && !now.equals(before);
    }

    /** All that is in the vault, of whatever kind. */
    private List<Path> objects() {
        return FilesBelow.of(directory.resolve("vault")).stream()
                .filter(file -> file.toString().matches(".*\\.(chunk|label|index)"))
                .filter(file -> !file.toString().contains("recalls"))
                .toList();
    }

    private static List<Path> files(Path below) {
        return FilesBelow.of(below).stream()
                .filter(file -> file.toString().endsWith(".chunk"))
                .filter(file -> !file.toString().contains("recalls"))
                .toList();
    }
}
