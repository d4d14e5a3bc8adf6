package io.capstan.appliance.node;

import io.capstan.catalog.Catalog;
import io.capstan.drive.DriveCounter;
import io.capstan.drive.DriveIdentity;
import io.capstan.drive.DriveStatus;
import io.capstan.drive.Personality;
import io.capstan.drive.TapeDrive;
import io.capstan.medium.Medium;
import io.capstan.medium.MediumPosition;
import io.capstan.scsi.LogicalUnit;
import io.capstan.scsi.LogicalUnitOwner;
import io.capstan.scsi.Nexus;
import io.capstan.scsi.flight.FlightLog;
import io.capstan.scsi.flight.FlightRecorder;
import io.capstan.scsi.spc.CommandDescriptor;
import io.capstan.scsi.spc.SpcCommand;
import io.capstan.scsi.spc.TransportCommands;
import io.capstan.tcmu.KernelTarget;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A drive of a library: its logical unit, its element, and what it has counted in its life. */
public final class DriveUnit {

    private static final Logger LOG = LoggerFactory.getLogger(DriveUnit.class);

    /** tcm_loop transfers no more in one command. */
    private static final int KERNEL_BLOCK_LENGTH_MAX_BYTES = 1 << 20;

    private final int number;
    private final int elementAddress;
    private final Catalog catalog;
    private final TapeDrive drive;
    private final DriveElement element;
    private final LogicalUnit logicalUnit;
    private final FlightRecorders flightRecorders;
    private Map<DriveCounter, Long> savedCounters;

    /** Where the drive's medium stands; looked up once for a command. */
    private static final class DrivePosition implements FlightRecorder.PositionSource {

        private @Nullable TapeDrive drive;
        private @Nullable MediumPosition latest;

        @Override
        public long objectNumber() {
            TapeDrive asked = drive;
            latest = asked == null ? null : asked.position().orElse(null);
            return latest == null ? -1 : latest.objectNumber();
        }

        @Override
        public int partition() {
            MediumPosition position = latest;
            return position == null ? 0 : position.partition();
        }
    }

    /**
     * @param number of the drive in its library, from 0
     * @param kernelOnly whether hosts reach it through the kernel's loopback alone
     * @param recallHoldMillis how long a READ that waits for a tier is answered BUSY
     */
    DriveUnit(
            String library,
            int number,
            Personality personality,
            DriveIdentity identity,
            boolean kernelOnly,
            long recallHoldMillis,
            Catalog catalog,
            FlightRecorders flightRecorders,
            DriveElement.Mounter mounter) {
        String name = library + "/drive" + number;
        this.number = number;
        this.elementAddress = identity.elementAddress().orElseThrow();
        this.catalog = catalog;
        this.flightRecorders = flightRecorders;
        this.savedCounters = loadCounters(catalog, name);
        DrivePosition position = new DrivePosition();
        this.drive =
                TapeDrive.builder(name, personality, identity)
                        .owner(new LogicalUnitOwner())
                        .savedParameters(new SavedModePages(catalog, name))
                        .reservations(new SavedReservations(catalog, name))
                        .savedIdentifyingInformation(new SavedUnitInformation(catalog, name))
                        .lifetimeCounters(savedCounters)
                        .observer(flightRecorders.recorder(name, position))
                        .transportCommands(DriveUnit::commandsOfTransport)
                        .recallHoldMillis(recallHoldMillis)
                        .blockLengthMaxBytes(
                                kernelOnly
                                        ? KERNEL_BLOCK_LENGTH_MAX_BYTES
                                        : Medium.BLOCK_LENGTH_MAX_BYTES)
                        .build();
        position.drive = drive;
        this.element = new DriveElement(drive, mounter);
        this.logicalUnit = element.logicalUnit();
    }

    private static List<CommandDescriptor<SpcCommand>> commandsOfTransport(Nexus nexus) {
        return nexus.initiatorPort().equals(KernelTarget.INITIATOR_PORT)
                ? TransportCommands.OF_KERNEL_TARGET
                : List.of(TransportCommands.REPORT_LUNS);
    }

    /** For example {@code lib0/drive1}. */
    public String name() {
        return drive.name();
    }

    public int number() {
        return number;
    }

    public int elementAddress() {
        return elementAddress;
    }

    public Personality personality() {
        return drive.personality();
    }

    public String serialNumber() {
        return drive.identity().serialNumber();
    }

    /** What an operator wants to know, behind the command the drive is executing. */
    public CompletableFuture<DriveStatus> status() {
        return drive.status();
    }

    /** Has the drive let go of disks that are to get empty; see {@link TapeDrive#leaveDisks}. */
    CompletableFuture<Void> leaveDisks() {
        return drive.leaveDisks();
    }

    public LogicalUnit logicalUnit() {
        return logicalUnit;
    }

    public LogicalUnitOwner owner() {
        return drive.owner();
    }

    /**
     * What the drive was asked last.
     *
     * @throws IOException if that is not recorded
     */
    public FlightLog flightLog() throws IOException {
        return flightRecorders.log(name());
    }

    DriveElement element() {
        return element;
    }

    /** Keeps what was counted so far, if that has changed. Not on the drive's owner. */
    void saveCounters() {
        saveCounters(drive.status().join().counters());
    }

    private synchronized void saveCounters(Map<DriveCounter, Long> counters) {
        if (!counters.equals(savedCounters)) {
            byte[] bytes = encode(counters);
            catalog.commit(change -> change.putParameters(countersName(name()), bytes));
            savedCounters = Map.copyOf(counters);
        }
    }

    /**
     * Synchronizes and closes the cartridge in the drive, which stays in the drive's element and is loaded again by the
     * next start. The drive has no transport any more.
     */
    void close() {
        drive.owner().takeOwnership(() -> {});
        try {
            saveCounters();
        } catch (RuntimeException e) {
            LOG.warn("{}: counters not saved: {}", name(), e.getMessage());
        }
        // A medium that cannot be synchronized is given up by the second attempt.
        for (int attempt = 0; attempt < 2; attempt++) {
            switch (element.eject(true)) {
                case io.capstan.changer.EjectOutcome.Ejected() -> attempt = 2;
                case io.capstan.changer.EjectOutcome.Prevented() ->
                        LOG.error("{}: removal is still prevented", name());
                case io.capstan.changer.EjectOutcome.Failed(String reason) ->
                        LOG.error("{}: {}", name(), reason);
            }
        }
        drive.owner().releaseOwnership();
    }

    private static String countersName(String unit) {
        return "unit/" + unit + "/counters";
    }

    private static Map<DriveCounter, Long> loadCounters(Catalog catalog, String unit) {
        return catalog.read(view -> view.parameters(countersName(unit)))
                .map(DriveUnit::decode)
                .orElse(Map.of());
    }

    private static byte[] encode(Map<DriveCounter, Long> counters) {
        Properties properties = new Properties();
        counters.forEach((counter, value) -> properties.setProperty(counter.name(), value + ""));
        try {
            StringWriter text = new StringWriter();
            properties.store(text, null);
            return text.toString().getBytes(StandardCharsets.US_ASCII);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** A counter that this version does not know is forgotten. */
    private static Map<DriveCounter, Long> decode(byte[] bytes) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(new String(bytes, StandardCharsets.US_ASCII)));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        Map<DriveCounter, Long> counters = new EnumMap<>(DriveCounter.class);
        for (DriveCounter counter : DriveCounter.values()) {
            String value = properties.getProperty(counter.name());
            if (value != null) {
                counters.put(counter, Long.valueOf(value));
            }
        }
        return counters;
    }
}
