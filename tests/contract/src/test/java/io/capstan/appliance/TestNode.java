package io.capstan.appliance;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.appliance.node.DriveUnit;
import io.capstan.appliance.node.InstalledEquipment;
import io.capstan.appliance.node.LibraryUnit;
import io.capstan.appliance.node.Node;
import io.capstan.appliance.node.NodePlan;
import io.capstan.appliance.node.StartException;
import io.capstan.config.Configuration;
import io.capstan.fakes.scsi.FakeInitiator;
import io.capstan.fakes.scsi.FakeReply;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.LogicalUnit;
import io.capstan.scsi.LogicalUnitOwner;
import io.capstan.scsi.Nexus;
import io.capstan.scsi.Task;
import io.capstan.scsi.TaskManagementFunction;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A node in this process, without kernel devices, and hosts that send commands to its logical units. */
final class TestNode {

    /** Element addresses of the personality that the tests use. */
    static final int STORAGE = 1000;

    static final int DRIVE = 500;
    static final int IMPORT_EXPORT = 10;

    private TestNode() {}

    /** A library {@code lib0} with 2 drives, 10 storage and 2 import/export elements and 4 small cartridges. */
    static NodePlan plan(Path directory) {
        return plan(directory, 10);
    }

    static NodePlan plan(Path directory, int storageElements) {
        return plan(
                directory,
                """
                libraries:
                  - name: lib0
                    drives: {count: 2}
                    storage-elements: %d
                    import-export-elements: 2
                    cartridges:
                      - {prefix: TST, count: 4, medium: LTO-8, capacity: 100MiB}
                """
                        .formatted(storageElements));
    }

    /** A node without kernel devices, with small chunks, and what else a test says of it. */
    static NodePlan plan(Path dataDirectory, String more) {
        return plan(
                """
                data-dir: %s
                store: {chunk-size: 1MiB, reserve: 1MiB}
                kernel: {enabled: off}
                """
                                .formatted(dataDirectory)
                        + more);
    }

    static NodePlan plan(String yaml) {
        InstalledEquipment equipment = new InstalledEquipment();
        return NodePlan.of(Configuration.parse("test.yaml", yaml, equipment), equipment);
    }

    static Node start(NodePlan plan) throws StartException, InterruptedException {
        return Node.start(plan, InstantSource.system(), UUID::randomUUID);
    }

    static LibraryUnit library(Node node) {
        return node.libraries().getFirst();
    }

    static DriveUnit drive(Node node, int number) {
        return library(node).drives().get(number);
    }

    /** A host of the changer that has seen what there was to see. */
    static FakeInitiator changerHost(Node node) {
        return changerHost(library(node));
    }

    /** A host of a library's changer that has seen what there was to see. */
    static FakeInitiator changerHost(LibraryUnit library) {
        FakeInitiator host = newHost(library.changer(), library.owner());
        host.clearUnitAttentions();
        return host;
    }

    /** A host of a drive that has seen what there was to see. */
    static FakeInitiator driveHost(Node node, int number) {
        FakeInitiator host = newDriveHost(node, number);
        host.clearUnitAttentions();
        return host;
    }

    /** A host of a drive that has not sent anything yet. */
    static FakeInitiator newDriveHost(Node node, int number) {
        return newHost(drive(node, number).logicalUnit(), drive(node, number).owner());
    }

    private static FakeInitiator newHost(LogicalUnit unit, LogicalUnitOwner owner) {
        return new FakeInitiator(new Hopping(unit, owner), "host");
    }

    static FakeReply move(FakeInitiator changerHost, int source, int destination) {
        return changerHost.send("A5 00 00 01 %04X %04X 0000 00 00".formatted(source, destination));
    }

    /** A record whose bytes follow from its number. */
    static byte[] record(int number, int lengthBytes) {
        byte[] bytes = new byte[lengthBytes];
        for (int i = 0; i < lengthBytes; i++) {
            bytes[i] = (byte) (number * 31 + i * 7 + (i >> 8));
        }
        return bytes;
    }

    static FakeReply write(FakeInitiator driveHost, byte[] block) {
        return driveHost.send("0A 00 %06X 00".formatted(block.length), block);
    }

    static FakeReply read(FakeInitiator driveHost, int lengthBytes) {
        return driveHost.receive("08 00 %06X 00".formatted(lengthBytes), lengthBytes);
    }

    static FakeReply writeFilemark(FakeInitiator driveHost) {
        return driveHost.send("10 00 00 00 01 00");
    }

    static FakeReply rewind(FakeInitiator driveHost) {
        return driveHost.send("01 00 00 00 00 00");
    }

    /** Executes on the unit's owner, as a transport would that is not the owner itself. */
    private record Hopping(LogicalUnit unit, LogicalUnitOwner owner) implements LogicalUnit {

        @Override
        public String name() {
            return unit.name();
        }

        @Override
        public int peripheralDeviceType() {
            return unit.peripheralDeviceType();
        }

        @Override
        public CommandResult execute(Task task) {
            return owner.submit(() -> unit.execute(task)).join();
        }

        @Override
        public void manage(TaskManagementFunction function, Nexus nexus) {
            owner.submit(
                            () -> {
                                unit.manage(function, nexus);
                                return true;
                            })
                    .join();
        }

        @Override
        public void commandsCleared(Nexus nexus) {
            owner.submit(
                            () -> {
                                unit.commandsCleared(nexus);
                                return true;
                            })
                    .join();
        }
    }

    /** Waits until jobs have brought about what a test wants to see. */
    static void awaitJobs(Node node, BooleanSupplier condition) {
        long deadlineNanos = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime())
                    .as(() -> "still waiting; the jobs are " + node.tiers().jobs().list(j -> true))
                    .isLessThan(deadlineNanos);
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Writes records, each made of its number, and a filemark behind them. */
    static void writeFile(FakeInitiator host, int first, int count, int lengthBytes) {
        for (int number = first; number < first + count; number++) {
            assertThat(write(host, record(number, lengthBytes)).isGood()).isTrue();
        }
        assertThat(writeFilemark(host).isGood()).isTrue();
    }

    /** Reads what {@link #writeFile} wrote, up to the filemark. */
    static void readRecords(FakeInitiator host, int first, int count, int lengthBytes) {
        for (int number = first; number < first + count; number++) {
            assertThat(read(host, lengthBytes).data()).isEqualTo(record(number, lengthBytes));
        }
    }
}
