package io.capstan.drive;

import static io.capstan.scsi.spc.LogParameter.binary;
import static io.capstan.scsi.spc.LogParameter.counter;

import io.capstan.medium.Medium;
import io.capstan.scsi.spc.LogPage;
import io.capstan.scsi.spc.LogPages;
import io.capstan.scsi.spc.LogParameter;
import io.capstan.scsi.spc.MediumRemoval;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The drive's log pages: counters and states as of now. {@link VolumeLogPages} has those about the cartridge.
 *
 * <p>Counters of one cartridge (02h, 03h, 0Ch, 30h, 32h, 1Bh) begin with its load, or where LOG SELECT last reset them.
 * What belongs to mechanics (retries, suspended writes, cleaning) is zero because it does not happen.
 *
 * @see "SSC-5, 8.3 Log parameters; SPC-4, 7.3"
 */
final class DriveLogPages {

    private static final int RATIO_MAX = 0xFFFF;
    private static final int SECONDS_PER_HOUR = 3600;
    private static final long MEGABYTE = 1_000_000;

    private static final int PREVENT_ALLOW = 0x80_00_00_00;
    private static final int HOST_INITIATED_UNLOAD = 0x40_00_00_00;
    private static final int MEMORY_ACCESSIBLE = 0x20_00_00_00;
    private static final int COMPRESSION = 0x10_00_00_00;
    private static final int WRITE_PROTECT = 0x08_00_00_00;
    private static final int DATA_INITIALIZED = 0x01_00_00_00;
    private static final int ROBOTIC_ACCESS_ALLOWED = 0x00_20_00_00;
    private static final int MEDIUM_PRESENT = 0x00_10_00_00;
    private static final int MEDIUM_SEATED = 0x00_04_00_00;
    private static final int MEDIUM_THREADED = 0x00_02_00_00;
    private static final int MEDIUM_MOUNTED = 0x00_01_00_00;
    private static final int WRITING = 0x00_00_06_00;
    private static final int TAPE_ALERT_CHANGED = 0x00_00_00_01;
    private static final int POLLING_DELAY_MILLIS = 1000;

    /** What a device that cannot tell its temperature says. */
    private static final int TEMPERATURE_UNKNOWN = 0xFF;

    /** Parameters of pages 33h and 34h of IBM drives: retries and the like. */
    private static final int WRITE_ERROR_PARAMETERS = 18;

    private static final int READ_ERROR_PARAMETERS = 31;

    /** The best rating of efficiency there is in page 37h, where 0 is an unknown one. */
    private static final int EFFICIENCY_BEST = 1;

    private static final int KIB = 1024;

    private final Loader loader;
    private final DriveCounters counters;
    private final UpTime upTime;
    private final TapeAlerts tapeAlerts;
    private final DriveModePages modePages;
    private final WriteProtection protection;
    private final MediumRemoval mediumRemoval;
    private final FaultHistory faults;
    private final SelfTestLog selfTests;
    private final LongSupplier internalTargetFailures;
    private final String serialNumber;

    DriveLogPages(
            Loader loader,
            DriveCounters counters,
            UpTime upTime,
            TapeAlerts tapeAlerts,
            DriveModePages modePages,
            WriteProtection protection,
            MediumRemoval mediumRemoval,
            FaultHistory faults,
            SelfTestLog selfTests,
            LongSupplier internalTargetFailures,
            String serialNumber) {
        this.loader = loader;
        this.counters = counters;
        this.upTime = upTime;
        this.tapeAlerts = tapeAlerts;
        this.modePages = modePages;
        this.protection = protection;
        this.mediumRemoval = mediumRemoval;
        this.faults = faults;
        this.selfTests = selfTests;
        this.internalTargetFailures = internalTargetFailures;
        this.serialNumber = serialNumber;
    }

