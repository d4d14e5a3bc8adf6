package io.capstan.tier;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.buffer.DataOut;
import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogOptions;
import io.capstan.catalog.JobRecord;
import io.capstan.catalog.JobState;
import io.capstan.catalog.TierCopyRecord;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.Cartridges;
import io.capstan.medium.Medium;
import io.capstan.medium.MountOutcome;
import io.capstan.medium.NewCartridge;
import io.capstan.metrics.MetricsRegistry;
import io.capstan.store.Bandwidth;
import io.capstan.store.ChunkStore;
import io.capstan.store.DiskFileIo;
import io.capstan.store.StoreOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * V10: what goes to a tier and comes from it does so at the pace of the tier, and a job says when it is done. Here a turn of
 * the tier's bandwidth takes ten seconds of a clock that stands still otherwise.
 */
class TierPaceTest {

    private static final VolumeIdentifier VOLUME = new VolumeIdentifier("PACE01L8");
    private static final String TIER = "shelf";
    private static final int BLOCK_BYTES = 10_000;
    private static final int BLOCKS = 60;
    private static final long TURN_MILLIS = 10_000;

    @TempDir Path directory;

    private final InstantSource clock = () -> Instant.ofEpochMilli(this.nowMillis);
    private long nowMillis = 1_700_000_000_000L;
    private long begunMillis;
    private long movedBefore;
    private int turns;
    private int goesAwayAtTurn = -1;

    /** How long jobs said that they still need, and what that should have been. */
    private final List<Long> saidMillis = new ArrayList<>();

    private final List<Long> leftMillis = new ArrayList<>();

    private Catalog catalog;
    private Cartridges cartridges;
    private TierJobs jobs;
    private ChunkStore store;

    @BeforeEach
    void open() throws Exception {
        DiskFileIo io = new DiskFileIo();
        catalog =
                Catalog.open(
                        directory.resolve("catalog"),
                        CatalogOptions.defaults()
                                .withMapSizeInitialBytes(CatalogOptions.MAP_SIZE_MIN_BYTES)
                                .withSynchronousCommits(false));
        store =
                ChunkStore.open(
                        List.of(directory.resolve("disk")), new StoreOptions(64 << 10, 0), io);
        cartridges = Cartridges.open(catalog, store, io, clock, UUID::randomUUID);
        DirectoryTier shelf = new DirectoryTier(directory.resolve(TIER), "test");
        shelf.begin();
        jobs =
                new TierJobs(
                        catalog,
                        store,
                        List.of(
                                new Tier(
                                        TIER,
                                        "directory",
                                        shelf,
                                        1,
                                        new Bandwidth(this::turn, () -> 0))),
                        (job, alongWith) -> Optional.of("nobody takes it"),
                        directory.resolve("staging"),
                        JobOptions.DEFAULTS,
                        clock,
                        new Random(1),
                        new MetricsRegistry());
        cartridges.create(NewCartridge.of(VOLUME, 0x78, 0x5E, 100_000_000));
        try (Medium medium = ((MountOutcome.Mounted) cartridges.mount(VOLUME)).medium()) {
            byte[] block = new byte[BLOCK_BYTES];
            for (int i = 0; i < BLOCKS; i++) {
                medium.append(DataOut.of(block), 0, BLOCK_BYTES);
            }
        }
    }

    @AfterEach
    void close() {
        jobs.close();
        cartridges.close();
        catalog.close();
    }

    /** So many bytes a second that nobody really waits. */
    private long turn() {
        turns++;
        nowMillis += TURN_MILLIS;
        JobRecord job = jobs.list(found -> !found.state().isFinal()).getFirst();
        JobRecord.Progress progress = job.progress();
        long moved = progress.bytesMoved() - movedBefore;
        jobs.expectedEndEpochMillis(job).ifPresent(end -> saidMillis.add(end - nowMillis));
        if (moved > 0) {
            double left = progress.bytesTotal() - progress.bytesMoved();
            leftMillis.add((long) (left * (nowMillis - begunMillis) / moved));
        }
        if (turns == goesAwayAtTurn) {
            moveTier(TIER, "away");
        }
        return Long.MAX_VALUE;
    }

    private void moveTier(String from, String to) {
        try {
            Files.move(directory.resolve(from), directory.resolve(to));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void run(long job) {
        begunMillis = nowMillis;
        movedBefore = jobs.job(job).orElseThrow().progress().bytesMoved();
        turns = 0;
        saidMillis.clear();
        leftMillis.clear();
        jobs.runOnce(job);
    }

    private JobState stateOf(long job) {
        return jobs.job(job).orElseThrow().state();
    }

    @Test
    void eachWayIsAtThePaceOfTheTier() throws Exception {
        long archiving = jobs.bring(VOLUME, TIER);
        run(archiving);
        long chunks = jobs.usage(TIER).chunkCount();
        assertThat(stateOf(archiving)).isEqualTo(JobState.DONE);
        assertThat(chunks).isGreaterThan(5);
        assertThat(turns).isGreaterThanOrEqualTo((int) chunks);
        assertThat(jobs.expectedEndEpochMillis(jobs.job(archiving).orElseThrow())).isEmpty();

        forgetDisks();
        long recalling = jobs.bring(VOLUME, TierCopyRecord.ACTIVE);
        run(recalling);
        assertThat(stateOf(recalling)).isEqualTo(JobState.DONE);
        assertThat(turns).isGreaterThanOrEqualTo((int) chunks);
    }

    /** As if the near copies had been released. */
    private void forgetDisks() throws Exception {
        new CartridgeChunks(catalog, VOLUME)
                .forEachPage(page -> {
                    for (CartridgeChunks.PlacedChunk chunk : page) {
                        catalog.commit(
                                change -> change.putChunk(chunk.chunk().withDisks(List.of())));
                        store.files().delete(chunk.id());
                    }
                    return true;
                });
    }

    /** It goes down to nothing, and hours that a job waited for its tier do not count. */
    @Test
    void aJobSaysWhenItIsDone() {
        goesAwayAtTurn = 3;
        long job = jobs.bring(VOLUME, TIER);
        run(job);
        assertThat(stateOf(job)).isEqualTo(JobState.WAITING);
        assertThat(jobs.expectedEndEpochMillis(jobs.job(job).orElseThrow())).isEmpty();

        nowMillis += Duration.ofHours(10).toMillis();
        moveTier("away", TIER);
        goesAwayAtTurn = -1;
        run(job);
        assertThat(stateOf(job)).isEqualTo(JobState.DONE);
        assertThat(saidMillis).isEqualTo(leftMillis).hasSizeGreaterThan(3);
        assertThat(saidMillis.getFirst()).isLessThan(Duration.ofHours(1).toMillis());
        assertThat(saidMillis.getLast()).isLessThan(saidMillis.getFirst());
    }
}
