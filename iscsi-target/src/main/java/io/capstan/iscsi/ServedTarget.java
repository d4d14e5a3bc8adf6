package io.capstan.iscsi;

import io.capstan.buffer.DataIn;
import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.Cdb;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.SenseData;
import io.capstan.scsi.SenseKey;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * A target with what belongs to the target and to none of its logical units: REPORT LUNS, and answers for numbers under
 * which there is none. Any thread.
 *
 * @see "SPC-4, 6.33 REPORT LUNS; SAM-5, 4.10 incorrect logical unit numbers"
 */
final class ServedTarget {

    private static final int INQUIRY = 0x12;
    private static final int REQUEST_SENSE = 0x03;
    private static final int TEST_UNIT_READY = 0x00;
    private static final int REPORT_LUNS = 0xA0;
    private static final int REPORT_LUNS_ALLOCATION_MIN_BYTES = 16;

    private final IscsiTarget target;
    private final Map<Integer, TargetUnit> units = new ConcurrentSkipListMap<>();

    /**
     * @throws IllegalArgumentException if two logical units have one number, or one cannot be addressed
     */
    ServedTarget(IscsiTarget target) {
        this.target = target;
        target.luns().forEach(this::add);
    }

    /**
     * Adds a logical unit, for sessions that are there as well.
     *
     * @throws IllegalArgumentException if there is one with its number, or it cannot be addressed
     */
    final void add(TargetLun lun) {
        if (lun.lun() < 0 || lun.lun() > LunAddress.LUN_MAX) {
            throw new IllegalArgumentException(target.name() + ": there is no LUN " + lun.lun());
        }
        if (units.putIfAbsent(lun.lun(), new TargetUnit(lun)) != null) {
            throw new IllegalArgumentException(target.name() + ": two LUNs " + lun.lun());
        }
    }

    /** Takes a logical unit away: commands that come for it find none. */
    void remove(int lun) {
        units.remove(lun);
    }

    IscsiTarget target() {
        return target;
    }

    /** The logical unit that a LUN field names; null if there is none. */
    @Nullable TargetUnit unit(long lunField) {
        return units.get(LunAddress.decode(lunField));
    }

    List<TargetUnit> units() {
        return List.copyOf(units.values());
    }

    /** Whether the target answers this command, whatever its LUN. */
    boolean answers(Cdb cdb) {
        return cdb.operationCode() == REPORT_LUNS;
    }

    /**
     * Executes a command that the target answers itself, or that is for a LUN without logical unit.
     *
     * @param dataIn borrowed
     */
    CommandResult execute(long lunField, Cdb cdb, DataIn dataIn) {
        int lun = LunAddress.decode(lunField);
        boolean addressed = lun == LunAddress.REPORT_LUNS_WELL_KNOWN || units.containsKey(lun);
        return switch (cdb.operationCode()) {
            case REPORT_LUNS -> addressed || lun == 0 ? reportLuns(cdb, dataIn) : noSuchUnit();
            case INQUIRY -> inquiry(cdb, dataIn, lun);
            case REQUEST_SENSE -> {
                SenseData sense =
                        addressed
                                ? SenseData.of(
                                        SenseKey.NO_SENSE,
                                        AdditionalSense.NO_ADDITIONAL_SENSE_INFORMATION)
                                : notSupported();
                dataIn.put(
                        cdb.bit(1, 0) ? sense.encodeDescriptorFormat() : sense.encode(), cdb.u8(4));
                yield CommandResult.GOOD;
            }
            case TEST_UNIT_READY -> addressed ? CommandResult.GOOD : noSuchUnit();
            default ->
                    addressed
                            ? CommandResult.checkCondition(
                                    SenseKey.ILLEGAL_REQUEST,
                                    AdditionalSense.INVALID_COMMAND_OPERATION_CODE)
                            : noSuchUnit();
        };
    }

    /** SELECT REPORT: 00h logical units, 01h well known ones, 02h all. */
    private CommandResult reportLuns(Cdb cdb, DataIn dataIn) {
        int selectReport = cdb.u8(2);
        long allocationLengthBytes = cdb.u32(6);
        if (selectReport > 2) {
            return CommandResult.checkCondition(SenseData.invalidFieldInCdb(2));
        }
        if (allocationLengthBytes < REPORT_LUNS_ALLOCATION_MIN_BYTES) {
            return CommandResult.checkCondition(SenseData.invalidFieldInCdb(6));
        }
        List<Integer> luns = new ArrayList<>();
        if (selectReport != 1) {
            luns.addAll(units.keySet());
        }
        if (selectReport != 0) {
            luns.add(LunAddress.REPORT_LUNS_WELL_KNOWN);
        }
        ByteBuffer list =
                ByteBuffer.allocate(8 + luns.size() * 8).putInt(luns.size() * 8).putInt(0);
        luns.forEach(lun -> list.putLong(LunAddress.encode(lun)));
        dataIn.put(list.array(), allocationLengthBytes);
        return CommandResult.GOOD;
    }

    /** A well known logical unit is device type 1Eh; where there is none, qualifier 011b and type 1Fh say so. */
    private static CommandResult inquiry(Cdb cdb, DataIn dataIn, int lun) {
        if (cdb.bit(1, 0) || cdb.u8(2) != 0) {
            return CommandResult.checkCondition(SenseData.invalidFieldInCdb(2));
        }
        byte[] data = new byte[36];
        data[0] = (byte) (lun == LunAddress.REPORT_LUNS_WELL_KNOWN ? 0x1E : 0x7F);
        data[2] = 0x06;
        data[3] = 0x02;
        data[4] = (byte) (data.length - 5);
        byte[] text =
                "CAPSTAN VIRTUAL TARGET  0001".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        System.arraycopy(text, 0, data, 8, text.length);
        dataIn.put(data, cdb.u16(3));
        return CommandResult.GOOD;
    }

    private static CommandResult noSuchUnit() {
        return CommandResult.checkCondition(notSupported());
    }

    private static SenseData notSupported() {
        return SenseData.of(SenseKey.ILLEGAL_REQUEST, AdditionalSense.LOGICAL_UNIT_NOT_SUPPORTED);
    }
}
