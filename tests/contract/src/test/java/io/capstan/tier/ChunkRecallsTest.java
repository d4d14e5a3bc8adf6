package io.capstan.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.buffer.DataIn;
import io.capstan.buffer.DataOut;
import io.capstan.catalog.TierCopyRecord;
import io.capstan.medium.Medium;
import io.capstan.medium.MediumPosition;
import io.capstan.metrics.Labels;
import io.capstan.store.StoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * V8, V21, V22: a cartridge whose chunks are only in a tier is mounted, positioned and read, chunk by chunk, on a clock that
 * moves when the test says so.
 */
class ChunkRecallsTest extends TieredCartridge {
    // ---- V22: loaded at once, positioned without its data

    @ParameterizedTest
    @EnumSource
    void everyPositionIsFoundWithoutTheData(Kind which) throws Exception {
        kind = which;
        archive(80);
        try (Medium medium = mount()) {
            assertThat(medium.endOfData(0)).isEqualTo(written.size());
            long file = 0;
            for (int object = 0; object < written.size(); object++) {
                assertThat(medium.locate(0, object)).isTrue();
                assertThat(medium.position()).isEqualTo(new MediumPosition(0, object, file));
                if (written.get(object) < 0) {
                    file++;
                    assertThat(medium.locateFile(0, file)).isTrue();
                    assertThat(medium.position())
                            .isEqualTo(new MediumPosition(0, object + 1L, file));
                }
            }
            medium.spaceToEndOfData();
            medium.spaceFilemarks(-1);
            assertThat(medium.position().objectNumber()).isEqualTo(written.lastIndexOf(-1));
        }
        assertThat(receivedChunks()).isZero();
        assertThat(chunkFiles()).isEmpty();
    }

    /** V22: a READ that ends at a filemark needs nothing of the chunk which that is in, nor of what follows. */
    @ParameterizedTest
    @EnumSource
    void aReadThatEndsAtAFilemarkMovesNothing(Kind which) throws Exception {
        kind = which;
        aheadBytes = 2 * CHUNK_BYTES;
        archive(80);
        assertThat(written).contains(-1);
        try (Medium medium = mount()) {
            long file = 0;
            for (int object = 0; object < written.size(); object++) {
                if (written.get(object) < 0) {
                    file++;
                    medium.locate(0, object);
                    read(medium, object);
                    assertThat(medium.position())
                            .isEqualTo(new MediumPosition(0, object + 1L, file));
                }
            }
            assertThat(jobs().recalls().list()).isEmpty();
            await();
        }
        assertThat(receivedBytes()).isZero();
        assertThat(chunkFiles()).isEmpty();
    }