    LogPages pages() {
        VolumeLogPages volume = new VolumeLogPages(loader, counters, upTime, protection);
        return LogPages.builder()
                .add(LogPage.of(0x02, this::writeErrorCounters).withReset(counters::reset))
                .add(LogPage.of(0x03, this::readErrorCounters).withReset(counters::reset))
                .add(LogPage.of(0x06, this::nonMediumErrors))
                .add(LogPage.of(0x0C, this::sequentialAccessDevice).withReset(counters::reset))
                .add(LogPage.of(0x0D, DriveLogPages::temperature))
                .add(LogPage.of(0x10, selfTests::parameters))
                .add(LogPage.of(0x11, this::deviceStatus))
                .add(LogPage.of(0x12, this::tapeAlertResponse))
                .add(LogPage.of(0x14, this::deviceStatistics))
                .add(LogPage.of(0x16, faults::tapeDiagnosticData))
                .add(LogPage.of(0x17, volume::volumeStatistics))
                .add(LogPage.of(0x1A, DriveLogPages::powerConditionTransitions))
                .add(LogPage.of(0x1B, this::standardCompression).withReset(counters::reset))
                .add(LogPage.of(0x2E, this::tapeAlert).withDelivered(tapeAlerts::clear))
                .add(LogPage.of(0x30, volume::tapeUsage).withReset(counters::reset))
                .add(LogPage.of(0x31, volume::tapeCapacity))
                .add(LogPage.of(0x32, this::compression).withReset(counters::reset))
                .add(LogPage.of(0x33, () -> zeros(WRITE_ERROR_PARAMETERS)))
                .add(LogPage.of(0x34, () -> zeros(READ_ERROR_PARAMETERS)))
                .add(LogPage.of(0x37, this::performance))
                .add(LogPage.of(0x38, this::transferred).withReset(counters::reset))
                .add(LogPage.of(0x3D, volume::subsystemStatistics))
                .build();
    }

    private long now(DriveCounter counter) {
        return counters.sinceReset(counter);
    }

    // ---- 02h, 03h error counters

    private List<LogParameter> writeErrorCounters() {
        return errorCounters(
                0, now(DriveCounter.UNRECOVERED_WRITE_ERRORS), now(DriveCounter.BYTES_WRITTEN));
    }

    private List<LogParameter> readErrorCounters() {
        return errorCounters(
                now(DriveCounter.CORRECTED_READ_ERRORS),
                now(DriveCounter.UNRECOVERED_READ_ERRORS),
                now(DriveCounter.BYTES_READ));
    }

    /** Corrected without and with delay, total rewrites or rereads, corrected, passes, bytes, uncorrected. */
    private static List<LogParameter> errorCounters(long corrected, long uncorrected, long bytes) {
        return List.of(
                counter(0x0000, 0, 4),
                counter(0x0001, corrected, 4),
                counter(0x0002, 0, 4),
                counter(0x0003, corrected, 4),
                counter(0x0004, 0, 4),
                counter(0x0005, bytes, 8),
                counter(0x0006, uncorrected, 4));
    }

    // ---- 06h non-medium errors

    /** Commands that met a bug of ours: all that can go wrong in a drive without mechanics and is not the medium's. */
    private List<LogParameter> nonMediumErrors() {
        return List.of(counter(0x0000, internalTargetFailures.getAsLong(), 4));
    }

    // ---- 0Ch sequential-access device

    private List<LogParameter> sequentialAccessDevice() {
        List<LogParameter> page = new ArrayList<>();
        page.add(counter(0x0000, now(DriveCounter.BYTES_WRITTEN), 8));
        page.add(counter(0x0001, now(DriveCounter.MEDIUM_BYTES_WRITTEN), 8));
        page.add(counter(0x0002, now(DriveCounter.MEDIUM_BYTES_READ), 8));
        page.add(counter(0x0003, now(DriveCounter.BYTES_READ), 8));
        loader.loaded().ifPresent(mount -> addCapacities(page, mount));
        page.add(binary(0x0100, 0, 4));
        return page;
    }

    /** From beginning of partition to end-of-data, to early-warning, from there to the end; to the position; buffered. */
    private static void addCapacities(List<LogParameter> page, Mount mount) {
        Medium medium = mount.medium();
        int partition = medium.position().partition();
        long capacityBytes = medium.capacityBytes(partition);
        long zoneBytes = mount.earlyWarningZoneBytes(partition);
        long positionBytes = capacityBytes - Math.min(capacityBytes, medium.partitionRestBytes());
        page.add(binary(0x0004, medium.usedBytes(partition) / MEGABYTE, 4));
        page.add(binary(0x0005, (capacityBytes - zoneBytes) / MEGABYTE, 4));
        page.add(binary(0x0006, zoneBytes / MEGABYTE, 4));
        page.add(binary(0x0007, positionBytes / MEGABYTE, 4));
        page.add(binary(0x0008, medium.unsynchronizedBytes() / MEGABYTE, 4));
    }

