package io.capstan.appliance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.fakes.scsi.FakeInitiator;
import io.capstan.fakes.scsi.FakeReply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * V12, V22 in real sizes, by the bytes that move, with the daemon of the distribution and a host on iSCSI; it says how long
 * things took. {@code TierTest} and {@code InstantAccessTest} have the same in small.
 *
 * <p>{@code make tier-sizes MIB=10240}
 */
@EnabledIfSystemProperty(named = TierSizesTest.SIZE, matches = "[0-9]+")
class TierSizesTest {

    static final String SIZE = "capstan.sizes.mib";

    private static final int SIZE_MIB = Integer.getInteger(SIZE, 20);

    /** Chunks as they are by default, where there is enough for some of them. */
    private static final int CHUNK_MIB = SIZE_MIB >= 1024 ? 64 : 1;

    private static final String BARCODE = "TST001L8";
    private static final int BLOCK_BYTES = 256 << 10;
    private static final int FILES = 20;
    private static final int FILE_BLOCKS = SIZE_MIB * 4 / FILES;

    @TempDir Path directory;

    private RestartableNode daemon;

    @BeforeEach
    void start() throws IOException {
        daemon =
                new RestartableNode(
                        directory,
                        CHUNK_MIB + "MiB",
                        """
                        recall: {read-ahead: 0B}
                        libraries:
                          - name: lib0
                            drives: {count: 1}
                            storage-elements: 5
                            import-export-elements: 1
                            cartridges: [{prefix: TST, count: 1, medium: LTO-8, capacity: 1TiB}]
                          - name: vault0
                            drives: {count: 0}
                            storage-elements: 5
                            import-export-elements: 1
                        tiers:
                          - name: vault
                            kind: vault
                            directory: %s
                            libraries: [vault0]
                            bandwidth: 1TiB
                            delay-seconds: 1
                            batch-seconds: 0
                        links:
                          - ends:
                              - {library: lib0, import-export: 1}
                              - {library: vault0, import-export: 1, keep: true}
                        """
                                .formatted(directory.resolve("vault")));
        daemon.start();
        daemon.awaitReady();
    }

    @AfterEach
    void stop() throws Exception {
        daemon.kill();
    }

    /** V12: nothing where nothing was written, and what was appended where something was. */
    @Test
    void archivingAgainMovesWhatWasWrittenSince() throws Exception {
        write(0, FILES);
        long wholeBytes = transfer("vault0", "archived");
        assertThat(wholeBytes).isGreaterThanOrEqualTo(FILES * (long) FILE_BLOCKS * BLOCK_BYTES);
        transfer("lib0", "recalled");
        assertThat(transfer("vault0", "archived unchanged")).isZero();

        transfer("lib0", "recalled");
        int appendedBlocks = Math.max(1, FILES * FILE_BLOCKS / 100);
        daemon.withDrive(
                BARCODE,
                drive -> {
                    assertThat(drive.send("11 03 00 00 00 00").outcome()).isEqualTo("GOOD");
                    writeFile(drive, FILES, appendedBlocks);
                });
        long appendedBytes = (long) appendedBlocks * BLOCK_BYTES;
        assertThat(transfer("vault0", "archived with 1 % appended"))
                .isBetween(appendedBytes, appendedBytes + appendedBytes / 10 + 65_536);
    }

    /** V22: a file in the middle of an archived cartridge is read, and only the chunks that it is in come. */
    @Test
    void oneFileOfAnArchivedCartridgeIsRead() throws Exception {
        write(0, FILES);
        transfer("vault0", "archived");
        assertThat(bytesHere()).isZero();
        JsonNode job = daemon.post("/v1/cartridges/" + BARCODE + "/lend", "{\"library\":\"lib0\"}");
        assertThat(job.path("barcode").asText()).isEqualTo(BARCODE);
        awaitJobs();

        long startNanos = System.nanoTime();
        long[] positionedNanos = {0};
        daemon.withDrive(
                BARCODE,
                drive -> {
                    int file = FILES / 2;
                    assertThat(drive.send("11 01 %06X 00".formatted(file)).outcome())
                            .as("SPACE over filemarks")
                            .isEqualTo("GOOD");
                    assertThat(drive.receive("34 00 00 00 00 00 00 00 00 00", 20).u32(4))
                            .as("READ POSITION")
                            .isEqualTo((long) file * (FILE_BLOCKS + 1));
                    assertThat(bytesHere()).as("moved by positioning").isZero();
                    positionedNanos[0] = System.nanoTime();
                    for (int i = 0; i < FILE_BLOCKS; i++) {
                        assertThat(await(drive).data()).isEqualTo(block(file, i));
                    }
                    assertThat(await(drive).outcome()).as("behind it").isEqualTo("00/00/01");
                    long fileBytes = (long) FILE_BLOCKS * BLOCK_BYTES;
                    assertThat(bytesHere())
                            .isBetween(fileBytes, fileBytes + 2L * (CHUNK_MIB << 20) + 65_536);
                    say(
                            "one file of %d MiB of %d MiB was read: %.1f MiB came, positioned after %.2f s, read %.2f s later",
                            fileBytes >> 20,
                            SIZE_MIB,
                            bytesHere() / (double) (1 << 20),
                            (positionedNanos[0] - startNanos) / 1e9,
                            (System.nanoTime() - positionedNanos[0]) / 1e9);
                    readOneBlock(drive, FILES / 4, FILE_BLOCKS / 2);
                });
    }

