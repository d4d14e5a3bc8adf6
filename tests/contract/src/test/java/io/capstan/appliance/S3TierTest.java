package io.capstan.appliance;

import static io.capstan.appliance.TestNode.DRIVE;
import static io.capstan.appliance.TestNode.STORAGE;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.appliance.node.LibraryUnit;
import io.capstan.appliance.node.Node;
import io.capstan.appliance.node.NodePlan;
import io.capstan.appliance.node.Storage;
import io.capstan.appliance.node.TierUnit.TransferOutcome;
import io.capstan.catalog.ElementLocation;
import io.capstan.catalog.JobRecord;
import io.capstan.catalog.JobState;
import io.capstan.catalog.TierCopyRecord;
import io.capstan.changer.Transported;
import io.capstan.fakes.s3.S3Front;
import io.capstan.fakes.s3.S3Front.Fault;
import io.capstan.fakes.s3.S3Server;
import io.capstan.fakes.scsi.FakeInitiator;
import io.capstan.format.VolumeIdentifier;
import io.capstan.metrics.Labels;
import io.capstan.tier.TierCounter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cartridge goes to a bucket and comes back, through the whole node and an S3 server that is not ours. */
class S3TierTest {

    private static final VolumeIdentifier VOLUME = new VolumeIdentifier("TST001L8");
    private static final int BLOCK_BYTES = 64 << 10;
    private static final int BLOCKS = 40;

    @TempDir Path directory;

    private S3Server server;
    private S3Front front;
    private Node node;

    @BeforeEach
    void startServer() throws Exception {
        server = S3Server.start(directory, false);
        front = S3Front.start(server.endpoint());
        S3Server.writeCredentials(directory.resolve("credentials"), S3Server.SECRET_KEY);
    }

    @AfterEach
    void stop() {
        if (node != null) {
            node.close();
        }
        front.close();
        server.close();
    }

    private NodePlan plan(String storageClass) {
        return plan(storageClass, 60);
    }

    private NodePlan plan(String storageClass, int timeoutSeconds) {
        return TestNode.plan(
                directory.resolve("data"),
                """
                libraries:
                  - name: lib0
                    drives: {count: 2}
                    storage-elements: 10
                    import-export-elements: 2
                    cartridges:
                      - {prefix: TST, count: 4, medium: LTO-8, capacity: 100MiB}
                  - name: bucket0
                    drives: {count: 0}
                    storage-elements: 5
                    import-export-elements: 2
                tiers:
                  - name: bucket
                    kind: s3
                    bucket: %s
                    prefix: node1
                    endpoint: %s
                    credentials-file: %s
                    storage-class: %s
                    poll-seconds: 1
                    timeout-seconds: %d
                    libraries: [bucket0]
                    bandwidth: 1TiB
                links:
                  - ends:
                      - {library: lib0, import-export: 1}
                      - {library: bucket0, import-export: 1, keep: true}
                """
                        .formatted(
                                S3Server.BUCKET,
                                front.endpoint(),
                                directory.resolve("credentials"),
                                storageClass,
                                timeoutSeconds));
    }

    /** V9, V11, V12: there and back, and again with nothing to send. */
    @Test
    void aBackupMovesToABucketAndBack() throws Exception {
        node = TestNode.start(plan("standard"));
        writeBackup();
        transfer("bucket0");
        long sentBytes = counted(TierCounter.BYTES_SENT);
        assertThat(sentBytes).isPositive();
        transfer("lib0");
        readBackup();
        assertThat(node.storage().check()).isEmpty();

        transfer("bucket0");
        assertThat(lastJob().progress().bytesMoved()).isZero();
        assertThat(counted(TierCounter.BYTES_SENT)).isEqualTo(sentBytes);
    }

    /** V9, V10: archived, asked for, waited for, asked for again when it was not fetched in time, and back. */
    @Test
    void aBackupIsArchivedAndRestored() throws Exception {
        node = TestNode.start(plan("deep-archive"));
        writeBackup();
        transfer("bucket0");
        send("lib0");
        await(() -> lastJob().state() == JobState.WAITING);
        assertThat(lastJob().reason()).contains("chunks are on their way out of tier bucket");
        front.completeRestores();
        front.expireRestores();
        node.tiers().jobs().retryNow(lastJob().job());

        await(() -> {
            front.completeRestores();
            return isIn("lib0");
        });
        readBackup();
    }

    /** V18, V25: a bucket that is not there holds up neither the start nor anything but what is to go there, and says so. */
    @Test
    void aBucketThatIsMissingMakesACartridgeWait() throws Exception {
        server.destroyBucket();
        node = TestNode.start(plan("standard"));
        writeBackup();
        send("bucket0");
        await(() -> lastJob().attempts() > 0);
        assertThat(lastJob().reason()).contains("s3://tapes/node1/", "NoSuchBucket");

        server.makeBucket();
        node.tiers().jobs().retryNow(lastJob().job());
        await(() -> isIn("bucket0"));
        transfer("lib0");
        readBackup();
    }

