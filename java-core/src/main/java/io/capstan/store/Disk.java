package io.capstan.store;

import io.capstan.buffer.LargePages;
import io.capstan.format.DiskId;
import io.capstan.format.DiskLabel;
import io.capstan.format.DiskLabelDescriptor;
import io.capstan.format.FormatException;
import io.capstan.format.StoreLayout;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One disk of the store, and the way to ask it something that it may never answer.
 *
 * <p>Design note: a call into the kernel on a disk that hangs cannot be taken back. So where a disk has peers, calls are made
 * on other threads and waited for with a bound; a disk that does not answer is {@link DiskCondition#FAILED} and is asked
 * nothing more. The threads are shared by all disks and made on demand; each disk can hold up at most {@link
 * #CALLS_MAX} of them.
 *
 * <p>Any thread.
 */
final class Disk {

    private static final Logger LOG = LoggerFactory.getLogger(Disk.class);

    /** Enough to keep a fast disk busy; what a disk that hangs can take away. */
    private static final int CALLS_MAX = 32;

    /** Kept for the next reads: as many as a reader has under way, and one. */
    private static final int READ_BUFFERS_MAX = 4;

    private static final int PROBE_LENGTH_BYTES = 4096;

    private static final ExecutorService THREADS =
            Executors.newCachedThreadPool(
                    Thread.ofPlatform().daemon().name("store-disk-", 0).factory());

    private final DiskId id;
    private final StoreLayout layout;
    private final String pool;
    private final FileIo io;
    private final boolean requiresLabel;

    /** 0: calls are made on the caller's thread, and never time out. */
    private final long timeoutMillis;

    /** Whether its chunks have copies elsewhere, so that there is something to go on with when it does not answer. */
    private final boolean isMirrored;

    /** Whether the store can do without this disk, so that a fault of one call takes it out of use. */
    private final boolean isExpendable;

    private final Semaphore calls = new Semaphore(CALLS_MAX);

    /** For reads that may be given up. */
    private final ArrayBlockingQueue<MemorySegment> readBuffers =
            new ArrayBlockingQueue<>(READ_BUFFERS_MAX);

    /** Of the chunks that are being written, what they may still take. */
    private final AtomicLong promisedBytes = new AtomicLong();

    private volatile DiskState state;
    private volatile DiskCondition condition;
    private volatile @Nullable String fault;
    private volatile int generation;
    private volatile Set<String> physicalDisks = Set.of();

    /** Of no other disk, until it is known. */
    private volatile String fileSystem = "unknown " + System.identityHashCode(this);

    private volatile StoreListener listener = StoreListener.NONE;

    interface Call<T extends @Nullable Object> {
        T make() throws IOException;
    }

    Disk(
            DiskPlan plan,
            String pool,
            FileIo io,
            long timeoutMillis,
            boolean isMirrored,
            boolean isExpendable) {
        this.id = plan.disk();
        this.layout =
                new StoreLayout(plan.directory(), directory -> call(() -> io.list(directory)));
        this.pool = pool;
        this.io = io;
        this.requiresLabel = plan.label() != DiskPlan.LabelRule.IGNORED;
        this.timeoutMillis = timeoutMillis;
        this.isMirrored = isMirrored;
        this.isExpendable = isExpendable;
        this.state = plan.state();
        this.condition = plan.isStale() ? DiskCondition.RESILVERING : DiskCondition.WORKING;
    }

    DiskId id() {
        return id;
    }

    StoreLayout layout() {
        return layout;
    }

    Path directory() {
        return layout.directory();
    }

    String pool() {
        return pool;
    }

    DiskState state() {
        return state;
    }

    void state(DiskState newState) {
        state = newState;
    }

    DiskCondition condition() {
        return condition;
    }

    Optional<String> fault() {
        return Optional.ofNullable(fault);
    }

    void listener(StoreListener newListener) {
        listener = newListener;
    }

    /** Whether anything may be asked of it. One that was replaced is read from as long as it can be. */
    boolean isUsable() {
        return (condition == DiskCondition.WORKING || condition == DiskCondition.RESILVERING)
                && state != DiskState.DEACTIVATED;
    }

    /** Whether it may take new chunks. */
    boolean takesChunks() {
        return condition == DiskCondition.WORKING && state == DiskState.ACTIVE;
    }

    void promise(long bytes) {
        promisedBytes.addAndGet(bytes);
    }

    long promisedBytes() {
        return promisedBytes.get();
    }

    // ---- calls

    /**
     * Makes a call that changes nothing but what it reads, and waits for it.
     *
     * @throws DiskUnavailableException if the disk is not usable, or does not answer in time
     */
    <T extends @Nullable Object> T call(Call<T> call) throws IOException {
        return start(call).await();
    }

    /** As {@link #call}, for a call that writes: a fault of it, other than a full disk, is one of the whole disk. */
    <T extends @Nullable Object> T change(Call<T> call) throws IOException {
        return await(start(call));
    }

    /**
     * As {@link #call}, for the bytes of chunks: made on the caller's thread where there is no other copy to turn to.
     */
    <T extends @Nullable Object> T read(Call<T> call) throws IOException {
        return isMirrored ? call(call) : here(call).await();
    }

    /**
     * As {@link #read(Call)}, of bytes of a file. A call that may be given up reads into a buffer of its own, since it can
     * still be under way when the caller has long used {@code target} for something else.
     */
    int read(FileIo.OpenFile file, long position, MemorySegment target) throws IOException {
        if (!isMirrored || timeoutMillis == 0) {
            return read(() -> file.read(position, target));
        }
        MemorySegment buffer = readBuffer(target.byteSize());
        int count = call(() -> file.read(position, buffer.asSlice(0, target.byteSize())));
        MemorySegment.copy(buffer, 0, target, 0, count);
        // One whose call failed is not used again.
        readBuffers.offer(buffer);
        return count;
    }

    private MemorySegment readBuffer(long lengthBytes) {
        MemorySegment free = readBuffers.poll();
        return free != null && free.byteSize() >= lengthBytes
                ? free
                : LargePages.allocate(Math.max(lengthBytes, ReadAhead.STRETCH_BYTES));
    }

    /** As {@link #change}, for the bytes of chunks: made on the caller's thread where there is no other copy. */
    <T extends @Nullable Object> T write(Call<T> call) throws IOException {
        return isMirrored ? change(call) : await(here(call));
    }

    /** Begins a {@link #write}. */
    <T extends @Nullable Object> Started<T> startWrite(Call<T> call) {
        return isMirrored ? start(call) : here(call);
    }

    private <T extends @Nullable Object> Started<T> here(Call<T> call) {
        return isUsable() ? made(call) : new Started<>(null, null, unavailable());
    }

    /** Closes a file. That of a disk that is out of use is not waited for. */
    void close(FileIo.OpenFile file) throws IOException {
        if (isUsable()) {
            call(() -> {
                file.close();
                return true;
            });
        } else if (timeoutMillis == 0) {
            file.close();
        } else {
            THREADS.execute(() -> {
                try {
                    file.close();
                } catch (IOException e) {
                    LOG.debug("closing a file of {}: {}", this, e.toString());
                }
            });
        }
    }

    /** Waits for a call that writes. */
    <T extends @Nullable Object> T await(Started<T> started) throws IOException {
        try {
            return started.await();
        } catch (IOException e) {
            failAfter(e);
            throw e;
        }
    }

    private void failAfter(IOException e) {
        if (e instanceof NoSuchFileException && isExpendable && !hasLabel()) {
            fail(DiskCondition.MISSING, "its directory is gone");
        } else if (!(e instanceof FileIo.OutOfSpaceException
                || e instanceof NoSuchFileException
                || e instanceof FileAlreadyExistsException
                || e instanceof FormatException
                || e instanceof StoreException
                || e instanceof DiskUnavailableException
                || DiskFileIo.isOutOfDescriptors(e))) {
            fail(DiskCondition.FAILED, String.valueOf(e.getMessage()));
        }
    }

    /** Begins a call, which goes on until its answer is waited for. */
    <T extends @Nullable Object> Started<T> start(Call<T> call) {
        if (!isUsable()) {
            return new Started<>(null, null, unavailable());
        }
        return begin(call);
    }

    private <T extends @Nullable Object> Started<T> begin(Call<T> call) {
        return timeoutMillis == 0 ? made(call) : new Started<>(submit(call), null, null);
    }

    private <T extends @Nullable Object> Started<T> made(Call<T> call) {
        try {
            return new Started<>(null, call.make(), null);
        } catch (IOException e) {
            return new Started<>(null, null, e);
        }
    }

    private <T extends @Nullable Object> CompletableFuture<T> submit(Call<T> call) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            if (!calls.tryAcquire(timeoutMillis, TimeUnit.MILLISECONDS)) {
                answer.completeExceptionally(hangs());
                return answer;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            answer.completeExceptionally(new IOException("interrupted", e));
            return answer;
        }
        THREADS.execute(() -> {
            try {
                answer.complete(call.make());
            } catch (Throwable e) {
                answer.completeExceptionally(e);
            } finally {
                calls.release();
            }
        });
        return answer;
    }

    /** A call under way, or its outcome. */
    final class Started<T extends @Nullable Object> {

        private final @Nullable CompletableFuture<T> answer;
        private final @Nullable T made;
        private final @Nullable IOException failed;

        private Started(
                @Nullable CompletableFuture<T> answer,
                @Nullable T made,
                @Nullable IOException failed) {
            this.answer = answer;
            this.made = made;
            this.failed = failed;
        }

        @SuppressWarnings("NullAway") // what the call returned, which is as T says
        T await() throws IOException {
            if (failed != null) {
                throw failed;
            }
            return answer == null ? made : answerOf(answer);
        }
    }

    private <T extends @Nullable Object> T answerOf(CompletableFuture<T> answer)
            throws IOException {
        boolean isInterrupted = false;
        long waitMillis = isUsable() ? timeoutMillis : 0;
        long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
        try {
            while (true) {
                try {
                    return answer.get(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    // The call has the caller's buffer; leaving it earlier than for a disk that
                    // hangs helps nobody.
                    isInterrupted = true;
                }
            }
        } catch (TimeoutException e) {
            throw hangs();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException fault -> throw fault;
                case RuntimeException bug -> throw bug;
                case Error error -> throw error;
                case null, default -> throw new IOException(e);
            }
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private DiskUnavailableException hangs() {
        fail(DiskCondition.FAILED, "no answer within " + timeoutMillis + " ms");
        return new DiskUnavailableException(
                directory() + ": no answer within " + timeoutMillis + " ms");
    }

    private DiskUnavailableException unavailable() {
        return new DiskUnavailableException(
                directory()
                        + " is out of use: "
                        + fault().orElseGet(
                                        () -> state.toString().toLowerCase(java.util.Locale.ROOT)));
    }

    // ---- failing and coming back

    /** Takes the disk out of use, if the store can do without it. */
    void fail(DiskCondition why, String reason) {
        synchronized (this) {
            if (!isExpendable
                    || condition == DiskCondition.FAILED
                    || condition == DiskCondition.MISSING) {
                return;
            }
            fault = reason;
            condition = why;
            generation++;
        }
        LOG.error(
                "disk {} ({}) of pool {} is {}: {}; the pool goes on without it. Look at the disk;"
                        + " it is taken back once it works, or put another one in its place: capstan"
                        + " store disk replace",
                directory(),
                id,
                pool,
                why == DiskCondition.MISSING ? "missing" : "out of use",
                reason);
        listener.diskFailed(id, why, reason);
    }

    /** Whether the directory carries this disk's label. */
    private boolean hasLabel() {
        if (!requiresLabel) {
            return true;
        }
        try {
            return begin(() -> readLabel(io, layout))
                    .await()
                    .filter(l -> l.disk().equals(id))
                    .isPresent();
        } catch (IOException e) {
            return DiskFileIo.isOutOfDescriptors(e);
        }
    }

    /** Takes it out of use if its directory is not there any more, as when it was unmounted. */
    void requirePresent() throws IOException {
        if (isExpendable && requiresLabel && !hasLabel()) {
            fail(DiskCondition.MISSING, "its directory is gone, or has not its label");
            throw unavailable();
        }
    }

    /**
     * Makes the directory ready for use.
     *
     * @throws IOException if it is not this disk's, or does not work
     */
    void begin(DiskPlan.LabelRule rule, long epochMillis) throws IOException {
        call(() -> {
            if (rule != DiskPlan.LabelRule.IGNORED) {
                requireLabel(rule, epochMillis);
            }
            io.makeDirectories(layout.chunksDirectory());
            learnPlace();
            return true;
        });
    }

    private void requireLabel(DiskPlan.LabelRule rule, long epochMillis) throws IOException {
        Optional<DiskLabel> label = readLabel(io, layout);
        if (label.isEmpty() && rule == DiskPlan.LabelRule.WRITTEN_IF_ABSENT) {
            writeLabel(io, layout, new DiskLabel(id, pool, epochMillis));
        } else {
            requireOurs(label);
        }
    }

    private void requireOurs(Optional<DiskLabel> label) throws IOException {
        if (label.filter(l -> l.disk().equals(id)).isEmpty()) {
            throw new IOException(
                    directory()
                            + label.map(l -> " is that of disk " + l.disk() + ", not of " + id)
                                    .orElse(" has no disk label: is it mounted?"));
        }
    }

    /**
     * Tries whether a disk that is out of use can read and write again. If so, it is {@link DiskCondition#RESILVERING}.
     *
     * @return whether it works
     */
    boolean probe() {
        try {
            begin(
                            () -> {
                                tryOut();
                                return true;
                            })
                    .await();
        } catch (IOException e) {
            fault = String.valueOf(e.getMessage());
            return false;
        }
        synchronized (this) {
            if (condition == DiskCondition.FAILED || condition == DiskCondition.MISSING) {
                condition = DiskCondition.RESILVERING;
                fault = null;
            }
        }
        return true;
    }

    private void tryOut() throws IOException {
        if (requiresLabel) {
            requireOurs(readLabel(io, layout));
        }
        Path file = layout.directory().resolve("probe.tmp");
        io.delete(file);
        try (FileIo.OpenFile open = io.create(file)) {
            open.write(0, MemorySegment.ofArray(new byte[PROBE_LENGTH_BYTES]));
            open.force();
        }
        io.delete(file);
        io.forceDirectory(layout.directory());
        learnPlace();
    }

    /** Once, while its directory is there: it does not change without the directory going away. */
    private void learnPlace() {
        try {
            fileSystem = io.fileSystem(layout.directory());
            physicalDisks = Set.copyOf(io.physicalDisks(layout.directory()));
        } catch (IOException | UnsupportedOperationException e) {
            LOG.warn("{}: on which disks it is cannot be told: {}", directory(), e.toString());
        }
    }

    /** Whether what is written to another one takes of its free space too. */
    boolean sharesFileSystem(Disk other) {
        return this == other || fileSystem.equals(other.fileSystem);
    }

    /** Whether it is lost together with another one. */
    boolean sharesPhysicalDisk(Disk other) {
        return this == other || !Collections.disjoint(physicalDisks, other.physicalDisks);
    }

    /** It missed changes. */
    synchronized void away(String reason) {
        if (condition == DiskCondition.WORKING) {
            condition = DiskCondition.RESILVERING;
            fault = reason;
            generation++;
        }
    }

    /** Raised each time it goes out of use: what was open before is not to be written to any more. */
    int generation() {
        return generation;
    }

    /** What it missed was brought up to date. */
    synchronized void resilvered() {
        if (condition == DiskCondition.RESILVERING) {
            condition = DiskCondition.WORKING;
            fault = null;
        }
    }

    // ---- labels

    /** The label in a directory; empty if there is none. */
    static Optional<DiskLabel> readLabel(FileIo io, StoreLayout layout) throws IOException {
        Path file = layout.diskLabelFile();
        if (!io.exists(file)) {
            return Optional.empty();
        }
        try (FileIo.OpenFile open = io.openToRead(file)) {
            byte[] bytes = new byte[DiskLabelDescriptor.LABEL_LENGTH_BYTES + 1];
            int lengthBytes = open.read(0, MemorySegment.ofArray(bytes));
            return Optional.of(
                    DiskLabelDescriptor.decode(
                            java.util.Arrays.copyOf(bytes, lengthBytes), file.toString()));
        }
    }

    static void writeLabel(FileIo io, StoreLayout layout, DiskLabel label) throws IOException {
        io.makeDirectories(layout.directory());
        Path temporary = layout.diskLabelTemporaryFile();
        io.delete(temporary);
        try (FileIo.OpenFile open = io.create(temporary)) {
            open.write(0, MemorySegment.ofArray(DiskLabelDescriptor.encode(label)));
            open.force();
        }
        io.rename(temporary, layout.diskLabelFile());
        io.forceDirectory(layout.directory());
    }

    @Override
    public String toString() {
        return directory() + " (" + id + ")";
    }
}
