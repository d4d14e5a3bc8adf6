package io.capstan.tier;

import io.capstan.catalog.CartridgeRecord;
import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogTransaction;
import io.capstan.catalog.ChunkDigest;
import io.capstan.catalog.ChunkRecord;
import io.capstan.catalog.ContainerRecord;
import io.capstan.catalog.JobRecord;
import io.capstan.catalog.JobState;
import io.capstan.catalog.Lending;
import io.capstan.catalog.PartitionId;
import io.capstan.catalog.TierCopyRecord;
import io.capstan.format.ChunkId;
import io.capstan.format.DiskId;
import io.capstan.format.FileSource;
import io.capstan.store.ChunkStore;
import io.capstan.store.Pace;
import io.capstan.store.StoreException;
import io.capstan.tier.CartridgeChunks.PlacedChunk;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One job, run as far as it goes now: copy what is missing, verify what was there, release, deliver.
 *
 * <p>Design note: what is left to do is found out from the catalog each time, and each chunk's new place is committed with
 * the job's progress. So a run that ends anywhere, by a fault, a restart or a crash, is gone on with by the next, and does
 * nothing twice but the chunk it was at. No copy is released before every chunk has a place in the tier that the far end
 * has verified: what was found there in this run was compared again.
 *
 * <p>One thread. Another one may cancel the job meanwhile, which {@link Superseded} tells.
 */
final class Transfer {

    private static final Logger LOG = LoggerFactory.getLogger(Transfer.class);

    /** Where a chunk on its way from one tier to another is put down. */
    private static final String STAGING_SUFFIX = ".staged";

    /** Chunks of one commit when copies are released. */
    private static final int RELEASED_PER_COMMIT = 100;

    /** What a run came to. */
    sealed interface Outcome {

        /** The job is final, and its record says so. */
        record Finished() implements Outcome {}

        /**
         * Nothing more can be done before a certain time.
         *
         * @param expectedEpochMillis when it is worth trying again, where that is known
         */
        record Waiting(String reason, OptionalLong expectedEpochMillis) implements Outcome {}
    }

    /** The job was changed by somebody else: run it anew, as it is now. */
    static final class Superseded extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private final Catalog catalog;
    private final ChunkStore store;
    private final ChunkFetch fetch;
    private final Delivery delivery;
    private final Path staging;
    private final InstantSource clock;
    private final BooleanSupplier isStopping;
    private final boolean keepsFirstChunks;

    private final JobRecord job;
    private final CartridgeChunks chunks;
    private final Descriptions descriptions;

    /** Chunks that were copied or compared in this run. */
    private final Set<ChunkId> verified = new HashSet<>();

    private final List<ObjectKey> toRecall = new ArrayList<>();
    private int recallingCount;
    private long expectedEpochMillis = Long.MAX_VALUE;
    private String recalledFrom = "";

    Transfer(
            Catalog catalog,
            ChunkStore store,
            ChunkFetch fetch,
            Delivery delivery,
            Path staging,
            InstantSource clock,
            BooleanSupplier isStopping,
            boolean keepsFirstChunks,
            JobRecord job) {
        this.catalog = catalog;
        this.store = store;
        this.fetch = fetch;
        this.delivery = delivery;
        this.staging = staging;
        this.clock = clock;
        this.isStopping = isStopping;
        this.keepsFirstChunks = keepsFirstChunks;
        this.job = job;
        this.chunks = new CartridgeChunks(catalog, job.volume());
        this.descriptions = new Descriptions(catalog, fetch);
    }

    Outcome run() throws IOException {
        if (chunks.container().isEmpty()) {
            finish(JobState.CANCELLED, "there is no cartridge " + job.volume() + " any more");
            return new Outcome.Finished();
        }
        if (job.whole() && hasData()) {
            if (job.cancelled()) {
                chunks.forEachPage(this::forgetReleased);
            }
            plan();
            chunks.forEachPage(this::copyPage);
            if (!toRecall.isEmpty() || recallingCount > 0) {
                return recall();
            }
            describe();
            release();
        }
        return deliver();
    }

