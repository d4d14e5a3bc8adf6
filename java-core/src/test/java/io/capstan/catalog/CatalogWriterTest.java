package io.capstan.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.catalog.CatalogException.Reason;
import io.capstan.metrics.MetricsRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Group commit, isolation of changes, growth of the map, and who may call whom. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CatalogWriterTest {

    private final MetricsRegistry metrics = new MetricsRegistry();
    private final CatalogOptions options =
            CatalogOptions.defaults()
                    .withMapSizeInitialBytes(CatalogOptions.MAP_SIZE_MIN_BYTES)
                    .withQueueCapacity(64)
                    .withMetrics(metrics);

    @TempDir Path directory;

    private Catalog catalog;

    @BeforeEach
    void open() {
        catalog = Catalog.open(directory, options);
    }

    @AfterEach
    void close() {
        catalog.close();
    }

    @Test
    void whatWaitsIsCommittedTogether() {
        List<CompletableFuture<@Nullable Void>> done = new ArrayList<>();
        long before = count(CatalogCounter.COMMITS);
        try (HeldWriter held = new HeldWriter()) {
            for (int i = 0; i < 50; i++) {
                String name = "name" + i;
                done.add(catalog.submit(transaction -> put(transaction, name)));
            }
            assertThat(done).noneMatch(CompletableFuture::isDone);
            held.release();
        }
        done.forEach(CompletableFuture::join);

        assertThat(count(CatalogCounter.COMMITS) - before).isEqualTo(2);
        assertThat(count(CatalogCounter.CHANGES)).isEqualTo(51);
        for (int i = 0; i < 50; i++) {
            assertThat(has("name" + i)).isTrue();
        }
    }

    @Test
    void manyThreadsShareCommits() throws Exception {
        int threads = 32;
        long changesEach = 25;
        AtomicInteger failures = new AtomicInteger();
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Future<?>> all = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                String prefix = "thread" + thread + "/";
                all.add(
                        executor.submit(() -> {
                            for (int i = 0; i < changesEach; i++) {
                                String name = prefix + i;
                                catalog.commit(transaction -> put(transaction, name));
                                if (!has(name)) {
                                    failures.incrementAndGet();
                                }
                            }
                        }));
            }
            for (Future<?> future : all) {
                future.get();
            }
        }

        assertThat(failures).hasValue(0);
        assertThat(count(CatalogCounter.CHANGES)).isEqualTo(threads * changesEach);
        assertThat(count(CatalogCounter.COMMITS)).isLessThan(threads * changesEach);
        assertThat(catalog.read(CatalogView::statistics).entriesByDatabase())
                .containsEntry("parameters", threads * changesEach);
    }

    @Test
    void aChangeThatThrowsFailsAlone() {
        RuntimeException failure = new RuntimeException("this change does not like it");
        CompletableFuture<@Nullable Void> before;
        CompletableFuture<@Nullable Void> failing;
        CompletableFuture<@Nullable Void> after;
        AtomicBoolean afterSawIt = new AtomicBoolean();
        try (HeldWriter held = new HeldWriter()) {
            before = catalog.submit(transaction -> put(transaction, "before"));
            failing =
                    catalog.submit(transaction -> {
                        put(transaction, "failing");
                        put(transaction, "before", 2);
                        throw failure;
                    });
            after =
                    catalog.submit(transaction -> {
                        afterSawIt.set(transaction.parameters("failing").isPresent());
                        put(transaction, "after");
                    });
            held.release();
        }

        before.join();
        after.join();
        assertThatThrownBy(failing::join).hasCause(failure);
        assertThat(has("after")).isTrue();
        assertThat(has("failing")).isFalse();
        assertThat(afterSawIt).isFalse();
        assertThat(parameters("before")).containsExactly(1);
        assertThat(count(CatalogCounter.CHANGES_FAILED)).isEqualTo(1);
        assertThat(count(CatalogCounter.BATCHES_REDONE)).isEqualTo(1);
    }

    @Test
    void aBatchOfFailuresOnlyCommitsNothing() {
        List<CompletableFuture<@Nullable Void>> failing = new ArrayList<>();
        long before;
        try (HeldWriter held = new HeldWriter()) {
            before = count(CatalogCounter.COMMITS);
            for (int i = 0; i < 3; i++) {
                failing.add(
                        catalog.submit(transaction -> {
                            put(transaction, "failing");
                            throw new AssertionError("a bug");
                        }));
            }
            held.release();
        }

        assertThat(failing)
                .allSatisfy(future ->
                        assertThatThrownBy(future::join).hasCauseInstanceOf(AssertionError.class));
        assertThat(count(CatalogCounter.COMMITS) - before).isEqualTo(1);
        assertThat(has("failing")).isFalse();
    }

    @Test
    void commitRethrowsWhatTheChangeThrew() {
        IllegalStateException failure = new IllegalStateException("no");
        assertThatThrownBy(() ->
                        catalog.commit(transaction -> {
                            throw failure;
                        }))
                .isSameAs(failure);
        assertThatThrownBy(() ->
                        catalog.commit(transaction -> {
                            throw new StackOverflowError();
                        }))
                .isInstanceOf(StackOverflowError.class);
    }

    @Test
    void changesSeeThoseBeforeThem() {
        List<Byte> seen = new ArrayList<>();
        List<CompletableFuture<@Nullable Void>> done = new ArrayList<>();
        catalog.commit(transaction -> put(transaction, "name", 0));
        try (HeldWriter held = new HeldWriter()) {
            for (int i = 1; i <= 10; i++) {
                int value = i;
                done.add(
                        catalog.submit(transaction -> {
                            seen.add(transaction.parameters("name").orElseThrow()[0]);
                            put(transaction, "name", value);
                        }));
            }
            held.release();
        }
        done.forEach(CompletableFuture::join);

        assertThat(seen).containsExactly(new Byte[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
    }

    @Test
    void theMapGrowsAndTheChangeRunsAgain() {
        AtomicInteger calls = new AtomicInteger();
        catalog.commit(transaction -> {
            calls.incrementAndGet();
            for (int i = 0; i < 10_000; i++) {
                put(transaction, "name" + i);
            }
        });

        CatalogStatistics statistics = catalog.read(CatalogView::statistics);
        assertThat(statistics.entriesByDatabase()).containsEntry("parameters", 10_000L);
        assertThat(statistics.mapSizeBytes()).isGreaterThan(options.mapSizeInitialBytes());
        assertThat(statistics.usedPages() * statistics.pageSizeBytes())
                .isLessThanOrEqualTo(statistics.mapSizeBytes());
        assertThat(calls.get()).isEqualTo(1 + (int) count(CatalogCounter.MAP_GROWTHS));
        assertThat(count(CatalogCounter.CHANGES)).isEqualTo(1);
    }

    @Test
    void theMapGrowsEvenIfTheChangeSwallowsTheFault() {
        catalog.commit(transaction -> {
            for (int i = 0; i < 10_000; i++) {
                try {
                    put(transaction, "name" + i);
                } catch (CatalogException e) {
                    return;
                }
            }
        });

        assertThat(catalog.read(CatalogView::statistics).entriesByDatabase())
                .containsEntry("parameters", 10_000L);
    }

    @Test
    void theMapGrowsUnderManyReaders() throws Exception {
        AtomicBoolean isDone = new AtomicBoolean();
        AtomicInteger reads = new AtomicInteger();
        try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                all.add(readers.submit(() -> readUntil(isDone, reads)));
            }
            for (int i = 0; i < 200; i++) {
                String prefix = "batch" + i + "/";
                catalog.commit(transaction -> {
                    for (int k = 0; k < 50; k++) {
                        put(transaction, prefix + k);
                    }
                });
            }
            isDone.set(true);
            for (Future<?> future : all) {
                future.get();
            }
        }

        assertThat(reads).hasPositiveValue();
        assertThat(count(CatalogCounter.MAP_GROWTHS)).isGreaterThanOrEqualTo(2);
        assertThat(catalog.check(ChunkPresence.ASSUMED)).isEmpty();
    }

    /** Each state a reader sees has whole batches only. */
    private void readUntil(AtomicBoolean isDone, AtomicInteger reads) {
        while (!isDone.get()) {
            long entries =
                    catalog.read(CatalogView::statistics)
                            .entriesByDatabase()
                            .getOrDefault("parameters", -1L);
            assertThat(entries % 50).isZero();
            reads.incrementAndGet();
        }
    }

    @Test
    void growingWaitsForTheReadUnderWay() throws Exception {
        CountDownLatch isReading = new CountDownLatch(1);
        CountDownLatch isFull = new CountDownLatch(1);
        AtomicBoolean hasReadEnded = new AtomicBoolean();
        AtomicInteger calls = new AtomicInteger();
        AtomicInteger callsDuringRead = new AtomicInteger();
        try (ExecutorService reader = Executors.newSingleThreadExecutor()) {
            Future<Long> entries =
                    reader.submit(() ->
                            catalog.read(view -> {
                                isReading.countDown();
                                await(isFull);
                                long count = parameterCount(view);
                                hasReadEnded.set(true);
                                return count;
                            }));
            isReading.await();
            catalog.commit(transaction -> {
                if (calls.getAndIncrement() > 0 && !hasReadEnded.get()) {
                    callsDuringRead.incrementAndGet();
                }
                try {
                    for (int i = 0; i < 10_000; i++) {
                        put(transaction, "name" + i);
                    }
                } finally {
                    isFull.countDown();
                }
            });

            assertThat(entries.get()).isZero();
        }
        assertThat(calls).hasValueGreaterThan(1);
        assertThat(callsDuringRead).hasValue(0);
        assertThat(catalog.read(CatalogWriterTest::parameterCount)).isEqualTo(10_000L);
    }

    private static long parameterCount(CatalogView view) {
        return view.statistics().entriesByDatabase().getOrDefault("parameters", -1L);
    }

    @Test
    void aReadKeepsItsState() {
        catalog.commit(transaction -> put(transaction, "name", 1));
        int seen =
                catalog.read(view -> {
                    CompletableFuture.runAsync(() ->
                                    catalog.commit(transaction -> put(transaction, "name", 2)))
                            .join();
                    return (int) view.parameters("name").orElseThrow()[0];
                });

        assertThat(seen).isEqualTo(1);
        assertThat(parameters("name")).containsExactly(2);
    }

    @Test
    void aFullQueueMakesTheCallerWait() throws Exception {
        List<CompletableFuture<@Nullable Void>> done = new CopyOnWriteArrayList<>();
        Thread submitter;
        try (HeldWriter held = new HeldWriter()) {
            submitter =
                    Thread.ofPlatform()
                            .start(() -> {
                                for (int i = 0; i < 65; i++) {
                                    String name = "name" + i;
                                    done.add(catalog.submit(transaction -> put(transaction, name)));
                                }
                            });
            while (done.size() < 64 || submitter.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            submitter.interrupt();
            assertThat(done).hasSize(64);
            held.release();
        }
        submitter.join();
        done.forEach(CompletableFuture::join);
        assertThat(has("name64")).isTrue();
    }

    @Test
    void queriesAndChangesMayNotCallTheCatalog() {
        List<Runnable> calls =
                List.of(
                        () -> catalog.read(CatalogView::statistics),
                        () -> catalog.submit(transaction -> {}).join(),
                        () -> catalog.commit(transaction -> {}),
                        () -> catalog.check(ChunkPresence.ASSUMED),
                        catalog::close);
        for (Runnable call : calls) {
            assertThatThrownBy(() ->
                            catalog.read(view -> {
                                call.run();
                                return 0;
                            }))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> catalog.commit(transaction -> call.run()))
                    .isInstanceOf(IllegalStateException.class);
        }
        catalog.commit(transaction -> put(transaction, "name"));
        assertThat(has("name")).isTrue();
    }

    @Test
    void viewsEndWithTheirCall() {
        assertUnusable(catalog.read(view -> view));
        List<CatalogView> kept = new ArrayList<>();
        catalog.commit(kept::add);
        assertUnusable(kept.getFirst());
    }

    private static void assertUnusable(CatalogView view) {
        assertThatThrownBy(() -> view.parameters("name"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("was used after");
    }

    @Test
    void closingCommitsWhatIsQueued() {
        CompletableFuture<@Nullable Void> queued;
        CompletableFuture<Void> closer;
        try (HeldWriter held = new HeldWriter()) {
            queued = catalog.submit(transaction -> put(transaction, "name"));
            closer = CompletableFuture.runAsync(catalog::close);
            held.release();
        }
        queued.join();
        closer.join();

        assertClosed(() -> catalog.read(CatalogView::statistics));
        assertClosed(() -> catalog.commit(transaction -> {}));
        catalog.close();
        open();
        assertThat(has("name")).isTrue();
    }

    private static void assertClosed(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(CatalogException.class)
                .extracting(e -> ((CatalogException) e).reason())
                .isEqualTo(Reason.CLOSED);
    }

    @Test
    void theAuditTrailIsBounded() {
        long oldest = 5;
        long newest = oldest + LmdbTransaction.AUDIT_RECORDS_MAX - 1;
        catalog.commit(transaction -> {
            putAudit(transaction, oldest);
            putAudit(transaction, oldest + 1);
            putAudit(transaction, newest);
        });
        catalog.commit(transaction -> transaction.appendAudit(audit(newest + 1)));

        List<AuditRecord> tail = catalog.read(view -> view.auditTail(10));
        assertThat(tail).containsExactly(audit(newest + 1), audit(newest), audit(oldest + 1));
    }

    private static void putAudit(CatalogTransaction transaction, long sequence) {
        AuditDescriptor descriptor = AuditDescriptor.INSTANCE;
        AuditDescriptor.Entry entry = new AuditDescriptor.Entry(sequence, audit(sequence));
        ((LmdbTransaction) transaction)
                .raw.put(Database.AUDIT, descriptor.key(entry), descriptor.value(entry));
    }

    private static AuditRecord audit(long sequence) {
        return new AuditRecord(sequence, "root", "do", "done");
    }

    /** Keeps the writer thread busy, so that what is submitted meanwhile waits in the queue. */
    private final class HeldWriter implements AutoCloseable {

        private final CountDownLatch mayContinue = new CountDownLatch(1);
        private final CompletableFuture<@Nullable Void> isDone;

        HeldWriter() {
            CountDownLatch isHeld = new CountDownLatch(1);
            isDone =
                    catalog.submit(transaction -> {
                        isHeld.countDown();
                        await(mayContinue);
                    });
            await(isHeld);
        }

        void release() {
            mayContinue.countDown();
        }

        @Override
        public void close() {
            release();
            isDone.join();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void put(CatalogTransaction transaction, String name) {
        put(transaction, name, 1);
    }

    private static void put(CatalogTransaction transaction, String name, int value) {
        transaction.putParameters(name, new byte[] {(byte) value});
    }

    private boolean has(String name) {
        return catalog.read(view -> view.parameters(name).isPresent());
    }

    private byte[] parameters(String name) {
        return catalog.read(view -> view.parameters(name).orElseThrow());
    }

    private long count(CatalogCounter counter) {
        return metrics.counter(counter).sum();
    }
}