    // ---- 0Dh temperature

    /** Of the drive, and the one it should not exceed: there is nothing to measure. */
    private static List<LogParameter> temperature() {
        return List.of(
                binary(0x0000, TEMPERATURE_UNKNOWN, 2), binary(0x0001, TEMPERATURE_UNKNOWN, 2));
    }

    // ---- 11h DT device status

    /** Very high frequency data, and how often it is worth asking for. */
    private List<LogParameter> deviceStatus() {
        return List.of(
                binary(0x0000, Integer.toUnsignedLong(veryHighFrequencyData()), 4),
                binary(0x0001, POLLING_DELAY_MILLIS, 2));
    }

    private int veryHighFrequencyData() {
        int bits = DATA_INITIALIZED | activity();
        bits |= mediumRemoval.isPrevented() ? PREVENT_ALLOW : 0;
        bits |= modePages.compressionEnabled() ? COMPRESSION : 0;
        bits |= tapeAlerts.bits() == 0 ? 0 : TAPE_ALERT_CHANGED;
        return bits
                | switch (loader.state()) {
                    case EMPTY -> ROBOTIC_ACCESS_ALLOWED;
                    case REFUSED, CLEANING ->
                            MEDIUM_PRESENT | MEDIUM_SEATED | ROBOTIC_ACCESS_ALLOWED;
                    case UNLOADED ->
                            MEDIUM_PRESENT
                                    | MEDIUM_SEATED
                                    | ROBOTIC_ACCESS_ALLOWED
                                    | HOST_INITIATED_UNLOAD;
                    case LOADED -> loadedBits();
                };
    }

    private int loadedBits() {
        boolean writeProtected = loader.loaded().filter(protection::isProtected).isPresent();
        return MEDIUM_PRESENT
                | MEDIUM_SEATED
                | MEDIUM_THREADED
                | MEDIUM_MOUNTED
                | MEMORY_ACCESSIBLE
                | (writeProtected ? WRITE_PROTECT : 0);
    }

    /** Data in the buffer is on its way to the medium; everything else is done when its command is. */
    private int activity() {
        boolean buffered =
                loader.loaded()
                        .filter(mount -> mount.medium().hasUnsynchronizedObjects())
                        .isPresent();
        return buffered ? WRITING : 0;
    }

    // ---- 12h, 2Eh TapeAlert

    private List<LogParameter> tapeAlertResponse() {
        byte[] flags = new byte[8];
        long bits = tapeAlerts.bits();
        for (int i = 0; i < flags.length; i++) {
            flags[i] = (byte) (bits >> (56 - 8 * i));
        }
        return List.of(binary(0x0000, flags));
    }

    private List<LogParameter> tapeAlert() {
        List<LogParameter> page = new ArrayList<>();
        for (int number = 1; number <= TapeAlert.FLAG_COUNT; number++) {
            page.add(binary(number, tapeAlerts.isRaised(number) ? 1 : 0, 1));
        }
        return page;
    }

    // ---- 14h device statistics

