package io.capstan.drive;

import static io.capstan.scsi.spc.LogParameter.ascii;
import static io.capstan.scsi.spc.LogParameter.binary;
import static io.capstan.scsi.spc.LogParameter.counter;

import io.capstan.medium.Medium;
import io.capstan.scsi.spc.LogParameter;
import io.capstan.scsi.spc.ResponseBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToLongFunction;

/**
 * The log pages about the cartridge: volume statistics (17h) and the tape usage and tape capacity pages of IBM drives
 * (30h, 31h).
 *
 * @see "SSC-5, 8.3 Volume Statistics log page"
 */
final class VolumeLogPages {

    private static final long MEGABYTE = 1_000_000;
    private static final int MIB = 1 << 20;
    private static final int RECORD_4_LENGTH = 7;
    private static final int RECORD_6_LENGTH = 9;
    private static final long OBJECT_NUMBER_MASK = 0xFFFF_FFFF_FFFFL;

    private final Loader loader;
    private final DriveCounters counters;
    private final UpTime upTime;
    private final WriteProtection protection;

    VolumeLogPages(
            Loader loader, DriveCounters counters, UpTime upTime, WriteProtection protection) {
        this.loader = loader;
        this.counters = counters;
        this.upTime = upTime;
        this.protection = protection;
    }

    // ---- 17h volume statistics

    /** Without a medium only the word that says so. */
    List<LogParameter> volumeStatistics() {
        upTime.update(loader.state() == LoadState.LOADED);
        List<LogParameter> page = new ArrayList<>();
        page.add(binary(0x0000, loader.loaded().isPresent() ? 1 : 0, 1));
        loader.loaded().ifPresent(mount -> addVolume(page, mount));
        return page;
    }

    private void addVolume(List<LogParameter> page, Mount mount) {
        MediumMemory memory = mount.memory();
        page.add(binary(0x0001, memory.loads(), 4));
        page.add(binary(0x0002, 0, 8));
        page.add(binary(0x0003, 0, 4));
        page.add(binary(0x0004, memory.unrecoveredWriteErrors(), 2));
        page.add(binary(0x0005, 0, 2));
        page.add(binary(0x0006, 0, 2));
        page.add(binary(0x0007, 0, 8));
        page.add(binary(0x0008, 0, 4));
        page.add(binary(0x0009, memory.unrecoveredReadErrors(), 2));
        page.add(binary(0x000C, sinceLoad(DriveCounter.UNRECOVERED_WRITE_ERRORS), 2));
        page.add(binary(0x000D, sinceLoad(DriveCounter.UNRECOVERED_READ_ERRORS), 2));
        page.add(binary(0x000E, sinceLoad(DriveCounter.BYTES_WRITTEN) / MEGABYTE, 4));
        page.add(binary(0x000F, sinceLoad(DriveCounter.BYTES_READ) / MEGABYTE, 4));
        page.add(binary(0x0010, memory.bytesWritten() / MEGABYTE, 8));
        page.add(binary(0x0011, memory.bytesRead() / MEGABYTE, 8));
        page.add(
                binary(
                        0x0012,
                        ratio(DriveCounter.BYTES_WRITTEN, DriveCounter.MEDIUM_BYTES_WRITTEN),
                        2));
        page.add(binary(0x0013, ratio(DriveCounter.BYTES_READ, DriveCounter.MEDIUM_BYTES_READ), 2));
        page.add(binary(0x0014, memory.loadedSeconds() * 1000, 6));
        page.add(binary(0x0015, memory.loadedSeconds() * 1000, 6));
        addCapacities(page, mount);
    }

    private void addCapacities(List<LogParameter> page, Mount mount) {
        Medium medium = mount.medium();
        CartridgeType type = mount.type();
        page.add(binary(0x0016, total(medium, medium::capacityBytes) / MEGABYTE, 4));
        page.add(binary(0x0017, total(medium, medium::usedBytes) / MEGABYTE, 4));
        page.add(ascii(0x0040, text(mount, MamAttribute.MEDIUM_SERIAL_NUMBER), 32));
        page.add(ascii(0x0041, "", 8));
        page.add(ascii(0x0042, medium.volumeIdentifier().text(), 32));
        page.add(ascii(0x0043, text(mount, MamAttribute.MEDIUM_MANUFACTURER), 8));
        page.add(ascii(0x0044, "", 4));
        page.add(ascii(0x0045, type.name(), 9));
        page.add(binary(0x0080, protection.isProtected(mount) ? 1 : 0, 1));
        page.add(binary(0x0081, medium.description().worm() ? 1 : 0, 1));
        page.add(binary(0x0082, 0, 1));
        page.add(binary(0x0101, 0, 4));
        page.add(binary(0x0102, 0, 4));
        EncryptedObjects encrypted = mount.memory().encryptedObjects();
        page.add(binary(0x0200, objectRecords(medium, encrypted::first)));
        page.add(binary(0x0201, objectRecords(medium, encrypted::firstClearBehind)));
        page.add(binary(0x0202, records(medium, medium::capacityBytes)));
        page.add(binary(0x0203, records(medium, medium::usedBytes)));
        page.add(binary(0x0204, records(medium, partition -> untilWarning(mount, partition))));
    }

