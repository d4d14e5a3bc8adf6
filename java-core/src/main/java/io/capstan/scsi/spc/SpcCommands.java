package io.capstan.scsi.spc;

import static io.capstan.scsi.spc.CommandFlag.ALLOWED_WHILE_PERSISTENTLY_RESERVED;
import static io.capstan.scsi.spc.CommandFlag.ALLOWED_WHILE_RESERVED;
import static io.capstan.scsi.spc.CommandFlag.ALLOWED_WITH_UNIT_ATTENTION;

import io.capstan.scsi.Cdb;
import java.util.ArrayList;
import java.util.List;

/**
 * The table of SPC commands, from which a device server takes those it supports.
 *
 * @see "SPC-4, Commands for all device types"
 */
public final class SpcCommands {

    private static final int NOMINAL_SECONDS = 1;
    private static final int RECOMMENDED_SECONDS = 60;

    /** Refused under RESERVE (SPC-2, table 10), let through by persistent reservations (SPC-4, table 49). */
    public static final CommandDescriptor<SpcCommand> TEST_UNIT_READY =
            of(
                    "TEST UNIT READY",
                    "00 00 00 00 00 00",
                    cdb -> new SpcCommand.TestUnitReady(),
                    ALLOWED_WHILE_PERSISTENTLY_RESERVED);

    public static final CommandDescriptor<SpcCommand> REQUEST_SENSE =
            of(
                    "REQUEST SENSE",
                    "03 01 00 00 FF 00",
                    cdb -> new SpcCommand.RequestSense(cdb.bit(1, 0), cdb.u8(4)),
                    ALLOWED_WITH_UNIT_ATTENTION,
                    ALLOWED_WHILE_RESERVED);

    public static final CommandDescriptor<SpcCommand> INQUIRY =
            of(
                    "INQUIRY",
                    "12 01 FF FF FF 00",
                    SpcCommands::inquiry,
                    ALLOWED_WITH_UNIT_ATTENTION,
                    ALLOWED_WHILE_RESERVED);

    public static final CommandDescriptor<SpcCommand> MODE_SELECT_6 =
            of(
                    "MODE SELECT(6)",
                    "15 11 00 00 FF 00",
                    cdb ->
                            new SpcCommand.ModeSelect(
                                    false, cdb.bit(1, 4), cdb.bit(1, 0), cdb.u8(4)));

    public static final CommandDescriptor<SpcCommand> MODE_SELECT_10 =
            of(
                    "MODE SELECT(10)",
                    "55 11 00 00 00 00 00 FF FF 00",
                    cdb ->
                            new SpcCommand.ModeSelect(
                                    true, cdb.bit(1, 4), cdb.bit(1, 0), cdb.u16(7)));

    public static final CommandDescriptor<SpcCommand> MODE_SENSE_6 =
            of("MODE SENSE(6)", "1A 08 FF FF FF 00", cdb -> modeSense(cdb, false, cdb.u8(4)));

    /** LLBAA is accepted and has no effect: none of our device types has long LBA block descriptors. */
    public static final CommandDescriptor<SpcCommand> MODE_SENSE_10 =
            of(
                    "MODE SENSE(10)",
                    "5A 18 FF FF 00 00 00 FF FF 00",
                    cdb -> modeSense(cdb, true, cdb.u16(7)));

    public static final CommandDescriptor<SpcCommand> LOG_SELECT =
            of("LOG SELECT", "4C 03 FF FF 00 00 00 FF FF 00", SpcCommands::logSelect);

    public static final CommandDescriptor<SpcCommand> LOG_SENSE =
            of(
                    "LOG SENSE",
                    "4D 01 FF FF 00 FF FF FF FF 00",
                    SpcCommands::logSense,
                    ALLOWED_WHILE_RESERVED);

    public static final CommandDescriptor<SpcCommand> PREVENT_ALLOW_MEDIUM_REMOVAL =
            of(
                    "PREVENT ALLOW MEDIUM REMOVAL",
                    "1E 00 00 00 03 00",
                    SpcCommands::preventAllowMediumRemoval);

