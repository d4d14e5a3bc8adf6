package io.capstan.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.buffer.DataIn;
import io.capstan.catalog.BadCopyRecord;
import io.capstan.catalog.ChunkRecord;
import io.capstan.catalog.JobState;
import io.capstan.catalog.TierCopyRecord;
import io.capstan.format.DiskId;
import io.capstan.medium.Medium;
import io.capstan.metrics.Labels;
import io.capstan.store.StoreException;
import io.capstan.upkeep.ScrubStatus;
import io.capstan.upkeep.Upkeep;
import io.capstan.upkeep.UpkeepCounter;
import io.capstan.upkeep.UpkeepOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * V12, V25: a chunk that rots on this node's disks, or is gone from them, is made anew from a tier that has it, and whoever
 * reads it waits for that; where no tier can, nothing that is readable is given up.
 */
class ChunkRepairTest extends TieredCartridge {

    private static final UpkeepOptions OPTIONS =
            new UpkeepOptions(Long.MAX_VALUE, Long.MAX_VALUE, 0, 0, 1);
    private static final String OTHER = "tier1";
    private static final long HOUR_MILLIS = 3_600_000;

    private @Nullable Upkeep upkeep;
    private boolean hasTwoTiers;

    enum Damage {
        ROTTEN,
        CUT,
        GONE
    }

    @Override
    List<Path> diskDirectories() {
        return List.of(directory.resolve("disk/a"), directory.resolve("disk/b"));
    }

    @Override
    List<Tier> otherTiers() throws Exception {
        if (!hasTwoTiers) {
            return List.of();
        }
        DirectoryTier tier = new DirectoryTier(directory.resolve(OTHER), "other");
        tier.begin();
        return List.of(Tier.of(OTHER, "test", tier, 1L << 40));
    }

    @Override
    void boot() throws Exception {
        super.boot();
        Upkeep opened =
                Upkeep.open(
                        mortalCatalog(),
                        Objects.requireNonNull(store),
                        OPTIONS,
                        clock,
                        () -> new DiskId(0xD, 0xD),
                        metrics);
        opened.repairFrom(jobs().recalls());
        upkeep = opened;
    }

    // ---- a host reads

    @ParameterizedTest
    @CsvSource({"DIRECTORY, ROTTEN", "DIRECTORY, CUT", "DIRECTORY, GONE", "VAULT, ROTTEN"})
    void aReadWaitsUntilItsChunkIsMadeAnew(Kind which, Damage how) throws Exception {
        kind = which;
        keepInBoth(80);
        long received = receivedChunks();
        Path file = chunkFiles().get(2);
        byte[] whole = Files.readAllBytes(file);
        damage(file, how);
        try (Medium medium = mount()) {
            assertThat(readAll(medium)).as("READs that had to wait").isEqualTo(1);
            assertThat(medium.correctedReads()).as("TapeAlert flag 1").isEqualTo(1);
        }
        assertThat(file).hasBinaryContent(whole);
        assertThat(receivedChunks() - received).isEqualTo(1);
        assertThat(repairedFrom(TIER)).isEqualTo(1);
        pass();
        assertThat(badCopies()).isEmpty();
        assertThat(jobs().recalls().list()).isEmpty();
        checkAll();
    }

    /** It is reported, and what can be read of it can still be read. */
    @Test
    void whatNoTierHasIsReportedAndStays() throws Exception {
        try (Medium medium = mount()) {
            append(medium, 60);
        }
        boot();
        Path file = chunkFiles().get(2);
        damage(file, Damage.ROTTEN);
        byte[] bad = Files.readAllBytes(file);
        try (Medium medium = mount()) {
            assertThat(unreadableObjects(medium)).hasSize(1);
        }
        pass();
        pass();
        assertThat(badCopies()).hasSize(1);
        assertThat(metrics.counter(UpkeepCounter.COPIES_BAD).sum()).isEqualTo(1);
        assertThat(file).hasBinaryContent(bad);
        assertThat(jobs().recalls().list()).isEmpty();
    }

