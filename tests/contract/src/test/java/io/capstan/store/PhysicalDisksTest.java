package io.capstan.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a file system is lost with, by a sysfs made of files. */
class PhysicalDisksTest {

    @TempDir private Path sys;

    @TempDir private Path directory;

    @BeforeEach
    void makeSysfs() throws IOException {
        device("sda", "8:0");
        partition("sda", "sda1", "8:1");
        partition("sda", "sda2", "8:2");
        device("sdb", "8:16");
        partition("sdb", "sdb1", "8:17");
        // The 300th disk: its numbers need more than a byte.
        device("sdkn", "65:1030");
        device("md0", "9:0");
        on("md0", "sda/sda2", "sdb/sdb1");
        device("dm-0", "253:0");
        on("dm-0", "md0");
    }

    private void device(String name, String number) throws IOException {
        link(Files.createDirectories(sys.resolve("devices").resolve(name)), number);
    }

    private void partition(String disk, String name, String number) throws IOException {
        Path entry = Files.createDirectory(sys.resolve("devices").resolve(disk).resolve(name));
        Files.writeString(entry.resolve("partition"), "1\n");
        link(entry, number);
    }

    private void link(Path entry, String number) throws IOException {
        Path links = Files.createDirectories(sys.resolve("dev/block"));
        Files.createSymbolicLink(links.resolve(number), entry);
    }

    private void on(String name, String... below) throws IOException {
        Path slaves = Files.createDirectory(sys.resolve("devices").resolve(name).resolve("slaves"));
        for (String each : below) {
            Path entry = sys.resolve("devices").resolve(each);
            Files.createSymbolicLink(slaves.resolve(entry.getFileName()), entry);
        }
    }

    @Test
    void partitionsArraysAndMappedDevicesAreOnTheirDisks() throws IOException {
        PhysicalDisks disks = new PhysicalDisks(sys);

        assertThat(disks.below(0x801)).containsExactly("sda");
        assertThat(disks.below(0x802)).containsExactly("sda");
        assertThat(disks.below(0x810)).containsExactly("sdb");
        assertThat(disks.below(0x900)).containsExactly("sda", "sdb");
        assertThat(disks.below(0xfd00)).containsExactly("sda", "sdb");
    }

    @Test
    void deviceNumbersOfMoreThanSixteenBitsAreTakenApart() throws IOException {
        // makedev(65, 1030), and makedev(0, 51) of a file system that is on no device.
        assertThat(new PhysicalDisks(sys).below(0x404106L)).containsExactly("sdkn");
        assertThat(new PhysicalDisks(sys).below(0x33)).containsExactly("0:51");
    }

    @Test
    void directoriesOfOneFileSystemShareWhatItIsOn() throws IOException {
        Path one = Files.createDirectory(directory.resolve("one"));
        Path other = Files.createDirectory(directory.resolve("other"));

        assertThat(new DiskFileIo().physicalDisks(one))
                .isNotEmpty()
                .isEqualTo(new DiskFileIo().physicalDisks(other));
    }
}