    public static final CommandDescriptor<SpcCommand> SEND_DIAGNOSTIC =
            of("SEND DIAGNOSTIC", "1D F7 00 FF FF 00", SpcCommands::sendDiagnostic);

    public static final CommandDescriptor<SpcCommand> RECEIVE_DIAGNOSTIC_RESULTS =
            of(
                    "RECEIVE DIAGNOSTIC RESULTS",
                    "1C 01 FF FF FF 00",
                    cdb ->
                            new SpcCommand.ReceiveDiagnosticResults(
                                    cdb.bit(1, 0), cdb.u8(2), cdb.u16(3)));

    public static final CommandDescriptor<SpcCommand> READ_BUFFER =
            of(
                    "READ BUFFER",
                    "3C FF FF FF FF FF FF FF FF 00",
                    cdb ->
                            new SpcCommand.ReadBuffer(
                                    cdb.u8(1) & 0x1F,
                                    cdb.u8(1) >> 5,
                                    cdb.u8(2),
                                    cdb.u24(3),
                                    cdb.u24(6)));

    public static final CommandDescriptor<SpcCommand> WRITE_BUFFER =
            of(
                    "WRITE BUFFER",
                    "3B FF FF FF FF FF FF FF FF 00",
                    cdb ->
                            new SpcCommand.WriteBuffer(
                                    cdb.u8(1) & 0x1F,
                                    cdb.u8(1) >> 5,
                                    cdb.u8(2),
                                    cdb.u24(3),
                                    cdb.u24(6)));

    public static final CommandDescriptor<SpcCommand> REPORT_SUPPORTED_OPERATION_CODES =
            CommandDescriptor.ofServiceAction(
                    "REPORT SUPPORTED OPERATION CODES",
                    "A3 0C 87 FF FF FF FF FF FF FF 00 00",
                    NOMINAL_SECONDS,
                    RECOMMENDED_SECONDS,
                    cdb ->
                            new SpcCommand.ReportSupportedOperationCodes(
                                    cdb.bit(2, 7),
                                    cdb.u8(2) & 7,
                                    cdb.u8(3),
                                    cdb.u16(4),
                                    cdb.u32(6)),
                    ALLOWED_WHILE_RESERVED);

    public static final CommandDescriptor<SpcCommand> REPORT_SUPPORTED_TASK_MANAGEMENT_FUNCTIONS =
            CommandDescriptor.ofServiceAction(
                    "REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS",
                    "A3 0D 80 00 00 00 FF FF FF FF 00 00",
                    NOMINAL_SECONDS,
                    RECOMMENDED_SECONDS,
                    cdb ->
                            new SpcCommand.ReportSupportedTaskManagementFunctions(
                                    cdb.bit(2, 7), cdb.u32(6)),
                    ALLOWED_WHILE_RESERVED);

    public static final CommandDescriptor<SpcCommand> REPORT_TIMESTAMP =
            CommandDescriptor.ofServiceAction(
                    "REPORT TIMESTAMP",
                    "A3 0F 00 00 00 00 FF FF FF FF 00 00",
                    NOMINAL_SECONDS,
                    RECOMMENDED_SECONDS,
                    cdb -> new SpcCommand.ReportTimestamp(cdb.u32(6)),
                    ALLOWED_WHILE_RESERVED);

    public static final CommandDescriptor<SpcCommand> SET_TIMESTAMP =
            CommandDescriptor.ofServiceAction(
                    "SET TIMESTAMP",
                    "A4 0F 00 00 00 00 FF FF FF FF 00 00",
                    NOMINAL_SECONDS,
                    RECOMMENDED_SECONDS,
                    cdb -> new SpcCommand.SetTimestamp(cdb.u32(6)));