    /** One that shows an earlier generation of another cartridge has none: that data stays with the other one. */
    private boolean hasData() {
        return catalog.read(view -> view.shownGeneration(job.volume())).isEmpty();
    }

    // ---- what there is to do

    /** What a job was releasing when it was cancelled may have gone before the catalog knew. It is brought back where it is to stay. */
    private boolean forgetReleased(List<PlacedChunk> page) throws IOException {
        for (PlacedChunk chunk : page) {
            checkStopping();
            Optional<TierCopyRecord> copy = chunk.copyIn(job.tier());
            if (copy.isPresent()
                    && chunk.isIn(TierCopyRecord.ACTIVE)
                    && tier(job.tier()).provider().head(TierLayout.of(copy.get()))
                            instanceof ObjectState.Absent) {
                change((transaction, now) -> transaction.removeTierCopy(chunk.id(), job.tier()));
            }
        }
        return true;
    }

    private void plan() throws IOException {
        long[] missing = {0, 0};
        chunks.forEachPage(page -> {
            for (PlacedChunk chunk : page) {
                if (!chunk.isIn(job.tier())) {
                    missing[0]++;
                    missing[1] += chunk.chunk().lengthBytes();
                }
            }
            return true;
        });
        change((transaction, now) -> {
            JobRecord.Progress before = now.progress();
            transaction.putJob(
                    now.with(
                            new JobRecord.Progress(
                                    before.chunksMoved() + missing[0],
                                    before.chunksMoved(),
                                    before.bytesMoved() + missing[1],
                                    before.bytesMoved(),
                                    before.startedEpochMillis() == 0
                                            ? clock.millis()
                                            : before.startedEpochMillis()),
                            clock.millis()));
        });
    }

    private interface JobChange {
        void make(CatalogTransaction transaction, JobRecord now);
    }

    /** Makes a change on behalf of the job, unless that was cancelled meanwhile. */
    private void change(JobChange change) throws IOException {
        boolean[] isSuperseded = {false};
        catalog.commit(transaction -> {
            Optional<JobRecord> now = current(transaction);
            isSuperseded[0] = now.isEmpty();
            now.ifPresent(found -> change.make(transaction, found));
        });
        if (isSuperseded[0]) {
            throw new Superseded();
        }
    }

    /** The job as it is now, if it is still the one that is run here. */
    private Optional<JobRecord> current(CatalogTransaction transaction) {
        return transaction
                .job(job.job())
                .filter(now -> !now.state().isFinal() && now.cancelled() == job.cancelled());
    }

    private void checkStopping() throws IOException {
        if (isStopping.getAsBoolean()) {
            throw new Superseded();
        }
    }

    // ---- copying

    private boolean copyPage(List<PlacedChunk> page) throws IOException {
        for (PlacedChunk chunk : page) {
            checkStopping();
            if (!chunk.isIn(job.tier())) {
                copy(chunk);
            }
        }
        return true;
    }

    private void copy(PlacedChunk chunk) throws IOException {
        if (!job.tier().equals(TierCopyRecord.ACTIVE) && chunk.isIn(TierCopyRecord.ACTIVE)) {
            sendFromDisk(chunk);
            return;
        }
        Optional<TierCopyRecord> source = readableCopy(chunk);
        if (source.isEmpty()) {
            return;
        }
        if (job.tier().equals(TierCopyRecord.ACTIVE)) {
            receive(chunk, source.get());
        } else {
            sendOn(chunk, source.get());
        }
    }

    private Tier tier(String name) throws TierException {
        return fetch.tier(name);
    }

    private void sendFromDisk(PlacedChunk chunk) throws IOException {
        DiskId disk = wholeCopy(chunk);
        try (FileSource file = store.openFile(chunk.id(), disk)) {
            send(chunk, file, filemarks(chunk, disk));
        }
    }

