package io.capstan.smart.collect;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.smart.NodeDevices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** D1 and D2: disks, what lies on them, and what the kernel counts, by a sysfs made of files. */
class BlockDevicesTest {

    @TempDir private Path sys;

    @BeforeEach
    void makeSysfs() throws IOException {
        disk("sdx");
        partition("sdx", "sdx1");
        disk("sdy");
        partition("sdy", "sdy2");
        disk("nvme9n1");
        disk("loop77");
        disk("md77");
        Path slaves = Files.createDirectories(sys.resolve("block/md77/slaves"));
        Files.createDirectory(slaves.resolve("sdx1"));
        Files.createDirectory(slaves.resolve("sdy2"));
        Files.writeString(
                sys.resolve("block/sdx/stat"), "     10  1  80  5  20  2  160  9  0  14  14\n");
    }

    private void disk(String name) throws IOException {
        Path disk = Files.createDirectories(sys.resolve("block").resolve(name));
        Path links = Files.createDirectories(sys.resolve("class/block"));
        Files.createSymbolicLink(links.resolve(name), disk);
    }

    private void partition(String disk, String name) throws IOException {
        Path partition = Files.createDirectories(sys.resolve("block").resolve(disk).resolve(name));
        Files.writeString(partition.resolve("partition"), "1\n");
        Files.createSymbolicLink(sys.resolve("class/block").resolve(name), partition);
    }

    @Test
    void physicalDisksAloneAreDisks() throws IOException {
        assertThat(new BlockDevices(sys).disks())
                .containsExactly("/dev/nvme9n1", "/dev/sdx", "/dev/sdy");
    }

    @Test
    void partitionsAndArraysLieOnTheirDisks() throws IOException {
        BlockDevices devices = new BlockDevices(sys);

        assertThat(devices.disksBelow("/dev/sdx1")).containsExactly("/dev/sdx");
        assertThat(devices.disksBelow("/dev/nvme9n1")).containsExactly("/dev/nvme9n1");
        assertThat(devices.disksBelow("/dev/md77")).containsExactly("/dev/sdx", "/dev/sdy");
        assertThat(devices.disksBelow("/dev/none77")).isEmpty();
    }

    @Test
    void blockLayerStatistics() throws IOException {
        assertThat(new BlockDevices(sys).statistics("/dev/sdx"))
                .containsEntry("block.read_ios", 10L)
                .containsEntry("block.write_sectors", 160L)
                .containsEntry("block.io_ticks_ms", 14L);
    }

    @Test
    void D2_latencyIsOfTheTransfersSinceTheLastLook() throws IOException {
        NodeDevices devices =
                new NodeDevices(new BlockDevices(sys), List.of(), Path.of("/none/dmesg"));
        assertThat(devices.gauges("/dev/sdx"))
                .containsEntry("block.read_latency_us", 500L)
                .containsEntry("block.write_latency_us", 450L);

        Files.writeString(
                sys.resolve("block/sdx/stat"), "     14  1  90  45  20  2  160  9  0  14  14\n");
        assertThat(devices.gauges("/dev/sdx"))
                .containsEntry("block.read_latency_us", 10_000L)
                .hasSize(1);
        assertThat(devices.gauges("/dev/sdy")).isEmpty();
    }

    @Test
    void kernelErrorsAreCountedOnceEach() {
        KernelLog log = new KernelLog();
        List<String> lines =
                List.of(
                        "[  100.000001] blk_update_request: critical medium error, dev sdx, sector 2048 op 0x0:(READ) flags 0x0",
                        "[  101.000000] I/O error, dev sdx, sector 4096 op 0x1:(WRITE) flags 0x0",
                        "[  102.000000] sdx: sdx1",
                        "[  103.000000] Buffer I/O error on dev sdy, logical block 0, async page read");

        log.count(lines);
        log.count(lines);

        assertThat(log.errors("/dev/sdx")).isEqualTo(2);
        assertThat(log.errors("/dev/sdy")).isZero();
    }

    /** A device below {@code /sys/devices} that {@code block} links to, as in a real sysfs. */
    private Path device(String name, String path) throws IOException {
        Path device = Files.createDirectories(sys.resolve("devices").resolve(path));
        Path block = Files.createDirectories(device.resolve("block").resolve(name));
        Files.createSymbolicLink(block.resolve("device"), device);
        Files.createSymbolicLink(sys.resolve("block").resolve(name), block);
        return device;
    }

    @Test
    void D1_slotIsTheEnclosuresWhereThereIsOne() throws IOException {
        Path device = device("sdq", "pci0000:00/0000:00:03.0/host7/end_device-7:0:3/target7:0:3");
        Path enclosure = Files.createDirectories(sys.resolve("devices/enclosure/7:0:9:0"));
        Files.writeString(enclosure.resolve("id"), "0x500a098012345678\n");
        Path slot = Files.createDirectory(enclosure.resolve("Slot 04"));
        Files.writeString(slot.resolve("slot"), "4\n");
        Files.createSymbolicLink(device.resolve("enclosure_device:Slot 04"), slot);

        assertThat(new BlockDevices(sys).slot("/dev/sdq"))
                .contains("slot 4 of enclosure 0x500a098012345678");
    }

    @Test
    void D1_withoutAnEnclosureItIsTheBayThePciSlotOrThePort() throws IOException {
        device("sdq", "pci0000:00/0000:00:03.0/host7/port-7:0/end_device-7:0/target7:0:0");
        Path sas = Files.createDirectories(sys.resolve("class/sas_device/end_device-7:0"));
        Files.writeString(sas.resolve("bay_identifier"), "11\n");
        Files.writeString(sas.resolve("enclosure_identifier"), "0x5001\n");
        device("nvme7n1", "pci0000:00/0000:00:05.0/0000:07:00.0/nvme/nvme7");
        Path slot = Files.createDirectories(sys.resolve("bus/pci/slots/12"));
        Files.writeString(slot.resolve("address"), "0000:07:00\n");
        device("sdr", "pci0000:00/0000:00:1f.2/ata3/host2/target2:0:0");
        BlockDevices devices = new BlockDevices(sys);

        assertThat(devices.slot("/dev/sdq")).contains("bay 11 of enclosure 0x5001");
        assertThat(devices.slot("/dev/nvme7n1")).contains("PCI slot 12");
        assertThat(devices.slot("/dev/sdr")).contains("port ata3");
        assertThat(devices.slot("/dev/sdx")).isEmpty();
        assertThat(devices.slot("/dev/none77")).isEmpty();
    }

    @Test
    void D1_diskIsPartOfArraysAndVolumesOnItOrItsPartitions() throws IOException {
        Files.createDirectories(sys.resolve("block/sdx/sdx1/holders/md77"));
        Files.createDirectories(sys.resolve("block/sdy/holders/dm-7"));
        disk("dm-7");
        Files.writeString(
                Files.createDirectories(sys.resolve("block/dm-7/dm")).resolve("name"), "vg-data\n");
        BlockDevices devices = new BlockDevices(sys);

        assertThat(devices.arrays("/dev/sdx")).containsExactly("md77");
        assertThat(devices.arrays("/dev/sdy")).containsExactly("vg-data");
        assertThat(devices.arrays("/dev/nvme9n1")).isEmpty();
    }
}
