package io.capstan.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LargePagesTest {

    private static final long LARGE_PAGE_BYTES = 2 << 20;

    @ParameterizedTest
    @ValueSource(longs = {1, 4096, LARGE_PAGE_BYTES - 1, LARGE_PAGE_BYTES, 17_300_000})
    void memoryBeginsWithALargePageAndIsZero(long lengthBytes) {
        MemorySegment memory = LargePages.allocate(lengthBytes);

        assertThat(memory.byteSize()).isEqualTo(lengthBytes);
        assertThat(memory.address() % LARGE_PAGE_BYTES).isZero();
        assertThat(memory.toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
        memory.set(ValueLayout.JAVA_BYTE, lengthBytes - 1, (byte) 1);
        assertThat(memory.get(ValueLayout.JAVA_BYTE, lengthBytes - 1)).isEqualTo((byte) 1);
    }

    @Test
    void theKernelIsAskedForLargePages() throws IOException {
        assumeThat(Path.of("/sys/kernel/mm/transparent_hugepage/enabled")).exists();

        MemorySegment memory = LargePages.allocate(2 * LARGE_PAGE_BYTES);

        assertThat(flagsOfMappingAt(memory.address())).contains(" hg");
    }

    @Test
    void memoryThatNobodyHasRoomForIsAnError() {
        assertThatThrownBy(() -> LargePages.allocate(1L << 55))
                .isInstanceOf(OutOfMemoryError.class);
    }

    private static String flagsOfMappingAt(long address) throws IOException {
        boolean found = false;
        for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
            if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
                String[] ends = line.substring(0, line.indexOf(' ')).split("-");
                found =
                        Long.compareUnsigned(Long.parseUnsignedLong(ends[0], 16), address) <= 0
                                && Long.compareUnsigned(
                                                address, Long.parseUnsignedLong(ends[1], 16))
                                        < 0;
            } else if (found && line.startsWith("VmFlags:")) {
                return line;
            }
        }
        return "";
    }
}
