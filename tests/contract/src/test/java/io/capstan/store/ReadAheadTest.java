package io.capstan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.buffer.LentBytes;
import io.capstan.fakes.store.SimulatedDisk;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadAheadTest {

    private static final Path FILE = Path.of("/file");
    private static final int STEP_BYTES = 200_000;

    private final SimulatedDisk disk = new SimulatedDisk(4);
    private final WriteBuffers buffers = new WriteBuffers();
    private final byte[] content = new byte[(9 << 20) + 12_345];

    @BeforeEach
    void write() {
        new Random(8).nextBytes(content);
        disk.put(FILE, content);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void givesWhatTheFileHasHoweverItIsRead(long seed) throws IOException {
        Random random = new Random(seed);
        try (ReadAhead file = new ReadAhead(disk.openToReadUncached(FILE), buffers)) {
            long position = 0;
            for (int i = 0; i < 400; i++) {
                int length = 1 + random.nextInt(1 << random.nextInt(21));
                if (random.nextBoolean() || !isViewed(file, position, length)) {
                    assertReads(file, position, length);
                }
                position += length;
                switch (random.nextInt(20)) {
                    case 0 -> position = random.nextInt(content.length + 100_000);
                    case 1, 2, 3 -> position = Math.max(0, position - random.nextInt(8_000));
                    case 4, 5, 6 -> position += random.nextInt(8_000);
                    default -> {}
                }
                if (position > content.length + 100_000) {
                    position = 0;
                }
            }
        }
    }

    @Test
    void readsFilesPastThePageCache(@TempDir Path directory) throws IOException {
        Path path = directory.resolve("file");
        DiskFileIo io = new DiskFileIo();
        try (FileIo.OpenFile file = io.create(path)) {
            file.write(0, MemorySegment.ofArray(content));
        }
        try (ReadAhead file = new ReadAhead(io.openToReadUncached(path), buffers)) {
            for (int at = 0; at < content.length + STEP_BYTES; at += STEP_BYTES) {
                assertReads(file, at, STEP_BYTES);
            }
        }
    }

    @Test
    void keepsToItselfWhatFailsAheadOfTheReader() throws IOException {
        try (ReadAhead file = new ReadAhead(disk.openToReadUncached(FILE), buffers)) {
            int at = 0;
            for (; at < 4 << 20; at += STEP_BYTES) {
                assertReads(file, at, STEP_BYTES);
            }
            disk.failNext(SimulatedDisk.Call.READ, new IOException("simulated"));
            for (; at < content.length; at += STEP_BYTES) {
                assertReads(file, at, STEP_BYTES);
            }
        }
    }

    @Test
    void reportsAFaultOfWhatIsAskedFor() throws IOException {
        try (ReadAhead file = new ReadAhead(disk.openToReadUncached(FILE), buffers)) {
            disk.failNext(SimulatedDisk.Call.READ, new IOException("simulated"));

            assertThatThrownBy(() -> assertReads(file, 5_000_000, STEP_BYTES))
                    .hasMessage("simulated");

            assertReads(file, 5_000_000, STEP_BYTES);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void keepsWhatItLentAsItIs(boolean abandoned) throws IOException {
        List<LentBytes> loans = lendAll();
        if (abandoned) {
            loans.forEach(LentBytes::abandon);
        }
        // Others use buffers meanwhile, but not those.
        List<MemorySegment> others = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            others.add(buffers.take(1).fill((byte) 0xFF));
        }
        int at = content.length / STEP_BYTES * STEP_BYTES;
        for (LentBytes loan : loans.reversed()) {
            at -= STEP_BYTES;
            assertThat(sameAsContent(loan.pieces(), at, STEP_BYTES)).as("at %d", at).isTrue();
        }
        if (!abandoned) {
            loans.forEach(LentBytes::giveBack);
        }
        others.forEach(buffers::give);
        assertThat(buffers.lentBytes()).isZero();
    }

    /** Reads the whole file, and lends all but its beginning, which is read before it counts as reading from front to back. */
    private List<LentBytes> lendAll() throws IOException {
        List<LentBytes> loans = new ArrayList<>();
        try (ReadAhead file = new ReadAhead(disk.openToReadUncached(FILE), buffers)) {
            for (int at = 0; at + STEP_BYTES < content.length; at += STEP_BYTES) {
                if (isViewed(file, at, STEP_BYTES)) {
                    loans.add(file.lendViewed());
                } else {
                    assertReads(file, at, STEP_BYTES);
                }
            }
        }
        assertThat(loans).hasSizeGreaterThan(content.length / STEP_BYTES - 5);
        return loans;
    }

    @Test
    void lendsNothingThatWasNotShown() throws IOException {
        try (ReadAhead file = new ReadAhead(disk.openToReadUncached(FILE), buffers)) {
            int at = 0;
            while (!isViewed(file, at, STEP_BYTES)) {
                assertReads(file, at, STEP_BYTES);
                at += STEP_BYTES;
            }
            assertReads(file, at + STEP_BYTES, STEP_BYTES);

            assertThatThrownBy(file::lendViewed).isInstanceOf(IllegalStateException.class);
        }
    }

    /** Looks at bytes where they are, if they are anywhere. */
    private boolean isViewed(ReadAhead file, long position, int lengthBytes) {
        List<MemorySegment> pieces = file.view(position, lengthBytes);
        if (pieces.isEmpty()) {
            return false;
        }
        assertThat(sameAsContent(pieces, (int) position, lengthBytes))
                .as("content at %d", position)
                .isTrue();
        return true;
    }

    private boolean sameAsContent(List<MemorySegment> pieces, int position, int lengthBytes) {
        byte[] seen = new byte[lengthBytes];
        int at = 0;
        for (MemorySegment piece : pieces) {
            MemorySegment.copy(piece, ValueLayout.JAVA_BYTE, 0, seen, at, (int) piece.byteSize());
            at += (int) piece.byteSize();
        }
        assertThat(at).isEqualTo(lengthBytes);
        return Arrays.equals(seen, 0, at, content, position, position + at);
    }

    private void assertReads(ReadAhead file, long position, int lengthBytes) throws IOException {
        byte[] target = new byte[lengthBytes];
        int count = file.read(position, MemorySegment.ofArray(target));

        int from = (int) Math.min(position, content.length);
        int expected = Math.min(lengthBytes, content.length - from);
        assertThat(count).as("bytes at %d", position).isEqualTo(expected);
        assertThat(Arrays.equals(target, 0, count, content, from, from + count))
                .as("content at %d", position)
                .isTrue();
    }
}