    /** As {@code mt seek} and a read of one block: the chunk that it is in comes, and no other. */
    private void readOneBlock(FakeInitiator drive, int file, int index) {
        long beforeBytes = bytesHere();
        int objectNumber = file * (FILE_BLOCKS + 1) + index;
        assertThat(drive.send("2B 00 00 %08X 00 00 00".formatted(objectNumber)).outcome())
                .as("LOCATE")
                .isEqualTo("GOOD");
        assertThat(bytesHere()).as("moved by positioning").isEqualTo(beforeBytes);
        assertThat(await(drive).data()).isEqualTo(block(file, index));
        long cameBytes = bytesHere() - beforeBytes;
        assertThat(cameBytes).isBetween((long) BLOCK_BYTES, (CHUNK_MIB + 1L) << 20);
        say("one block was read: %.1f MiB came", cameBytes / (double) (1 << 20));
    }

    // ---- what the tests are made of

    private static void say(String format, Object... values) {
        System.out.printf(Locale.ROOT, "TierSizesTest: " + format + "%n", values);
    }

    private static byte[] block(int file, int index) {
        byte[] bytes = new byte[BLOCK_BYTES];
        new SplittableRandom(file * 1_000_000L + index).nextBytes(bytes);
        return bytes;
    }

    private void write(int firstFile, int files) throws IOException {
        long startNanos = System.nanoTime();
        daemon.withDrive(
                BARCODE,
                drive -> {
                    for (int file = firstFile; file < firstFile + files; file++) {
                        writeFile(drive, file, FILE_BLOCKS);
                    }
                });
        sayPace("written", (long) files * FILE_BLOCKS * BLOCK_BYTES, startNanos);
    }

    private static void writeFile(FakeInitiator drive, int file, int blocks) {
        for (int i = 0; i < blocks; i++) {
            assertThat(TestNode.write(drive, block(file, i)).outcome()).isEqualTo("GOOD");
        }
        assertThat(TestNode.writeFilemark(drive).outcome()).isEqualTo("GOOD");
    }

    private static void sayPace(String what, long bytes, long startNanos) {
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        double mib = bytes / (double) (1 << 20);
        say("%s: %.1f MiB moved in %.1f s, %.0f MiB/s", what, mib, seconds, mib / seconds);
    }

    /** Sends the cartridge and waits; returns how many bytes that moved. */
    private long transfer(String library, String what) throws IOException {
        long startNanos = System.nanoTime();
        daemon.send(BARCODE, library);
        awaitJobs();
        assertThat(daemon.libraryOf(BARCODE)).isEqualTo(library);
        List<JsonNode> all = daemon.get("/v1/jobs?all=true").path("jobs").valueStream().toList();
        long bytes = all.getLast().path("bytesMoved").asLong();
        sayPace(what, bytes, startNanos);
        return bytes;
    }

    private void awaitJobs() throws IOException {
        long deadlineNanos = System.nanoTime() + TimeUnit.MINUTES.toNanos(30);
        while (!daemon.jobs().isEmpty()) {
            assertThat(System.nanoTime()).isLessThan(deadlineNanos);
            LockSupport.parkNanos(20_000_000);
        }
    }

    /** Reads; as long as the chunk has not come, again. */
    private static FakeReply await(FakeInitiator drive) {
        long deadlineNanos = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
        FakeReply reply = TestNode.read(drive, BLOCK_BYTES);
        while (reply.outcome().equals("BUSY")) {
            assertThat(System.nanoTime()).isLessThan(deadlineNanos);
            LockSupport.parkNanos(1_000_000);
            reply = TestNode.read(drive, BLOCK_BYTES);
        }
        return reply;
    }

    /** Bytes of chunks on the node's disk. */
    private long bytesHere() {
        try (Stream<Path> files = Files.walk(directory.resolve("data/store"))) {
            return files.filter(file -> file.toString().endsWith(".chunk"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