    /** Nothing takes the place of the bad file, the tier is not asked over and over, and it is once it may have been mended. */
    @Test
    void whatIsBadInItsTierTooIsReportedAndStays() throws Exception {
        kind = Kind.DIRECTORY;
        keepInBoth(80);
        Path file = chunkFiles().get(2);
        byte[] whole = Files.readAllBytes(file);
        damage(file, Damage.ROTTEN);
        byte[] bad = Files.readAllBytes(file);
        Path inTier = fileOf(whole);
        damage(inTier, Damage.ROTTEN);

        try (Medium medium = mount()) {
            List<Integer> unreadable = unreadableObjects(medium);
            assertThat(unreadable).hasSize(1);
            long asked = nowMillis;
            medium.locate(0, unreadable.getFirst());
            assertThatThrownBy(() -> medium.read(DataIn.none(), 0, 0))
                    .as("again, at once")
                    .isInstanceOf(StoreException.Corrupt.class);
            assertThat(medium.position().objectNumber()).isEqualTo(unreadable.getFirst() + 1);
            pass();
            assertThat(file).hasBinaryContent(bad);
            assertThat(badCopies()).hasSize(1);
            assertThat(badCopies().getFirst().reason())
                    .contains("from a tier: ")
                    .contains("is not what its name says");
            assertThat(nowMillis - asked).isLessThan(HOUR_MILLIS);

            Files.write(inTier, whole);
            nowMillis += HOUR_MILLIS;
            pass();
            await();
            assertThat(file).hasBinaryContent(whole);
            assertThat(readAll(medium)).isZero();
        }
        pass();
        assertThat(badCopies()).isEmpty();
    }

    @Test
    void ofTwoTiersTheOneThatHasItGivesIt() throws Exception {
        kind = Kind.DIRECTORY;
        hasTwoTiers = true;
        keepInBoth(80);
        runJob(jobs().bring(VOLUME, OTHER));
        Path file = chunkFiles().get(2);
        damage(fileOf(Files.readAllBytes(file)), Damage.ROTTEN);
        damage(file, Damage.ROTTEN);
        try (Medium medium = mount()) {
            assertThat(readAll(medium)).isEqualTo(1);
        }
        assertThat(repairedFrom(OTHER)).isEqualTo(1);
        assertThat(repairedFrom(TIER)).isZero();
        checkAll();
    }

    /** A disk that does not take it keeps the bad file until the chunk is whole on another one. */
    @Test
    void aDiskThatRefusesIsPassedOver() throws Exception {
        keepInBoth(80);
        Path file = chunkFiles().get(2);
        Path inTheWay = file.resolveSibling(file.getFileName() + ".tmp").resolve("in the way");
        Files.createDirectories(inTheWay);
        damage(file, Damage.ROTTEN);
        long before = chunkFiles().size();
        try (Medium medium = mount()) {
            assertThat(readAll(medium)).isEqualTo(1);
        }
        assertThat(file).doesNotExist();
        assertThat(chunkFiles()).hasSize((int) before);
        pass();
        assertThat(badCopies()).isEmpty();
        checkAll();
    }

    // ---- nobody reads

    @Test
    void whatAScrubFindsIsMadeAnew() throws Exception {
        keepInBoth(80);
        Path file = chunkFiles().get(3);
        byte[] whole = Files.readAllBytes(file);
        damage(file, Damage.ROTTEN);
        scrub();
        assertThat(badCopies()).hasSize(1);
        for (int i = 0; i < 4; i++) {
            pass();
            jobs().recalls().runDue();
        }
        assertThat(jobs().recalls().list()).as("on its way out of the vault").hasSize(1);
        assertThat(metrics.counter(UpkeepCounter.COPIES_BAD).sum()).isEqualTo(1);
        await();
        assertThat(file).hasBinaryContent(whole);
        assertThat(badCopies()).isEmpty();
        scrub();
        assertThat(badCopies()).isEmpty();
        assertThat(repairedFrom(TIER)).isEqualTo(1);
        checkAll();
    }