    /** V18, V25: a store that is silent for longer than any time-out costs nothing but time, and active cartridges go on. */
    @Test
    void aStoreThatIsSilentMakesACartridgeWait() throws Exception {
        node = TestNode.start(plan("standard", 1));
        writeBackup();
        // The start does not wait for the bucket, and what is silent is to be one that was spoken
        // to.
        assertThat(node.tiers().jobs().tiers().iterator().next().provider().mark()).isPresent();
        front.inject(".*", Integer.MAX_VALUE, new Fault.Silence());
        send("bucket0");
        await(() -> lastJob().attempts() > 0);
        assertThat(lastJob().reason()).contains("s3://tapes/node1/", "cannot look at");
        assertThat(library("lib0").move(STORAGE + 1, DRIVE)).isEqualTo(new Transported());
        FakeInitiator active = TestNode.driveHost(node, 0);
        TestNode.writeFile(active, 100, BLOCKS, BLOCK_BYTES);
        assertThat(TestNode.rewind(active).isGood()).isTrue();
        TestNode.readRecords(active, 100, BLOCKS, BLOCK_BYTES);
        assertThat(library("lib0").move(DRIVE, STORAGE + 1)).isEqualTo(new Transported());

        front.heal();
        node.tiers().jobs().retryNow(lastJob().job());
        await(() -> isIn("bucket0"));
        transfer("lib0");
        readBackup();
    }

    /** A bucket that was destroyed with what was in it: its cartridges wait, nothing takes them for empty. */
    @Test
    void aDestroyedBucketMakesItsCartridgesWait() throws Exception {
        node = TestNode.start(plan("standard"));
        writeBackup();
        transfer("bucket0");
        Path elsewhere = directory.resolve("elsewhere");
        Files.move(server.bucket(), elsewhere);
        send("lib0");
        await(() -> lastJob().attempts() > 0);
        assertThat(lastJob().reason()).contains("there is no bucket tapes");
        assertThat(node.tiers().jobs().usage("bucket").chunkCount()).isPositive();
        assertThat(node.storage().check()).isEmpty();

        Files.move(elsewhere, server.bucket());
        node.tiers().jobs().retryNow(lastJob().job());
        await(() -> isIn("lib0"));
        readBackup();
    }

    /** V11: what comes back wrong is not taken for the backup. */
    @Test
    void whatComesBackGarbledIsFetchedAgain() throws Exception {
        node = TestNode.start(plan("standard"));
        writeBackup();
        transfer("bucket0");
        front.inject("GET .*\\.chunk", 1, new Fault.Garble());
        send("lib0");
        await(() -> lastJob().attempts() > 0);
        assertThat(lastJob().reason()).contains("is not what its name says");

        node.tiers().jobs().retryNow(lastJob().job());
        await(() -> isIn("lib0"));
        readBackup();
    }

    /** With nothing left but the bucket, its cartridges come back, although no chunk can be read yet. */
    @Test
    void aNodeThatLostEverythingIsRebuiltFromTheBucket() throws Exception {
        node = TestNode.start(plan("glacier"));
        writeBackup();
        transfer("bucket0");
        node.close();
        Files.move(directory.resolve("data"), directory.resolve("lost"));

        NodePlan plan = plan("glacier");
        Storage.Rebuilt rebuilt =
                Storage.rebuild(plan, List.of("bucket"), InstantSource.system(), UUID::randomUUID);
        assertThat(rebuilt.report().findings()).isEmpty();
        assertThat(rebuilt.report().cartridgeCount()).isEqualTo(1);
        assertThat(front.restoreRequests()).isEmpty();

        node = TestNode.start(plan);
        node.tiers()
                .jobs()
                .fetch(VOLUME, TierCopyRecord.ACTIVE, new ElementLocation("lib0", STORAGE), true);
        await(() -> {
            front.completeRestores();
            return isIn("lib0");
        });
        readBackup();
    }

    // ---- what the tests are made of

    private LibraryUnit library(String name) {
        return node.library(name).orElseThrow();
    }

    private void send(String to) {
        assertThat(node.tiers().transfer(VOLUME, library(to)))
                .isInstanceOf(TransferOutcome.Begun.class);
    }

    private void transfer(String to) {
        send(to);
        await(() -> isIn(to));
    }

    private boolean isIn(String library) {
        Optional<ElementLocation> element =
                node.storage().catalog().read(view -> view.elementOf(VOLUME));
        return element.map(ElementLocation::library).equals(Optional.of(library));
    }

    private void await(BooleanSupplier condition) {
        TestNode.awaitJobs(node, condition);
    }

    private JobRecord lastJob() {
        return node.tiers().jobs().list(job -> true).getLast();
    }

    private long counted(TierCounter counter) {
        return node.metrics().counter(counter, Labels.of("tier", "bucket")).sum();
    }

    private void writeBackup() {
        assertThat(library("lib0").move(STORAGE, DRIVE)).isEqualTo(new Transported());
        TestNode.writeFile(TestNode.driveHost(node, 0), 0, BLOCKS, BLOCK_BYTES);
        assertThat(library("lib0").move(DRIVE, STORAGE)).isEqualTo(new Transported());
    }

    private void readBackup() {
        int address =
                node.storage()
                        .catalog()
                        .read(view -> view.elementOf(VOLUME))
                        .orElseThrow()
                        .address();
        assertThat(library("lib0").move(address, DRIVE)).isEqualTo(new Transported());
        TestNode.readRecords(TestNode.driveHost(node, 0), 0, BLOCKS, BLOCK_BYTES);
        assertThat(library("lib0").move(DRIVE, address)).isEqualTo(new Transported());
    }
}