    private static long untilWarning(Mount mount, int partition) {
        Medium medium = mount.medium();
        return medium.capacityBytes(partition)
                - medium.usedBytes(partition)
                - mount.earlyWarningZoneBytes(partition);
    }

    /** A record for each partition: its length, the partition, megabytes. */
    private static byte[] records(Medium medium, IntToLongFunction bytesOfPartition) {
        ResponseBuilder records = new ResponseBuilder();
        for (int partition = 0; partition < medium.partitionCount(); partition++) {
            long bytes = Math.max(0, bytesOfPartition.applyAsLong(partition));
            records.u8(RECORD_4_LENGTH).u8(0).u16(partition).u32(bytes / MEGABYTE);
        }
        return records.toByteArray();
    }

    /** The same for object numbers, all ones if there is none, one less if it is not known. */
    private static byte[] objectRecords(Medium medium, IntToLongFunction objectOfPartition) {
        ResponseBuilder records = new ResponseBuilder();
        for (int partition = 0; partition < medium.partitionCount(); partition++) {
            long objectNumber = objectOfPartition.applyAsLong(partition) & OBJECT_NUMBER_MASK;
            records.u8(RECORD_6_LENGTH).u8(0).u16(partition).u48(objectNumber);
        }
        return records.toByteArray();
    }

    private static String text(Mount mount, MamAttribute attribute) {
        return mount.memory()
                .value(attribute, 0)
                .map(bytes -> new String(bytes, java.nio.charset.StandardCharsets.US_ASCII))
                .orElse("");
    }

    private long sinceLoad(DriveCounter counter) {
        return counters.sinceLoad(counter);
    }

    private long ratio(DriveCounter bytes, DriveCounter mediumBytes) {
        return DriveLogPages.ratio(sinceLoad(bytes), sinceLoad(mediumBytes));
    }

    private static long total(Medium medium, IntToLongFunction bytesOfPartition) {
        long total = 0;
        for (int partition = 0; partition < medium.partitionCount(); partition++) {
            total += bytesOfPartition.applyAsLong(partition);
        }
        return total;
    }

    // ---- 30h tape usage, 31h tape capacity

    /** Threads, then data sets, retries, errors and suspensions of writing and of reading. */
    List<LogParameter> tapeUsage() {
        return List.of(
                counter(0x0001, loader.loaded().map(mount -> mount.memory().loads()).orElse(0L), 4),
                counter(0x0002, 0, 8),
                counter(0x0003, 0, 4),
                counter(0x0004, counters.sinceReset(DriveCounter.UNRECOVERED_WRITE_ERRORS), 2),
                counter(0x0005, 0, 2),
                counter(0x0006, 0, 2),
                counter(0x0007, 0, 8),
                counter(0x0008, 0, 4),
                counter(0x0009, counters.sinceReset(DriveCounter.UNRECOVERED_READ_ERRORS), 2),
                counter(0x000A, 0, 2),
                counter(0x000B, 0, 2));
    }

    /** Loads and megabytes written and read, of the cartridge, then of the drive. */
    List<LogParameter> subsystemStatistics() {
        List<LogParameter> page = new ArrayList<>();
        loader.loaded()
                .map(Mount::memory)
                .ifPresent(memory -> {
                    page.add(counter(0x0020, memory.loads(), 4));
                    page.add(counter(0x0021, memory.bytesWritten() / MEGABYTE, 8));
                    page.add(counter(0x0022, memory.bytesRead() / MEGABYTE, 8));
                });
        page.add(counter(0x0040, counters.lifetime(DriveCounter.LOADS), 4));
        page.add(counter(0x0041, counters.lifetime(DriveCounter.BYTES_WRITTEN) / MEGABYTE, 8));
        page.add(counter(0x0042, counters.lifetime(DriveCounter.BYTES_READ) / MEGABYTE, 8));
        return page;
    }

    /**
     * Remaining of the main and of the alternate partition, then their capacities, in MiB. They are no counters: tapeinfo
     * asks for the page's thresholds and takes what it gets for the values.
     */
    List<LogParameter> tapeCapacity() {
        long[] mib = new long[4];
        loader.loaded().ifPresent(mount -> putTapeCapacity(mib, mount.medium()));
        List<LogParameter> page = new ArrayList<>();
        for (int i = 0; i < mib.length; i++) {
            page.add(binary(0x0001 + i, mib[i], 4));
        }
        return page;
    }

    private static void putTapeCapacity(long[] mib, Medium medium) {
        for (int partition = 0; partition < Math.min(2, medium.partitionCount()); partition++) {
            long capacityBytes = medium.capacityBytes(partition);
            mib[partition] = Math.max(0, capacityBytes - medium.usedBytes(partition)) / MIB;
            mib[2 + partition] = capacityBytes / MIB;
        }
    }
}
