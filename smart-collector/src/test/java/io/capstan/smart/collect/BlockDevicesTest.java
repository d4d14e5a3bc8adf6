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
}
