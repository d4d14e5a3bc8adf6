package io.capstan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.fakes.store.SimulatedDisk;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
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
                assertReads(file, position, length);
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
