package io.capstan.tier;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.catalog.ElementLocation;
import io.capstan.catalog.JobRecord;
import io.capstan.catalog.JobState;
import io.capstan.catalog.TierCopyRecord;
import io.capstan.medium.Medium;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * V11, V18: the file system of a tier fills up while a cartridge goes there, in the middle of a chunk, of its index, of its
 * label, or before any of them. The job waits and says why, later each time; all that is in the tier is whole; nothing is
 * released here; and once there is room the cartridge arrives by itself, or goes back if it is cancelled.
 */
class FullTierTest extends TieredCartridge {

    private static final int OBJECTS = 40;

    /** No divisor of what is written, so that space runs out at all kinds of places. */
    private static final long STEP_BYTES = 17_977;

    /** What fits on the file system of the tier. */
    private long capacityBytes = Long.MAX_VALUE;

    @Override
    DirectoryTier directoryTier(Path where) {
        return new DirectoryTier(where, "test", part -> new SmallDisk(where, part));
    }

    private void prepare() throws Exception {
        kind = Kind.DIRECTORY;
        try (Medium medium = mount()) {
            append(medium, OBJECTS);
        }
        boot();
    }

    @Test
    void nothingIsLostOrHalfWhereverSpaceRunsOut() throws Exception {
        prepare();
        List<Path> here = chunkFiles();
        long job = depart(HOME, TierCopyRecord.ACTIVE, AWAY, TIER);
        int fullCount = 0;
        int brokenOffCount = 0;
        capacityBytes = usedBytes();
        while (runOnce(job).state() != JobState.DONE) {
            JobRecord waiting = jobs().job(job).orElseThrow();
            assertThat(waiting.state()).isEqualTo(JobState.WAITING);
            assertThat(waiting.reason()).contains("No space left on device");
            assertThat(waiting.notBeforeEpochMillis()).isGreaterThan(nowMillis);
            assertThat(chunkFiles()).as("here, with %d bytes there", capacityBytes).isEqualTo(here);
            assertWholeInTier();
            assertThat(elementOf()).isEmpty();
            checkAll();
            fullCount++;
            brokenOffCount += capacityBytes - usedBytes() > 0 ? 1 : 0;
            capacityBytes += STEP_BYTES;
        }
        assertThat(fullCount)
                .as("more often than there are objects")
                .isGreaterThan(here.size() + 2);
        assertThat(brokenOffCount).isGreaterThan(here.size());
        assertThat(elementOf()).contains(AWAY);
        assertThat(chunkFiles()).isEmpty();
        assertWholeInTier();

        capacityBytes = Long.MAX_VALUE;
        runJob(depart(AWAY, TIER, HOME, TierCopyRecord.ACTIVE, List.of()));
        readAll();
    }

    /** It comes again later and later, up to every five minutes, and at once when it is asked to. */
    @Test
    void itWaitsLongerEachTime() throws Exception {
        prepare();
        capacityBytes = 0;
        long job = depart(HOME, TierCopyRecord.ACTIVE, AWAY, TIER);
        List<Long> waitsMillis = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            JobRecord waiting = runOnce(job);
            assertThat(waiting.attempts()).isEqualTo(i + 1);
            waitsMillis.add(waiting.notBeforeEpochMillis() - nowMillis);
            nowMillis = waiting.notBeforeEpochMillis();
        }
        for (int i = 0; i < waitsMillis.size(); i++) {
            long mostMillis = Math.min(1_000L << i, 300_000);
            assertThat(waitsMillis.get(i)).isBetween(mostMillis / 2, mostMillis);
        }
        assertThat(metrics.counter(TierCounter.ATTEMPTS_FAILED).sum()).isEqualTo(12);

