package io.capstan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.capstan.fakes.store.SimulatedDisk;
import io.capstan.format.DiskId;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class DiskTest {

    private static final Path DIRECTORY = Path.of("/disk");
    private static final long SOON_MILLIS = 50;
    private static final long NEVER_MILLIS = 3_600_000;

    private final CountDownLatch released = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);

    @Test
    void aReadThatIsGivenUpWritesNothingIntoTheCallersBuffer() throws Exception {
        Disk disk = disk(SOON_MILLIS);
        MemorySegment target = MemorySegment.ofArray(new byte[512]);

        assertThatExceptionOfType(DiskUnavailableException.class)
                .isThrownBy(() -> disk.read(new HangingFile(), 0, target));
        released.countDown();
        ended.await();

        assertThat(target.toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
    }

    @Test
    void aReadThatIsAnsweredFillsTheCallersBuffer() throws Exception {
        released.countDown();
        MemorySegment target = MemorySegment.ofArray(new byte[512]);

        assertThat(disk(NEVER_MILLIS).read(new HangingFile(), 0, target)).isEqualTo(511);
        assertThat(target.asSlice(0, 511).toArray(ValueLayout.JAVA_BYTE)).containsOnly(0x5A);
        assertThat(target.get(ValueLayout.JAVA_BYTE, 511)).isZero();
    }

    private static Disk disk(long timeoutMillis) {
        DiskPlan plan =
                new DiskPlan(
                        DiskId.of(new UUID(1, 2)),
                        DIRECTORY,
                        DiskPlan.LabelRule.IGNORED,
                        DiskState.ACTIVE,
                        false);
        return new Disk(plan, "default", new SimulatedDisk(1), timeoutMillis, true, true);
    }

    /** Fills what it is given, short of a byte, once it is released. */
    private final class HangingFile implements FileIo.OpenFile {

        @Override
        public int read(long position, MemorySegment target) {
            try {
                released.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            target.asSlice(0, target.byteSize() - 1).fill((byte) 0x5A);
            ended.countDown();
            return (int) target.byteSize() - 1;
        }

        @Override
        public long lengthBytes() {
            return 511;
        }

        @Override
        public void write(long position, MemorySegment source) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void force() {}

        @Override
        public void truncate(long lengthBytes) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }
}
