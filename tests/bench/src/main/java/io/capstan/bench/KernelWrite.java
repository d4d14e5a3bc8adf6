package io.capstan.bench;

import io.capstan.drive.DriveIdentity;
import io.capstan.drive.LoadOutcome;
import io.capstan.drive.Personality;
import io.capstan.drive.TapeDrive;
import io.capstan.medium.Medium;
import io.capstan.metrics.MetricsRegistry;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.LogicalUnit;
import io.capstan.scsi.LogicalUnitOwner;
import io.capstan.scsi.Nexus;
import io.capstan.scsi.Task;
import io.capstan.scsi.TaskManagementFunction;
import io.capstan.tcmu.ExportedUnit;
import io.capstan.tcmu.KernelTarget;
import io.capstan.tcmu.UnitExport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Blocks through the kernel's own tape driver, TCMU and its ring, into a cartridge or into nothing: a drive that answers
 * WRITE(6) without a look at the data. A turn ends with the filemark that the driver writes when the device is closed.
 */
@SuppressWarnings("NullAway.Init") // start() comes before all else
final class KernelWrite implements Contender {

    private static final int BLOCK_BYTES = 256 << 10;
    private static final int WRITE_6 = 0x0A;
    private static final int DATA_AREA_MIB = 16;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path directory;
    private final long bytes;
    private final boolean isDiscarding;
    private EngineNode node;
    private Medium medium;
    private KernelTarget kernel;
    private Path device;

    KernelWrite(Path directory, long bytes, boolean isDiscarding) {
        this.directory = directory;
        this.bytes = bytes;
        this.isDiscarding = isDiscarding;
    }

    @Override
    public String name() {
        return isDiscarding ? "discarding handler" : "capstan, kernel";
    }

    @Override
    public boolean isAvailable() {
        try {
            return KernelTarget.unavailable().isEmpty();
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void start() throws Exception {
        node = new EngineNode(directory);
        medium = node.mountNew("KERNEL");
        LogicalUnitOwner owner = new LogicalUnitOwner();
        String serial = isDiscarding ? "0007812346" : "0007812345";
        TapeDrive drive =
                TapeDrive.builder(
                                "bench/" + serial,
                                Personality.byName("ULT3580-TD9").orElseThrow(),
                                DriveIdentity.of(serial))
                        .owner(owner)
                        .build();
        if (drive.load(medium).join() != LoadOutcome.LOADED) {
            throw new IllegalStateException("the drive does not take a cartridge");
        }
        kernel = new KernelTarget(UUID.randomUUID().toString(), 0, new MetricsRegistry());
        LogicalUnit unit = isDiscarding ? new Discarding(drive) : drive;
        kernel.export(
                "bench-" + serial, List.of(new UnitExport(unit, owner, serial, DATA_AREA_MIB)));
        device = awaitDevice();
    }

    private Path awaitDevice() throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            Optional<Path> found =
                    kernel.exportedUnits().stream()
                            .map(ExportedUnit::deviceNodes)
                            .flatMap(List::stream)
                            .filter(name -> name.startsWith("nst"))
                            .map(name -> Path.of("/dev", name))
                            .filter(Files::exists)
                            .findFirst();
            if (found.isPresent()) {
                return found.get();
            }
            Thread.sleep(50);
        }
        throw new IllegalStateException("the kernel makes no tape device");
    }

    @Override
    public Sample turn() throws Exception {
        Blocks blocks = Blocks.random(BLOCK_BYTES);
        double cpuBefore = Processes.cpuSeconds();
        long begin = System.nanoTime();
        try (FileChannel tape = FileChannel.open(device, StandardOpenOption.WRITE)) {
            for (long written = 0; written < bytes; written += BLOCK_BYTES) {
                ByteBuffer block = blocks.next().asByteBuffer();
                if (tape.write(block) != BLOCK_BYTES) {
                    throw new IOException("a block was written in part");
                }
            }
        }
        long nanos = System.nanoTime() - begin;
        return Sample.throughput(bytes, nanos, Processes.cpuSeconds() - cpuBefore);
    }

    @Override
    public void close() throws IOException {
        kernel.close();
        medium.close();
        node.close();
    }

    /** All of a drive but for what becomes of blocks. */
    private record Discarding(LogicalUnit drive) implements LogicalUnit {

        @Override
        public String name() {
            return drive.name();
        }

        @Override
        public int peripheralDeviceType() {
            return drive.peripheralDeviceType();
        }

        @Override
        public CommandResult execute(Task task) {
            return task.cdb().operationCode() == WRITE_6 ? CommandResult.GOOD : drive.execute(task);
        }

        @Override
        public void manage(TaskManagementFunction function, Nexus nexus) {
            drive.manage(function, nexus);
        }

        @Override
        public void commandsCleared(Nexus nexus) {
            drive.commandsCleared(nexus);
        }
    }
}
