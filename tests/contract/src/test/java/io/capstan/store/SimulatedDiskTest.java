package io.capstan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.fakes.store.FileIoContract;
import io.capstan.fakes.store.SimulatedDisk;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SimulatedDiskTest extends FileIoContract {

    private static final Path DIRECTORY = Path.of("/disk");

    private final SimulatedDisk disk = new SimulatedDisk(1);

    @BeforeEach
    void makeDirectory() throws IOException {
        disk.makeDirectories(DIRECTORY);
    }

    @Override
    protected FileIo io() {
        return disk;
    }

    @Override
    protected Path directory() {
        return DIRECTORY;
    }

    @Test
    void keepsWhatWasForcedOverALossOfPower() throws IOException {
        for (int seed = 0; seed < 50; seed++) {
            SimulatedDisk powered = new SimulatedDisk(seed);
            powered.makeDirectories(DIRECTORY);
            FileIo.OpenFile file = powered.create(DIRECTORY.resolve("a"));
            file.write(0, MemorySegment.ofArray(new byte[] {1, 2, 3}));
            file.force();
            powered.forceDirectory(DIRECTORY);
            file.write(3, MemorySegment.ofArray(new byte[] {4, 5}));

            powered.restart();

            assertThat(powered.content(DIRECTORY.resolve("a"))).startsWith(1, 2, 3);
        }
    }

    @Test
    void losesWhatWasNotForcedInSomeRunsAndKeepsItInOthers() throws IOException {
        Set<Integer> lengths = new HashSet<>();
        Set<Boolean> named = new HashSet<>();
        for (int seed = 0; seed < 100; seed++) {
            SimulatedDisk powered = new SimulatedDisk(seed);
            powered.makeDirectories(DIRECTORY);
            FileIo.OpenFile file = powered.create(DIRECTORY.resolve("a"));
            file.write(0, MemorySegment.ofArray(new byte[2048]));

            powered.restart();

            boolean there = powered.exists(DIRECTORY.resolve("a"));
            named.add(there);
            if (there) {
                lengths.add(powered.content(DIRECTORY.resolve("a")).length);
            }
        }

        assertThat(named).containsExactlyInAnyOrder(true, false);
        assertThat(lengths).contains(0, 2048).hasSizeGreaterThan(2);
    }

    @Test
    void failsAsAFullDiskDoes() throws IOException {
        disk.capacityBytes(10);
        FileIo.OpenFile file = disk.create(DIRECTORY.resolve("a"));
        file.write(0, MemorySegment.ofArray(new byte[8]));

        assertThatThrownBy(() -> file.write(8, MemorySegment.ofArray(new byte[8])))
                .isInstanceOf(FileIo.OutOfSpaceException.class);
        disk.capacityBytes(100);
        file.write(8, MemorySegment.ofArray(new byte[8]));

        assertThat(file.lengthBytes()).isEqualTo(16);
    }

    @Test
    void refusesEverythingWhileThereIsNoPower() throws IOException {
        FileIo.OpenFile file = disk.create(DIRECTORY.resolve("a"));
        disk.losePowerAt(1);

        assertThatThrownBy(file::force).isInstanceOf(SimulatedDisk.PowerLossException.class);
        assertThatThrownBy(() -> disk.openToRead(DIRECTORY.resolve("a")))
                .isInstanceOf(SimulatedDisk.PowerLossException.class);
    }
}