    /** Not every device has identifying information; see {@link SavedIdentifyingInformation}. */
    public static final CommandDescriptor<SpcCommand> REPORT_IDENTIFYING_INFORMATION =
            CommandDescriptor.ofServiceAction(
                    "REPORT IDENTIFYING INFORMATION",
                    "A3 05 00 00 00 00 FF FF FF FF FE 00",
                    NOMINAL_SECONDS,
                    RECOMMENDED_SECONDS,
                    cdb -> new SpcCommand.ReportIdentifyingInformation(cdb.u8(10) >> 1, cdb.u32(6)),
                    ALLOWED_WHILE_RESERVED);

    public static final CommandDescriptor<SpcCommand> SET_IDENTIFYING_INFORMATION =
            CommandDescriptor.ofServiceAction(
                    "SET IDENTIFYING INFORMATION",
                    "A4 06 00 00 00 00 FF FF FF FF FE 00",
                    NOMINAL_SECONDS,
                    RECOMMENDED_SECONDS,
                    cdb -> new SpcCommand.SetIdentifyingInformation(cdb.u8(10) >> 1, cdb.u32(6)));

    /** For drivers that ask whatever TPGS says. */
    public static final CommandDescriptor<SpcCommand> REPORT_TARGET_PORT_GROUPS =
            CommandDescriptor.ofServiceAction(
                    "REPORT TARGET PORT GROUPS",
                    "A3 EA 00 00 00 00 FF FF FF FF 00 00",
                    NOMINAL_SECONDS,
                    RECOMMENDED_SECONDS,
                    cdb -> new SpcCommand.ReportTargetPortGroups(cdb.u8(1) >> 5, cdb.u32(6)),
                    ALLOWED_WHILE_RESERVED);

    /** What every device has. */
    public static final List<CommandDescriptor<SpcCommand>> ALL =
            List.of(
                    TEST_UNIT_READY,
                    REQUEST_SENSE,
                    INQUIRY,
                    MODE_SELECT_6,
                    MODE_SELECT_10,
                    MODE_SENSE_6,
                    MODE_SENSE_10,
                    LOG_SELECT,
                    LOG_SENSE,
                    PREVENT_ALLOW_MEDIUM_REMOVAL,
                    SEND_DIAGNOSTIC,
                    RECEIVE_DIAGNOSTIC_RESULTS,
                    READ_BUFFER,
                    WRITE_BUFFER,
                    REPORT_SUPPORTED_OPERATION_CODES,
                    REPORT_SUPPORTED_TASK_MANAGEMENT_FUNCTIONS,
                    REPORT_TIMESTAMP,
                    SET_TIMESTAMP);

    /**
     * What a logical unit with {@link PersistentReservations} adds. Third-party reservations and extents, long obsolete, are
     * refused.
     */
    public static final List<CommandDescriptor<SpcCommand>> RESERVATIONS = reservations();

    private SpcCommands() {}

    private static List<CommandDescriptor<SpcCommand>> reservations() {
        List<CommandDescriptor<SpcCommand>> commands = new ArrayList<>();
        CommandDecoder<SpcCommand> reserve = cdb -> new SpcCommand.Reserve();
        CommandDecoder<SpcCommand> release = cdb -> new SpcCommand.Release();
        commands.add(of("RESERVE(6)", "16 00 00 00 00 00", reserve, ALLOWED_WHILE_RESERVED));
        commands.add(of("RELEASE(6)", "17 00 00 00 00 00", release, ALLOWED_WHILE_RESERVED));
        commands.add(
                of(
                        "RESERVE(10)",
                        "56 00 00 00 00 00 00 00 00 00",
                        reserve,
                        ALLOWED_WHILE_RESERVED));
        commands.add(
                of(
                        "RELEASE(10)",
                        "57 00 00 00 00 00 00 00 00 00",
                        release,
                        ALLOWED_WHILE_RESERVED));
        for (int action = 0; action <= 3; action++) {
            commands.add(
                    CommandDescriptor.ofServiceAction(
                            "PERSISTENT RESERVE IN",
                            "5E %02X 00 00 00 00 00 FF FF 00".formatted(action),
                            NOMINAL_SECONDS,
                            RECOMMENDED_SECONDS,
                            cdb ->
                                    new SpcCommand.PersistentReserveIn(
                                            cdb.serviceAction(), cdb.u16(7)),
                            ALLOWED_WHILE_RESERVED));
        }
        for (int action = 0; action <= 7; action++) {
            commands.add(
                    CommandDescriptor.ofServiceAction(
                            "PERSISTENT RESERVE OUT",
                            "5F %02X FF 00 00 FF FF FF FF 00".formatted(action),
                            NOMINAL_SECONDS,
                            RECOMMENDED_SECONDS,
                            cdb ->
                                    new SpcCommand.PersistentReserveOut(
                                            cdb.serviceAction(),
                                            cdb.u8(2) >> 4,
                                            cdb.u8(2) & 0xF,
                                            (int) Math.min(cdb.u32(5), Integer.MAX_VALUE)),
                            ALLOWED_WHILE_RESERVED));
        }
        return List.copyOf(commands);
    }