    /** Copies of schema version 3 do not say where filemarks are: then that chunk comes, and no guess is made. */
    @Test
    void aPositionThatIsNotKnownWaitsForItsChunk() throws Exception {
        archive(80);
        catalog()
                .commit(change ->
                        change.tierCopies(Optional.empty(), 1000)
                                .forEach(copy ->
                                        change.putTierCopy(copy.withFilemarks(Optional.empty()))));
        int filemark = written.indexOf(-1);
        try (Medium medium = mount()) {
            assertThatThrownBy(() -> medium.locateFile(0, 1))
                    .isInstanceOf(StoreException.InTier.class);
            assertThat(medium.position().objectNumber()).isZero();
            await();
            assertThat(medium.locateFile(0, 1)).isTrue();
            assertThat(medium.position().objectNumber()).isEqualTo(filemark + 1);
        }
        assertThat(receivedChunks()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void aReadAsksForItsChunkAndStaysWhereItIs(Kind which) throws Exception {
        kind = which;
        archive(80);
        int wanted = 40;
        try (Medium medium = mount()) {
            medium.locate(0, wanted);
            MediumPosition before = medium.position();
            StoreException.InTier fault = readInTier(medium);
            assertThat(medium.position()).isEqualTo(before);
            assertThat(medium.isComing(fault.chunk())).isTrue();
            if (kind == Kind.VAULT) {
                jobs().recalls().runDue();
                assertThat(medium.isComing(fault.chunk())).as("before the delay is over").isTrue();
            }
            await();
            assertThat(medium.isComing(fault.chunk())).isFalse();
            read(medium, wanted);
        }
        assertThat(receivedChunks()).as("the touched chunk alone").isEqualTo(1);
        assertThat(receivedBytes()).isLessThan(2L * CHUNK_BYTES);
        assertThat(jobs().recalls().list()).isEmpty();
    }

    /** What follows comes along, as much as the window says, and reading in order asks for more in time. */
    @Test
    void whatFollowsIsAskedForWithIt() throws Exception {
        aheadBytes = 2 * CHUNK_BYTES;
        archive(120);
        long all = chunkCount();
        try (Medium medium = mount()) {
            readInTier(medium);
            await();
            assertThat(receivedChunks()).isBetween(3L, 4L).isLessThan(all);
            int waits = 0;
            for (int object = 0; object < written.size(); object++) {
                // What was asked for by the way comes meanwhile, as it does with threads.
                await();
                try {
                    read(medium, object);
                } catch (StoreException.InTier e) {
                    waits++;
                    object--;
                }
            }
            assertThat(waits).as("READs that had to wait after the first").isZero();
        }
    }

    @Test
    void itIsWriteProtectedUntilAllOfItIsHere() throws Exception {
        archive(80);
        try (Medium medium = mount()) {
            assertThat(medium.description().writeProtected()).isTrue();
            medium.spaceToEndOfData();
            assertThatThrownBy(() -> medium.append(DataOut.of(block(1)), 0, BLOCK_BYTES))
                    .isInstanceOf(StoreException.WriteFailed.class)
                    .hasMessageContaining("while it is lent");
            assertThatThrownBy(() -> medium.appendFilemarks(1))
                    .isInstanceOf(StoreException.WriteFailed.class);
            assertThatThrownBy(medium::erase).isInstanceOf(StoreException.WriteFailed.class);
            long job = jobs().bring(VOLUME, TierCopyRecord.ACTIVE);
            runJob(job);
            assertThat(medium.description().writeProtected()).as("as it was mounted").isTrue();
        }
        try (Medium medium = mount()) {
            assertThat(medium.description().writeProtected()).isFalse();
            append(medium, 3);
            medium.locate(0, 0);
            for (int object = 0; object < written.size(); object++) {
                read(medium, object);
            }
        }
        checkAll();
    }

    /** V6: laying it out anew needs nothing of what is in the tier. */
    @Test
    void itCanBeErasedWhereItIs() throws Exception {
        archive(40);
        try (Medium medium = mount()) {
            medium.format(List.of(100_000_000L));
        }
        written.clear();
        try (Medium medium = mount()) {
            assertThat(medium.description().writeProtected()).isFalse();
            append(medium, 10);
            readThrough(medium, 0);
        }
        assertThat(receivedChunks()).isZero();
        checkAll();
    }

    /** What was asked for and is not here when the cartridge is unloaded does not come any more. */
    @Test
    void unloadingForgetsWhatWasAskedFor() throws Exception {
        aheadBytes = 10 * CHUNK_BYTES;
        archive(80);
        try (Medium medium = mount()) {
            readInTier(medium);
            assertThat(jobs().recalls().list()).hasSizeGreaterThan(5);
        }
        assertThat(jobs().recalls().list()).isEmpty();
        await();
        assertThat(chunkFiles()).isEmpty();
    }

    /** It goes back without moving data, and what was brought goes. */
    @Test
    void itGoesBackWithoutMovingData() throws Exception {
        archive(80);
        try (Medium medium = mount()) {
            readThrough(medium, 20);
        }
        assertThat(chunkFiles()).hasSize(1);
        long sent = metrics.counter(TierCounter.BYTES_SENT, Labels.of("tier", TIER)).sum();
        runJob(depart(HOME, TierCopyRecord.ACTIVE, AWAY, TIER));
        assertThat(metrics.counter(TierCounter.BYTES_SENT, Labels.of("tier", TIER)).sum())
                .isEqualTo(sent);
        assertThat(chunkFiles()).isEmpty();
        checkAll();
    }

    /** A copy that is gone or damaged is told as data that is lost, and its neighbours are read. */
    @Test
    void aLostCopyIsToldAndItsNeighboursAreRead() throws Exception {
        kind = Kind.DIRECTORY;
        archive(80);
        List<Path> copies = files(directory.resolve(TIER));
        byte[] bytes = Files.readAllBytes(copies.getFirst());
        bytes[bytes.length / 2] ^= 1;
        Files.write(copies.getFirst(), bytes);
        try (Medium medium = mount()) {
            readInTier(medium);
            await();
            assertThatThrownBy(() -> medium.read(DataIn.none(), 0, 0))
                    .isInstanceOf(StoreException.Missing.class)
                    .hasMessageContaining("not what its name says");
            assertThat(medium.position().objectNumber()).isEqualTo(1);
            medium.locate(0, 40);
            readThrough(medium, 40);
        }
    }

    /** A tier that does not answer costs time alone. */
    @Test
    void aTierThatIsAwayMakesAReadWait() throws Exception {
        kind = Kind.DIRECTORY;
        archive(20);
        Path tier = directory.resolve(TIER);
        Files.move(tier, directory.resolve("away"));
        try (Medium medium = mount()) {
            StoreException.InTier fault = readInTier(medium);
            for (int i = 0; i < 20; i++) {
                jobs().recalls().runDue();
                nowMillis += 60_000;
                assertThat(medium.isComing(fault.chunk())).isTrue();
            }
            assertThat(jobs().recalls().list().getFirst().attempts()).isGreaterThan(5);
            assertThat(jobs().recalls().list().getFirst().reason()).contains("mounted");
            Files.move(directory.resolve("away"), tier);
            readThrough(medium, 0);
        }
    }

    // ---- never wrong data

    static LongStream seeds() {
        return LongStream.of(1, 2, 3, System.nanoTime());
    }

    /** Whatever a host does, it gets what was written, or is told to wait; whatever instant the process dies at. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aPartialRecallNeverGivesWrongData(long seed) throws Exception {
        System.out.println("ChunkRecallsTest seed " + seed);
        random.setSeed(seed);
        kind = random.nextBoolean() ? Kind.VAULT : Kind.DIRECTORY;
        aheadBytes = random.nextInt(4) * (long) CHUNK_BYTES;
        archive(60 + random.nextInt(100));
        int deaths = 0;
        for (int life = 0; life < 12; life++) {
            callsLeft = random.nextInt(20);
            try (Medium medium = mount()) {
                for (int i = 0; i < 40; i++) {
                    operate(medium);
                }
            } catch (Death e) {
                deaths++;
            }
            callsLeft = -1;
            boot();
            checkAll();
            if (random.nextInt(4) == 0) {
                runJob(depart(HOME, TierCopyRecord.ACTIVE, AWAY, TIER));
                lend();
            }
        }
        System.out.printf("%d deaths, %d chunks brought%n", deaths, receivedChunks());
        try (Medium medium = mount()) {
            readThrough(medium, 0);
        }
        checkAll();
    }

    private void operate(Medium medium) throws StoreException {
        int target = random.nextInt(written.size() + 1);
        switch (random.nextInt(4)) {
            case 0 -> assertThat(medium.locate(0, target)).isTrue();
            case 1 -> {
                int files = (int) written.stream().filter(object -> object < 0).count();
                int file = random.nextInt(files + 1);
                assertThat(medium.locateFile(0, file)).isTrue();
                assertThat(medium.position().fileNumber()).isEqualTo(file);
            }
            case 2 -> jobs().recalls().runDue();
            default -> {
                for (int i = random.nextInt(10); i >= 0; i--) {
                    int object = (int) medium.position().objectNumber();
                    try {
                        read(medium, object);
                    } catch (StoreException.InTier e) {
                        assertThat(medium.position().objectNumber()).isEqualTo(object);
                        nowMillis += random.nextInt((int) DELAY_MILLIS);
                        jobs().recalls().runDue();
                    }
                }
            }
        }
        long before =
                written.subList(0, (int) medium.position().objectNumber()).stream()
                        .filter(object -> object < 0)
                        .count();
        assertThat(medium.position().fileNumber()).isEqualTo(before);
    }
}