    /** What turns out to be whole is not fetched. */
    @Test
    void nothingIsFetchedForNothing() throws Exception {
        keepInBoth(80);
        long received = receivedChunks();
        ChunkRecord chunk = catalog().read(view -> view.chunks(Optional.empty(), 10)).getFirst();
        assertThat(jobs().recalls().repair(chunk.chunk(), false)).isPresent();
        assertThat(jobs().recalls().isRepairing(chunk.chunk())).isTrue();
        await();
        assertThat(jobs().recalls().isRepairing(chunk.chunk())).isFalse();
        assertThat(receivedChunks()).isEqualTo(received);
    }

    /** A fault that is not the chunk's is told at the second attempt, and does not have the host wait for ever. */
    @Test
    void aReadThatNoRepairHelpsIsAnError() throws Exception {
        kind = Kind.DIRECTORY;
        keepInBoth(80);
        long received = receivedChunks();
        Path file = chunkFiles().get(2);
        byte[] whole = Files.readAllBytes(file);
        damage(file, Damage.ROTTEN);
        try (Medium medium = mount()) {
            List<Integer> unreadable = new ArrayList<>();
            medium.locate(0, 0);
            for (int object = 0; object < written.size(); object++) {
                try {
                    read(medium, object);
                } catch (StoreException.InTier e) {
                    // By the time it is looked at, it is whole; by the time of the READ, it is not.
                    Files.write(file, whole);
                    await();
                    damage(file, Damage.ROTTEN);
                    object--;
                } catch (StoreException.Corrupt e) {
                    unreadable.add(object);
                }
            }
            assertThat(unreadable).hasSize(1);
        }
        assertThat(receivedChunks()).isEqualTo(received);
    }

    /** V11: the tier's copy is not given up for one here that rotted since it came. */
    @Test
    void aTierIsNotReleasedForABadChunk() throws Exception {
        keepInBoth(80);
        runJob(depart(HOME, TierCopyRecord.ACTIVE, AWAY, TIER, List.of()));
        Path file = chunkFiles().get(2);
        damage(file, Damage.ROTTEN);
        long copies = chunkCount();
        long job = depart(AWAY, TIER, HOME, TierCopyRecord.ACTIVE, List.of(TIER));
        jobs().runOnce(job);
        assertThat(jobs().job(job).orElseThrow().state()).isEqualTo(JobState.WAITING);
        assertThat(chunkCount()).isEqualTo(copies);
        pass();
        await();
        runJob(job);
        assertThat(chunkCount()).isZero();
        try (Medium medium = mount()) {
            assertThat(readAll(medium)).isZero();
        }
        checkAll();
    }

    // ---- whatever happens

    static LongStream seeds() {
        return LongStream.of(1, 2, 3, System.nanoTime());
    }