    private static CommandDescriptor<SpcCommand> of(
            String name,
            String usageHex,
            CommandDecoder<? extends SpcCommand> decoder,
            CommandFlag... flags) {
        return CommandDescriptor.of(
                name, usageHex, NOMINAL_SECONDS, RECOMMENDED_SECONDS, decoder, flags);
    }

    private static SpcCommand inquiry(Cdb cdb) {
        boolean vitalProductData = cdb.bit(1, 0);
        int pageCode = cdb.u8(2);
        if (!vitalProductData && pageCode != 0) {
            throw CheckConditionException.invalidFieldInCdb(2);
        }
        return new SpcCommand.Inquiry(vitalProductData, pageCode, cdb.u16(3));
    }

    private static SpcCommand modeSense(Cdb cdb, boolean tenByte, int allocationLengthBytes) {
        return new SpcCommand.ModeSense(
                tenByte,
                cdb.bit(1, 3),
                PageControl.of(cdb.u8(2) >> 6),
                cdb.u8(2) & 0x3F,
                cdb.u8(3),
                allocationLengthBytes);
    }

    private static SpcCommand logSelect(Cdb cdb) {
        return new SpcCommand.LogSelect(
                cdb.bit(1, 1),
                cdb.bit(1, 0),
                LogPageControl.of(cdb.u8(2) >> 6),
                cdb.u8(2) & 0x3F,
                cdb.u8(3),
                cdb.u16(7));
    }

    private static SpcCommand logSense(Cdb cdb) {
        return new SpcCommand.LogSense(
                cdb.bit(1, 0),
                LogPageControl.of(cdb.u8(2) >> 6),
                cdb.u8(2) & 0x3F,
                cdb.u8(3),
                cdb.u16(5),
                cdb.u16(7));
    }

    /** The values 10b and 11b, persistent prevention, are obsolete. */
    private static SpcCommand preventAllowMediumRemoval(Cdb cdb) {
        if (cdb.bit(4, 1)) {
            throw CheckConditionException.invalidFieldInCdb(4, 1);
        }
        return new SpcCommand.PreventAllowMediumRemoval(cdb.bit(4, 0));
    }

    /**
     * SELFTEST asks for the default self-test, SELF-TEST CODE for another one: not both. Codes 3 and 7 are reserved, and
     * there is never a background self-test to abort (4), because every self-test ends before its command does.
     */
    private static SpcCommand sendDiagnostic(Cdb cdb) {
        int selfTestCode = cdb.u8(1) >> 5;
        boolean selfTest = cdb.bit(1, 2);
        boolean unsupported = selfTestCode == 3 || selfTestCode == 4 || selfTestCode == 7;
        if (unsupported || (selfTest && selfTestCode != 0)) {
            throw CheckConditionException.invalidFieldInCdb(1, 7);
        }
        return new SpcCommand.SendDiagnostic(selfTestCode, cdb.bit(1, 4), selfTest, cdb.u16(3));
    }
}