    /** A disk whose copy is what was written. Of those that are not the store is told, so that they are repaired. */
    private DiskId wholeCopy(PlacedChunk chunk) throws StoreException {
        StoreException fault =
                new StoreException.Missing(chunk.id(), "chunk " + chunk.id() + " has no copy");
        for (DiskId disk : chunk.chunk().disks()) {
            try {
                if (chunk.mayLeave()) {
                    store.verify(chunk.id(), disk, ChunkFetch.digest(chunk.chunk()), Pace.NONE);
                }
                return disk;
            } catch (StoreException e) {
                LOG.warn(
                        "the copy of chunk {} on disk {} is not used: {}",
                        chunk.id(),
                        disk,
                        e.getMessage());
                store.suspect(chunk.id(), disk, e);
                fault = e;
            }
        }
        throw fault;
    }

    /** Not worth failing for: without it, whoever positions there has to have the chunk brought. */
    private Optional<List<Integer>> filemarks(PlacedChunk chunk, DiskId disk) throws IOException {
        try {
            return ChunkFetch.filemarks(chunk.id(), store.openFile(chunk.id(), disk));
        } catch (StoreException e) {
            LOG.warn(
                    "where filemarks of chunk {} are is not known: {}", chunk.id(), e.getMessage());
            return Optional.empty();
        }
    }

    /** Under its lock, so that a sweep does not find it in the tier before the catalog knows. */
    private void send(PlacedChunk chunk, FileSource file, Optional<List<Integer>> filemarks)
            throws IOException {
        Lock own = fetch.sendLock(chunk.id());
        own.lock();
        try {
            sendLocked(chunk, file, filemarks);
        } finally {
            own.unlock();
        }
    }

    private void sendLocked(PlacedChunk chunk, FileSource file, Optional<List<Integer>> filemarks)
            throws IOException {
        Tier target = tier(job.tier());
        ChunkDigest digest = Digests.of(file);
        long lengthBytes = file.lengthBytes();
        long sentBytes =
                target.provider()
                        .put(
                                TierLayout.chunk(chunk.id(), digest),
                                target.bandwidth().applyTo(file),
                                digest);
        count(TierCounter.CHUNKS_SENT, target.name(), 1);
        count(TierCounter.BYTES_SENT, target.name(), sentBytes);
        change((transaction, now) -> {
            if (transaction.chunk(chunk.id()).isPresent()) {
                transaction.putTierCopy(
                        new TierCopyRecord(
                                chunk.id(),
                                target.name(),
                                lengthBytes,
                                digest,
                                clock.millis(),
                                filemarks));
            }
            transaction.putJob(now.with(now.progress().moved(sentBytes), clock.millis()));
        });
        verified.add(chunk.id());
    }

    /** A copy that can be read now. Where there is none, one is noted to be recalled. */
    private Optional<TierCopyRecord> readableCopy(PlacedChunk chunk) throws IOException {
        Optional<TierCopyRecord> archived = Optional.empty();
        boolean isRecalling = false;
        IOException fault = null;
        for (TierCopyRecord copy : chunk.copies()) {
            if (copy.tier().equals(job.tier())) {
                continue;
            }
            try {
                switch (tier(copy.tier()).provider().head(TierLayout.of(copy))) {
                    case ObjectState.Online _ -> {
                        return Optional.of(copy);
                    }
                    case ObjectState.Archived _ -> archived = Optional.of(copy);
                    case ObjectState.Recalling(long _, OptionalLong ready) -> {
                        isRecalling = true;
                        recalledFrom = copy.tier();
                        ready.ifPresent(
                                at -> expectedEpochMillis = Math.min(expectedEpochMillis, at));
                    }
                    case ObjectState.Absent() -> fault = lost(copy, "is gone");
                }
            } catch (TierException e) {
                fault = e;
            }
        }
        if (isRecalling) {
            recallingCount++;
        } else if (archived.isPresent()) {
            recalledFrom = archived.get().tier();
            toRecall.add(TierLayout.of(archived.get()));
        } else {
            throw fault != null
                    ? fault
                    : new StoreException.Missing(
                            chunk.id(), "chunk " + chunk.id() + " has no copy anywhere");
        }
        return Optional.empty();
    }

    private TierException lost(TierCopyRecord copy, String what) {
        return fetch.lost(copy, what);
    }