    private List<LogParameter> deviceStatistics() {
        upTime.update(loader.state() == LoadState.LOADED);
        long hoursSinceCleaning =
                (counters.lifetime(DriveCounter.LOADED_SECONDS)
                                - counters.lifetime(DriveCounter.LOADED_SECONDS_AT_CLEANING))
                        / SECONDS_PER_HOUR;
        return List.of(
                binary(0x0000, counters.lifetime(DriveCounter.LOADS), 8),
                binary(0x0001, counters.lifetime(DriveCounter.CLEANINGS), 8),
                binary(0x0002, hours(DriveCounter.POWER_ON_SECONDS), 8),
                binary(0x0003, hours(DriveCounter.LOADED_SECONDS), 8),
                binary(0x0004, 0, 8),
                binary(0x0005, hours(DriveCounter.LOADED_SECONDS_AT_REFUSAL), 8),
                binary(0x0006, 0, 8),
                binary(0x0007, 0, 8),
                binary(0x0008, hoursSinceCleaning, 8),
                binary(0x000B, hours(DriveCounter.POWER_ON_SECONDS_AT_FORCED_EJECT), 8),
                binary(0x000C, counters.lifetime(DriveCounter.POWER_CYCLES), 8),
                binary(0x000D, counters.sinceReset(DriveCounter.LOADS), 8),
                binary(0x000E, counters.lifetime(DriveCounter.UNRECOVERED_WRITE_ERRORS), 8),
                binary(0x000F, counters.lifetime(DriveCounter.UNRECOVERED_READ_ERRORS), 8),
                LogParameter.ascii(0x0040, serialNumber, serialNumber.length()),
                LogParameter.ascii(0x0041, serialNumber, serialNumber.length()),
                binary(0x0080, mediumRemoval.isPrevented() ? 1 : 0, 1),
                binary(0x0081, 0, 1));
    }

    private long hours(DriveCounter seconds) {
        return counters.lifetime(seconds) / SECONDS_PER_HOUR;
    }

    // ---- 1Ah power condition transitions

    /** To active, idle_a, idle_b, idle_c, standby_z, standby_y: there are none. */
    private static List<LogParameter> powerConditionTransitions() {
        return List.of(
                counter(0x0001, 0, 4),
                counter(0x0002, 0, 4),
                counter(0x0003, 0, 4),
                counter(0x0004, 0, 4),
                counter(0x0008, 0, 4),
                counter(0x0009, 0, 4));
    }

    // ---- 33h, 34h, 37h, 38h of IBM drives

    /** Counters of what does not happen. */
    private static List<LogParameter> zeros(int count) {
        List<LogParameter> page = new ArrayList<>();
        for (int code = 0; code < count; code++) {
            page.add(counter(code, 0, 2));
        }
        return page;
    }

    /** Efficiency of the drive and of the medium. */
    private List<LogParameter> performance() {
        return List.of(
                binary(0x0000, EFFICIENCY_BEST, 1),
                binary(0x0001, loader.loaded().isPresent() ? EFFICIENCY_BEST : 0, 1));
    }

    /** Blocks and KiB the host wrote, then read; the same for the medium in KiB, which takes what the host gives. */
    private List<LogParameter> transferred() {
        return List.of(
                counter(0x0000, now(DriveCounter.BLOCKS_WRITTEN), 8),
                counter(0x0001, now(DriveCounter.BYTES_WRITTEN) / KIB, 8),
                counter(0x0002, now(DriveCounter.BLOCKS_READ), 8),
                counter(0x0003, now(DriveCounter.BYTES_READ) / KIB, 8));
    }

    // ---- 1Bh, 32h data compression

    private List<LogParameter> standardCompression() {
        List<LogParameter> page = compressionCounters();
        page.add(binary(0x0100, modePages.compressionEnabled() ? 1 : 0, 1));
        return page;
    }

    private List<LogParameter> compression() {
        return compressionCounters();
    }

    /** Host bytes to a byte on the medium, in hundredths; 0 while there are none. */
    static long ratio(long bytes, long mediumBytes) {
        return mediumBytes == 0 ? 0 : Math.min(RATIO_MAX, 100 * bytes / mediumBytes);
    }

    /** Ratios of read and write in hundredths; then megabytes and bytes of four streams: host and tape, read and write. */
    private List<LogParameter> compressionCounters() {
        long read = now(DriveCounter.BYTES_READ);
        long mediumRead = now(DriveCounter.MEDIUM_BYTES_READ);
        long written = now(DriveCounter.BYTES_WRITTEN);
        long mediumWritten = now(DriveCounter.MEDIUM_BYTES_WRITTEN);
        List<LogParameter> page = new ArrayList<>();
        page.add(binary(0x0000, ratio(read, mediumRead), 2));
        page.add(binary(0x0001, ratio(written, mediumWritten), 2));
        int code = 0x0002;
        for (long bytes : new long[] {read, mediumRead, written, mediumWritten}) {
            page.add(counter(code, bytes / MEGABYTE, 4));
            page.add(counter(code + 1, bytes % MEGABYTE, 4));
            code += 2;
        }
        return page;
    }
}
