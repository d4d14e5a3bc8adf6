package io.capstan.tier;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogOptions;
import io.capstan.catalog.CatalogTransaction;
import io.capstan.catalog.ElementLocation;
import io.capstan.catalog.ElementRecord;
import io.capstan.catalog.JobRecord;
import io.capstan.catalog.TierCopyRecord;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.Cartridges;
import io.capstan.medium.NewCartridge;
import io.capstan.metrics.MetricsRegistry;
import io.capstan.store.ChunkStore;
import io.capstan.store.DiskFileIo;
import io.capstan.store.StoreOptions;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** V10: which job is run next: the most urgent one, and of those that are as urgent the oldest. */
class TierJobsOrderTest {

    private static final int JOBS = 5;

    @TempDir Path directory;

    private final List<Long> delivered = new CopyOnWriteArrayList<>();
    private final CountDownLatch left = new CountDownLatch(JOBS);

    @Test
    void theMostUrgentJobRunsFirst() throws Exception {
        InstantSource clock = InstantSource.system();
        DiskFileIo io = new DiskFileIo();
        ChunkStore store =
                ChunkStore.open(
                        List.of(directory.resolve("disk")), new StoreOptions(64 << 10, 0), io);
        try (Catalog catalog =
                        Catalog.open(
                                directory.resolve("catalog"),
                                CatalogOptions.defaults()
                                        .withMapSizeInitialBytes(CatalogOptions.MAP_SIZE_MIN_BYTES)
                                        .withSynchronousCommits(false));
                Cartridges cartridges =
                        Cartridges.open(catalog, store, io, clock, UUID::randomUUID);
                TierJobs jobs =
                        new TierJobs(
                                catalog,
                                store,
                                List.of(),
                                (job, alongWith) -> deliver(catalog, job, alongWith),
                                directory.resolve("staging"),
                                new JobOptions(1, 1_000, 1_000, 1_000, 1_000, 1_000, 0, 0, false),
                                clock,
                                new Random(1),
                                new MetricsRegistry())) {
            for (int i = 1; i <= JOBS; i++) {
                VolumeIdentifier volume = new VolumeIdentifier("JOB00%dL8".formatted(i));
                cartridges.create(NewCartridge.of(volume, 0x78, 0x5E, 1_000_000));
                ElementLocation to = new ElementLocation("lib0", 1000 + i);
                assertThat(jobs.fetch(volume, TierCopyRecord.ACTIVE, to, false)).isEqualTo(i);
            }
            assertThat(jobs.prioritize(4, 9)).isTrue();
            assertThat(jobs.prioritize(2, 0)).isTrue();
            assertThat(jobs.prioritize(JOBS + 1L, 9)).isFalse();
            jobs.start();
            assertThat(left.await(5, TimeUnit.MINUTES)).isTrue();
        }
        assertThat(delivered).containsExactly(4L, 1L, 3L, 5L, 2L);
    }

    private Optional<String> deliver(
            Catalog catalog, JobRecord job, Consumer<CatalogTransaction> alongWith) {
        delivered.add(job.job());
        catalog.commit(change -> {
            alongWith.accept(change);
            change.putElement(
                    new ElementRecord(job.to().orElseThrow(), job.volume(), OptionalInt.empty()));
        });
        left.countDown();
        return Optional.empty();
    }
}