    private Outcome recall() throws IOException {
        int count = toRecall.size() + recallingCount;
        if (!toRecall.isEmpty()) {
            tier(recalledFrom).provider().recall(toRecall);
            count(TierCounter.CHUNKS_RECALLED, recalledFrom, toRecall.size());
            for (ObjectKey key : toRecall) {
                expect(tier(recalledFrom).provider().head(key));
            }
        }
        return new Outcome.Waiting(
                "%d chunks are on their way out of tier %s".formatted(count, recalledFrom),
                expectedEpochMillis == Long.MAX_VALUE
                        ? OptionalLong.empty()
                        : OptionalLong.of(expectedEpochMillis));
    }

    private void expect(ObjectState state) {
        switch (state) {
            case ObjectState.Online _ -> expectedEpochMillis = clock.millis();
            case ObjectState.Recalling(long _, OptionalLong ready) ->
                    ready.ifPresent(at -> expectedEpochMillis = Math.min(expectedEpochMillis, at));
            case ObjectState.Archived _, ObjectState.Absent() -> {}
        }
    }

    private void receive(PlacedChunk chunk, TierCopyRecord copy) throws IOException {
        Lock own = fetch.lock(chunk.id());
        own.lock();
        try {
            boolean isHere =
                    catalog.read(view -> view.chunk(chunk.id()))
                            .filter(stored -> !stored.disks().isEmpty())
                            .isPresent();
            if (!isHere) {
                receiveLocked(chunk, copy);
            }
        } finally {
            own.unlock();
        }
        verified.add(chunk.id());
    }

    private void receiveLocked(PlacedChunk chunk, TierCopyRecord copy) throws IOException {
        String pool =
                chunks.container().map(ContainerRecord::pool).orElse(ContainerRecord.POOL_DEFAULT);
        List<DiskId> disks = fetch.receive(chunk.chunk(), copy, pool);
        try {
            change((transaction, now) -> {
                transaction
                        .chunk(chunk.id())
                        .filter(stored -> stored.disks().isEmpty())
                        .ifPresent(stored -> transaction.putChunk(stored.withDisks(disks)));
                transaction.putJob(
                        now.with(now.progress().moved(copy.lengthBytes()), clock.millis()));
            });
        } catch (Superseded e) {
            // Cancelled meanwhile: nobody will know of the files.
            store.files().delete(chunk.id());
            throw e;
        }
    }

    /** From one tier to another, by way of a file of this node. */
    private void sendOn(PlacedChunk chunk, TierCopyRecord copy) throws IOException {
        Files.createDirectories(staging);
        Path file = staging.resolve(job.job() + STAGING_SUFFIX);
        try {
            try (InputStream bytes = fetch.open(copy)) {
                Files.deleteIfExists(file);
                Files.copy(bytes, file);
            }
            fetch.received(copy);
            try (FileSource staged =
                    FileSource.of(FileChannel.open(file, StandardOpenOption.READ))) {
                send(chunk, staged, copy.filemarks());
            }
        } finally {
            Files.deleteIfExists(file);
        }
    }

    // ---- labels

    private void describe() throws IOException {
        if (job.tier().equals(TierCopyRecord.ACTIVE)) {
            return;
        }
        Optional<ContainerRecord> container = chunks.container();
        if (container.isEmpty()) {
            throw new Superseded();
        }
        descriptions.put(job.volume(), container.get(), job.tier());
    }

    // ---- releasing

    private void release() throws IOException {
        List<String> leaving =
                job.release().stream().filter(name -> !name.equals(job.tier())).toList();
        if (leaving.isEmpty()) {
            return;
        }
        chunks.forEachPage(this::verifyPage);
        for (String name : leaving) {
            if (!name.equals(TierCopyRecord.ACTIVE)) {
                descriptions.remove(job.volume(), name);
            }
            Set<ChunkId> staying = staying(name);
            chunks.forEachPage(page -> {
                checkStopping();
                releasePage(
                        name,
                        page.stream().filter(chunk -> !staying.contains(chunk.id())).toList());
                return true;
            });
        }
    }