        capacityBytes = Long.MAX_VALUE;
        assertThat(jobs().retryNow(job)).isTrue();
        assertThat(jobs().job(job).orElseThrow().notBeforeEpochMillis()).isEqualTo(nowMillis);
        assertThat(runOnce(job).state()).isEqualTo(JobState.DONE);
        assertThat(elementOf()).contains(AWAY);
    }

    @Test
    void cancelledItGoesBackAsItWas() throws Exception {
        prepare();
        List<Path> here = chunkFiles();
        capacityBytes = 3L * CHUNK_BYTES / 2;
        long job = depart(HOME, TierCopyRecord.ACTIVE, AWAY, TIER);
        assertThat(runOnce(job).state()).isEqualTo(JobState.WAITING);
        assertThat(jobs().cancel(job)).isEqualTo(CancelOutcome.CANCELLED);
        runJob(job);

        assertThat(jobs().job(job).orElseThrow().state()).isEqualTo(JobState.CANCELLED);
        assertThat(elementOf()).contains(HOME);
        assertThat(chunkFiles()).isEqualTo(here);
        assertWholeInTier();
        readAll();
    }

    // ---- what the tests are made of

    private JobRecord runOnce(long job) {
        jobs().runOnce(job);
        return jobs().job(job).orElseThrow();
    }

    private Optional<ElementLocation> elementOf() {
        return catalog().read(view -> view.elementOf(VOLUME));
    }

    private void readAll() throws Exception {
        try (Medium medium = mount()) {
            medium.locate(0, 0);
            for (int object = 0; object <= written.size(); object++) {
                read(medium, object);
            }
        }
    }

    /** No file that was begun, and each object is what its name says. */
    private void assertWholeInTier() throws Exception {
        Path tier = directory.resolve(TIER);
        for (Path file : everything(tier)) {
            String name = tier.relativize(file).toString();
            if (name.equals("capstan-tier")) {
                continue;
            }
            assertThat(TierLayout.objectKey(name)).as("%s", name).isPresent();
            String digest = name.replaceFirst(".*-", "").replaceFirst("[.].*", "");
            assertThat(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)))
                    .as("%s", name)
                    .isEqualTo(HexFormat.of().parseHex(digest));
        }
    }

    private long usedBytes() {
        return everything(directory.resolve(TIER)).stream().mapToLong(FullTierTest::size).sum();
    }

    private static List<Path> everything(Path below) {
        try (Stream<Path> all = Files.walk(below)) {
            return all.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file that is written on a file system of some capacity: as the kernel does, what still fits is written. */
    private final class SmallDisk extends FileChannel {

        private final Path mountPoint;
        private final FileChannel behind;

        SmallDisk(Path mountPoint, Path file) throws IOException {
            this.mountPoint = mountPoint;
            this.behind =
                    FileChannel.open(
                            file,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE);
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            long used = everything(mountPoint).stream().mapToLong(FullTierTest::size).sum();
            long fits = Math.min(source.remaining(), capacityBytes - used);
            if (fits <= 0) {
                throw new IOException("No space left on device");
            }
            ByteBuffer head = source.duplicate().limit(source.position() + (int) fits);
            int written = behind.write(head);
            source.position(source.position() + written);
            return written;
        }

        @Override
        public void force(boolean metaData) throws IOException {
            behind.force(metaData);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            behind.close();
        }

        private static UnsupportedOperationException unused() {
            return new UnsupportedOperationException("no tier does this");
        }

        @Override
        public int read(ByteBuffer target) {
            throw unused();
        }

        @Override
        public long read(ByteBuffer[] targets, int offset, int length) {
            throw unused();
        }

        @Override
        public long write(ByteBuffer[] sources, int offset, int length) {
            throw unused();
        }

        @Override
        public long position() {
            throw unused();
        }

        @Override
        public FileChannel position(long newPosition) {
            throw unused();
        }

        @Override
        public long size() {
            throw unused();
        }

        @Override
        public FileChannel truncate(long size) {
            throw unused();
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel target) {
            throw unused();
        }

        @Override
        public long transferFrom(ReadableByteChannel source, long position, long count) {
            throw unused();
        }

        @Override
        public int read(ByteBuffer target, long position) {
            throw unused();
        }

        @Override
        public int write(ByteBuffer source, long position) {
            throw unused();
        }

        @Override
        public MappedByteBuffer map(MapMode mode, long position, long size) {
            throw unused();
        }

        @Override
        public FileLock lock(long position, long size, boolean shared) {
            throw unused();
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) {
            throw unused();
        }
    }
}
