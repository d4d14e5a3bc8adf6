package io.capstan.appliance.node;

import io.capstan.metrics.MetricsRegistry;
import io.capstan.tcmu.ExportedUnit;
import io.capstan.tcmu.KernelTarget;
import io.capstan.tcmu.UnitExport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The node's logical units as devices of this host's kernel. Any thread that owns no logical unit. */
final class KernelExport {

    /** Element status of a large library is a few hundred KiB. */
    private static final int CHANGER_DATA_AREA_MIB = 4;

    private final KernelTarget target;
    private final int driveDataAreaMib;

    KernelExport(UUID nodeId, int spinCount, int driveDataAreaMib, MetricsRegistry metrics) {
        this.target = new KernelTarget(nodeId.toString(), spinCount, metrics);
        this.driveDataAreaMib = driveDataAreaMib;
    }

    /** Why there can be no kernel devices here; empty if there can. */
    static Optional<String> unavailable() throws InterruptedException {
        try {
            return KernelTarget.unavailable();
        } catch (IOException e) {
            return Optional.of("kernel devices are not available: " + e.getMessage());
        }
    }

    synchronized void export(LibraryUnit library) throws IOException, InterruptedException {
        List<UnitExport> units = new ArrayList<>();
        units.add(
                new UnitExport(
                        library.changer(),
                        library.owner(),
                        library.configuration().serialNumber(),
                        CHANGER_DATA_AREA_MIB));
        for (DriveUnit drive : library.drives()) {
            units.add(export(drive));
        }
        target.export(library.name(), units);
    }

    /** Makes a drive that a running library gets a device. */
    synchronized void add(LibraryUnit library, DriveUnit drive)
            throws IOException, InterruptedException {
        target.add(library.name(), export(drive));
    }

    /** Takes the device of a drive away. */
    synchronized void remove(LibraryUnit library, DriveUnit drive) throws IOException {
        target.remove(library.name(), drive.name());
    }

    private UnitExport export(DriveUnit drive) {
        return new UnitExport(
                drive.logicalUnit(), drive.owner(), drive.serialNumber(), driveDataAreaMib);
    }

    /** The devices as the kernel shows them now. */
    synchronized List<ExportedUnit> devices() {
        try {
            return target.exportedUnits();
        } catch (UncheckedIOException e) {
            return List.of();
        }
    }

    /** Stops serving and leaves the devices to the next process. */
    synchronized void release() throws IOException {
        target.release();
    }

    /** Stops serving and takes the devices down. */
    synchronized void close() throws IOException {
        target.close();
    }
}