    /** What partitions begin with, where that is to be read without a tier. */
    private Set<ChunkId> staying(String name) {
        Optional<ContainerRecord> container = chunks.container();
        if (!keepsFirstChunks || !name.equals(TierCopyRecord.ACTIVE) || container.isEmpty()) {
            return Set.of();
        }
        Set<ChunkId> first = new HashSet<>();
        for (int partition = 0; partition < container.get().partitions().size(); partition++) {
            PartitionId id = container.get().partitionId(partition);
            catalog.read(view -> view.runAt(id, 0)).ifPresent(run -> first.add(run.chunk()));
        }
        return first;
    }

    /** What was found in the tier and is relied on from now on has to be there, and be right. */
    private boolean verifyPage(List<PlacedChunk> page) throws IOException {
        for (PlacedChunk chunk : page) {
            checkStopping();
            boolean isRelied =
                    chunk.mayLeave()
                            && !verified.contains(chunk.id())
                            && job.release().stream().anyMatch(chunk::isIn);
            Optional<TierCopyRecord> copy = chunk.copyIn(job.tier());
            if (isRelied && copy.isPresent()) {
                verify(chunk, copy.get());
            } else if (isRelied && job.tier().equals(TierCopyRecord.ACTIVE)) {
                var _ = wholeCopy(chunk);
                verified.add(chunk.id());
            }
        }
        return true;
    }

    private void verify(PlacedChunk chunk, TierCopyRecord copy) throws IOException {
        VerifyOutcome outcome =
                tier(copy.tier())
                        .provider()
                        .verify(TierLayout.of(copy), copy.lengthBytes(), copy.fileDigest());
        if (outcome != VerifyOutcome.VERIFIED) {
            LOG.error(
                    "tier {}: its copy of chunk {} is {}; it is made anew",
                    copy.tier(),
                    chunk.id(),
                    outcome);
            change((transaction, now) -> transaction.removeTierCopy(chunk.id(), copy.tier()));
            throw lost(copy, "is " + outcome);
        }
        tier(copy.tier()).provider().keep(TierLayout.of(copy));
        verified.add(chunk.id());
    }

    private void releasePage(String name, List<PlacedChunk> page) throws IOException {
        List<PlacedChunk> leaving =
                page.stream()
                        .filter(chunk ->
                                chunk.mayLeave() && chunk.isIn(name) && chunk.isIn(job.tier()))
                        .toList();
        for (int from = 0; from < leaving.size(); from += RELEASED_PER_COMMIT) {
            List<PlacedChunk> some =
                    leaving.subList(from, Math.min(leaving.size(), from + RELEASED_PER_COMMIT));
            if (name.equals(TierCopyRecord.ACTIVE)) {
                releaseDisks(some);
            } else {
                releaseCopies(name, some);
            }
            count(TierCounter.CHUNKS_RELEASED, name, some.size());
        }
    }

    /** The catalog forgets the copies, then they are deleted: a file too many is found by a check, a copy too few is not. */
    private void releaseDisks(List<PlacedChunk> some) throws IOException {
        for (PlacedChunk chunk : some) {
            keepFilemarks(chunk);
        }
        Map<ChunkId, List<DiskId>> released = new HashMap<>();
        change((transaction, now) -> {
            released.clear();
            for (PlacedChunk chunk : some) {
                Optional<ChunkRecord> stored =
                        transaction
                                .chunk(chunk.id())
                                .filter(found ->
                                        transaction.tierCopies(chunk.id()).stream()
                                                .anyMatch(c -> c.tier().equals(job.tier())));
                if (stored.isPresent()) {
                    released.put(chunk.id(), stored.get().disks());
                    transaction.putChunk(stored.get().withDisks(List.of()));
                }
            }
        });
        for (ChunkId chunk : released.keySet()) {
            deleteReleased(chunk);
        }
    }

    /** Another job, or a drive, may have brought it again meanwhile. */
    private void deleteReleased(ChunkId chunk) throws IOException {
        Lock own = fetch.lock(chunk);
        own.lock();
        try {
            boolean isReleased =
                    catalog.read(view -> view.chunk(chunk))
                            .filter(stored -> !stored.disks().isEmpty())
                            .isEmpty();
            if (isReleased) {
                store.files().delete(chunk);
            }
        } finally {
            own.unlock();
        }
    }