    /** Chunks rot, the process dies at any instant of the repair, and a host reads what was written, always. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void nothingIsLostWhateverInstantTheProcessDiesAt(long seed) throws Exception {
        System.out.println("ChunkRepairTest seed " + seed);
        random.setSeed(seed);
        kind = random.nextBoolean() ? Kind.VAULT : Kind.DIRECTORY;
        keepInBoth(60 + random.nextInt(60));
        int deaths = 0;
        for (int life = 0; life < 10; life++) {
            List<Path> files = chunkFiles();
            for (int i = random.nextInt(4); i >= 0; i--) {
                Path file = files.get(random.nextInt(files.size()));
                if (Files.exists(file)) {
                    damage(file, Damage.values()[random.nextInt(Damage.values().length)]);
                }
            }
            callsLeft = random.nextInt(12);
            try (Medium medium = mount()) {
                for (int i = 0; i < 40; i++) {
                    operate(medium);
                }
            } catch (Death e) {
                deaths++;
            }
            callsLeft = -1;
            boot();
            try (Medium medium = mount()) {
                int _ = readAll(medium);
            }
            pass();
            checkAll();
        }
        assertThat(repairedFrom(TIER)).isPositive();
        System.out.printf("%d deaths, %d chunks made anew%n", deaths, repairedFrom(TIER));
    }

    private void operate(Medium medium) throws Exception {
        switch (random.nextInt(4)) {
            case 0 -> assertThat(medium.locate(0, random.nextInt(written.size()))).isTrue();
            case 1 -> {
                nowMillis += random.nextInt((int) DELAY_MILLIS);
                jobs().recalls().runDue();
            }
            case 2 -> {
                if (random.nextInt(8) == 0) {
                    upkeep().scrub().start();
                }
                pass();
            }
            default -> {
                int object = (int) medium.position().objectNumber();
                try {
                    read(medium, object);
                } catch (StoreException.InTier e) {
                    assertThat(medium.position().objectNumber()).isEqualTo(object);
                }
            }
        }
    }

    // ---- what the tests are made of

    private Upkeep upkeep() {
        return Objects.requireNonNull(upkeep);
    }

    /** Writes a cartridge whose chunks are in the tier and here. */
    private void keepInBoth(int objects) throws Exception {
        archive(objects);
        runJob(jobs().bring(VOLUME, TierCopyRecord.ACTIVE));
        // What the vault handed out has gone back into it.
        nowMillis += 120_000;
        assertThat(chunkFiles()).hasSizeGreaterThan(4);
    }

    private static void damage(Path file, Damage how) throws Exception {
        byte[] bytes = Files.readAllBytes(file);
        switch (how) {
            case ROTTEN -> {
                bytes[bytes.length / 2] ^= 1;
                Files.write(file, bytes);
            }
            case CUT -> Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
            case GONE -> Files.delete(file);
        }
    }

    /** The file of the tier that has some content. */
    private Path fileOf(byte[] content) throws Exception {
        for (Path file : files(directory.resolve(TIER))) {
            if (Arrays.equals(Files.readAllBytes(file), content)) {
                return file;
            }
        }
        throw new AssertionError("the tier does not have it");
    }

    /** Reads and compares everything; returns how often that had to wait. */
    private int readAll(Medium medium) throws Exception {
        int waits = 0;
        medium.locate(0, 0);
        for (int object = 0; object < written.size(); object++) {
            try {
                read(medium, object);
            } catch (StoreException.InTier e) {
                assertThat(medium.position().objectNumber()).isEqualTo(object);
                assertThat(waits).isLessThan(PATIENCE);
                waits++;
                await();
                object--;
            }
        }
        return waits;
    }

    /** Reads and compares everything that can be read; returns the rest. */
    private List<Integer> unreadableObjects(Medium medium) throws Exception {
        List<Integer> unreadable = new ArrayList<>();
        medium.locate(0, 0);
        for (int object = 0; object < written.size(); object++) {
            try {
                read(medium, object);
            } catch (StoreException.InTier e) {
                await();
                object--;
            } catch (StoreException.Corrupt e) {
                unreadable.add(object);
            }
        }
        return unreadable;
    }

    private void pass() throws StoreException {
        upkeep().pass();
    }

    private void scrub() throws StoreException {
        upkeep().scrub().start();
        while (upkeep().scrub().status().state() == ScrubStatus.State.RUNNING) {
            pass();
        }
    }

    private List<BadCopyRecord> badCopies() {
        return upkeep().badCopies(Optional.empty(), 100);
    }

    private long repairedFrom(String tier) {
        return metrics.counter(TierCounter.CHUNKS_REPAIRED, Labels.of("tier", tier)).sum();
    }
}