    /** What is to be found without the chunk has to be known before it goes: copies of schema version 3 do not say it. */
    private void keepFilemarks(PlacedChunk chunk) throws IOException {
        Optional<TierCopyRecord> copy = chunk.copyIn(job.tier());
        if (copy.isEmpty() || copy.get().filemarks().isPresent()) {
            return;
        }
        Optional<List<Integer>> filemarks = filemarks(chunk, chunk.chunk().disks().getFirst());
        if (filemarks.isPresent()) {
            change((transaction, now) ->
                    transaction.tierCopies(chunk.id()).stream()
                            .filter(found -> found.tier().equals(job.tier()))
                            .forEach(found ->
                                    transaction.putTierCopy(found.withFilemarks(filemarks))));
        }
    }

    private void releaseCopies(String name, List<PlacedChunk> some) throws IOException {
        for (PlacedChunk chunk : some) {
            TierCopyRecord copy = chunk.copyIn(name).orElseThrow();
            tier(name).provider().delete(TierLayout.of(copy));
            change((transaction, now) -> transaction.removeTierCopy(chunk.id(), name));
        }
    }

    // ---- delivering

    private Outcome deliver() throws IOException {
        JobState end = job.cancelled() ? JobState.CANCELLED : JobState.DONE;
        if (job.to().isEmpty()) {
            finish(end, job.reason());
            return new Outcome.Finished();
        }
        Optional<String> obstacle;
        try {
            obstacle =
                    delivery.deliver(
                            job,
                            transaction -> {
                                JobRecord now =
                                        current(transaction).orElseThrow(SupersededInside::new);
                                transaction.removeTransit(job.volume());
                                noteLending(transaction, end);
                                transaction.putJob(finished(now, end));
                            });
        } catch (SupersededInside e) {
            throw new Superseded();
        }
        return obstacle.isEmpty()
                ? new Outcome.Finished()
                : new Outcome.Waiting(obstacle.get(), OptionalLong.empty());
    }

    /** Undoes a transaction. */
    private static final class SupersededInside extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private void finish(JobState end, String why) throws IOException {
        change((transaction, now) -> {
            if (transaction
                    .transit(job.volume())
                    .filter(transit -> transit.job() == job.job())
                    .isPresent()) {
                transaction.removeTransit(job.volume());
            }
            noteLending(transaction, end);
            transaction.putJob(finished(now.with(now.state(), 0, 0, why, clock.millis()), end));
        });
    }

    /** A cartridge that came without its data is lent until it is moved with it, or all of it was brought after it. */
    private void noteLending(CatalogTransaction transaction, JobState end) {
        if (end != JobState.DONE) {
            return;
        }
        Optional<ContainerRecord> container =
                transaction
                        .cartridge(job.volume())
                        .map(CartridgeRecord::container)
                        .flatMap(transaction::container);
        if (container.isPresent() && job.whole()) {
            Lending.end(transaction, container.get().container());
        } else if (container.isPresent()) {
            Lending.begin(transaction, container.get());
        }
    }

    private JobRecord finished(JobRecord now, JobState end) {
        if (end != JobState.DONE) {
            return now.with(end, 0, now.notBeforeEpochMillis(), now.reason(), clock.millis());
        }
        return now.with(moved(now.progress()), clock.millis())
                .with(end, 0, now.notBeforeEpochMillis(), "", clock.millis());
    }

    /** Nothing is left to be moved: what this job did not move was brought by drives meanwhile. */
    private static JobRecord.Progress moved(JobRecord.Progress progress) {
        return new JobRecord.Progress(
                progress.chunksMoved(),
                progress.chunksMoved(),
                progress.bytesMoved(),
                progress.bytesMoved(),
                progress.startedEpochMillis());
    }

    private void count(TierCounter counter, String tier, long count) {
        fetch.count(counter, tier, count);
    }
}
