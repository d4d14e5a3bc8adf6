package io.capstan.drive;

import io.capstan.drive.SscCommand.AttributeAction;
import io.capstan.drive.SscCommand.Destination;
import io.capstan.drive.SscCommand.FormatKind;
import io.capstan.drive.SscCommand.PositionForm;
import io.capstan.drive.SscCommand.SpaceUnit;
import io.capstan.scsi.Cdb;
import io.capstan.scsi.spc.CheckConditionException;
import io.capstan.scsi.spc.CommandDecoder;
import io.capstan.scsi.spc.CommandDescriptor;
import io.capstan.scsi.spc.CommandFlag;
import io.capstan.scsi.spc.CommandSet;
import io.capstan.scsi.spc.SpcCommand;
import io.capstan.scsi.spc.SpcCommands;
import java.util.List;

/**
 * The drive's command table: CDB layouts, which bits count, and decoders.
 *
 * <p>A bit that is not in a usage bitmap is refused before the decoder sees it: WSMK of WRITE FILEMARKS, BYTCMP of
 * VERIFY, VERIFY of FORMAT MEDIUM, INC_512 of SECURITY PROTOCOL IN and OUT.
 */
final class SscCommands {

    private static final int NOMINAL_SECONDS = 1;

    /** Tells READ END OF WRAP POSITION from other vendor-specific commands of MAINTENANCE IN. */
    private static final int END_OF_WRAP_QUALIFIER = 0x45;

    /** Commands of SPC that drives have and not every device. */
    private static final List<CommandDescriptor<SpcCommand>> SPC_EXTRAS =
            List.of(
                    SpcCommands.REPORT_IDENTIFYING_INFORMATION,
                    SpcCommands.SET_IDENTIFYING_INFORMATION,
                    SpcCommands.REPORT_TARGET_PORT_GROUPS);

    private SscCommands() {}

    /** All commands of a drive with {@code personality}, with its timeouts. */
    static CommandSet<SscCommand> commandSet(Personality personality) {
        return commandSet(personality, false);
    }

    /** The same, with RESERVE, RELEASE and PERSISTENT RESERVE where the drive keeps reservations itself. */
    static CommandSet<SscCommand> commandSet(Personality personality, boolean reservations) {
        CommandSet.Builder<SscCommand> builder = CommandSet.builder();
        own().forEach(command -> builder.add(withTimeout(command, personality)));
        if (personality.has(DataFunction.ENCRYPTION)) {
            encryption().forEach(command -> builder.add(withTimeout(command, personality)));
        }
        if (personality.has(DataFunction.RECOMMENDED_ACCESS_ORDER)) {
            accessOrder().forEach(command -> builder.add(withTimeout(command, personality)));
        }
        SpcCommands.ALL.forEach(command -> builder.addSpc(withTimeout(command, personality)));
        SPC_EXTRAS.forEach(command -> builder.addSpc(withTimeout(command, personality)));
        if (reservations) {
            builder.addAllSpc(SpcCommands.RESERVATIONS);
        }
        return builder.build();
    }

    /** Commands that the transport executes, with the drive's timeouts. */
    static List<CommandDescriptor<SpcCommand>> withTimeouts(
            List<CommandDescriptor<SpcCommand>> ofTransport, Personality personality) {
        return ofTransport.stream().map(command -> withTimeout(command, personality)).toList();
    }

    private static <C> CommandDescriptor<C> withTimeout(
            CommandDescriptor<C> command, Personality personality) {
        long seconds = personality.timeout(command.operationCode()).toSeconds();
        return command.withTimeouts(NOMINAL_SECONDS, Math.toIntExact(seconds));
    }

    private static List<CommandDescriptor<SscCommand>> own() {
        return List.of(
                of("REWIND", "01 01 00 00 00 00", cdb -> new SscCommand.Rewind(cdb.bit(1, 0))),
                of("FORMAT MEDIUM", "04 01 0F 00 00 00", SscCommands::formatMedium),
                of(
                        "READ BLOCK LIMITS",
                        "05 01 00 00 00 00",
                        cdb -> new SscCommand.ReadBlockLimits(cdb.bit(1, 0))),
                of("READ(6)", "08 03 FF FF FF 00", SscCommands::read),
                of(
                        "WRITE(6)",
                        "0A 01 FF FF FF 00",
                        cdb -> new SscCommand.Write(cdb.bit(1, 0), cdb.u24(2)),
                        CommandFlag.BEHIND_UNSETTLED),
                of(
                        "SET CAPACITY",
                        "0B 01 00 FF FF 00",
                        cdb -> new SscCommand.SetCapacity(cdb.bit(1, 0), cdb.u16(3))),
                of(
                        "WRITE FILEMARKS(6)",
                        "10 01 FF FF FF 00",
                        cdb -> new SscCommand.WriteFilemarks(cdb.bit(1, 0), cdb.u24(2))),
                of(
                        "SPACE(6)",
                        "11 0F FF FF FF 00",
                        cdb -> new SscCommand.Space(spaceUnit(cdb), cdb.s24(2))),
                of("VERIFY(6)", "13 3D FF FF FF 00", SscCommands::verify),
                of(
                        "ERASE(6)",
                        "19 03 00 00 00 00",
                        cdb -> new SscCommand.Erase(cdb.bit(1, 0), cdb.bit(1, 1))),
                of("LOAD UNLOAD", "1B 01 00 00 0F 00", SscCommands::loadUnload),
                of("LOCATE(10)", "2B 07 00 FF FF FF FF 00 FF 00", SscCommands::locate10),
                readPosition("34 00 00 00 00 00 00 FF FF 00", PositionForm.SHORT),
                readPosition("34 01 00 00 00 00 00 FF FF 00", PositionForm.SHORT),
                readPosition("34 06 00 00 00 00 00 FF FF 00", PositionForm.LONG),
                readPosition("34 08 00 00 00 00 00 FF FF 00", PositionForm.EXTENDED),
                of(
                        "REPORT DENSITY SUPPORT",
                        "44 03 00 00 00 00 00 FF FF 00",
                        cdb ->
                                new SscCommand.ReportDensitySupport(
                                        cdb.bit(1, 1), cdb.bit(1, 0), cdb.u16(7))),
                of(
                        "ALLOW OVERWRITE",
                        "82 00 0F FF FF FF FF FF FF FF FF FF 00 00 00 00",
                        cdb ->
                                new SscCommand.AllowOverwrite(
                                        overwriteExtent(cdb), cdb.u8(3), cdb.u64(4))),
                readAttribute("00", AttributeAction.VALUES),
                readAttribute("01", AttributeAction.LIST),
                readAttribute("02", AttributeAction.VOLUME_LIST),
                readAttribute("03", AttributeAction.PARTITION_LIST),
                readAttribute("05", AttributeAction.SUPPORTED),
                of(
                        "WRITE ATTRIBUTE",
                        "8D 01 00 00 00 FF 00 FF 00 00 FF FF FF FF 00 00",
                        cdb ->
                                new SscCommand.WriteAttribute(
                                        cdb.bit(1, 0), cdb.u8(5), cdb.u8(7), cdb.u32(10))),
                of(
                        "SPACE(16)",
                        "91 0F 00 00 FF FF FF FF FF FF FF FF 00 00 00 00",
                        cdb -> new SscCommand.Space(spaceUnit(cdb), count64(cdb))),
                of(
                        "LOCATE(16)",
                        "92 1B 00 FF FF FF FF FF FF FF FF FF 00 00 00 00",
                        SscCommands::locate16),
                ofServiceAction(
                        "READ MEDIA SERIAL NUMBER",
                        "AB 01 00 00 00 00 FF FF FF FF 00 00",
                        cdb -> new SscCommand.ReadMediaSerialNumber(cdb.u32(6))),
                ofServiceAction(
                        "READ END OF WRAP POSITION",
                        "A3 1F FF 03 FF FF FF FF FF FF 00 00",
                        SscCommands::readEndOfWrapPosition));
    }

    /** What drives with {@link DataFunction#ENCRYPTION} have. */
    private static List<CommandDescriptor<SscCommand>> encryption() {
        return List.of(
                of(
                        "SECURITY PROTOCOL IN",
                        "A2 FF FF FF 00 00 FF FF FF FF 00 00",
                        cdb ->
                                new SscCommand.SecurityProtocolIn(
                                        cdb.u8(1), cdb.u16(2), cdb.u32(6))),
                of(
                        "SECURITY PROTOCOL OUT",
                        "B5 FF FF FF 00 00 FF FF FF FF 00 00",
                        cdb ->
                                new SscCommand.SecurityProtocolOut(
                                        cdb.u8(1), cdb.u16(2), cdb.u32(6))));
    }

    /** What drives with {@link DataFunction#RECOMMENDED_ACCESS_ORDER} have. */
    private static List<CommandDescriptor<SscCommand>> accessOrder() {
        return List.of(
                ofServiceAction(
                        "RECEIVE RECOMMENDED ACCESS ORDER",
                        "A3 9D FF FF FF FF FF FF FF FF 07 00",
                        SscCommands::receiveAccessOrder),
                ofServiceAction(
                        "GENERATE RECOMMENDED ACCESS ORDER",
                        "A4 1D 07 07 00 00 FF FF FF FF 00 00",
                        SscCommands::generateAccessOrder));
    }

    private static SscCommand generateAccessOrder(Cdb cdb) {
        if (cdb.u8(2) != RecommendedAccessOrder.PROCESS) {
            throw CheckConditionException.invalidFieldInCdb(2, 2);
        }
        if (cdb.u8(3) != 0) {
            throw CheckConditionException.invalidFieldInCdb(3, 2);
        }
        return new SscCommand.GenerateAccessOrder(cdb.u32(6));
    }

    private static SscCommand receiveAccessOrder(Cdb cdb) {
        if (cdb.u8(10) != 0) {
            throw CheckConditionException.invalidFieldInCdb(10, 2);
        }
        return new SscCommand.ReceiveAccessOrder(cdb.bit(1, 7), cdb.u32(2), cdb.u32(6));
    }

    /** Without WNV it is the first wrap; a number that is not asked for must be 0. */
    private static SscCommand readEndOfWrapPosition(Cdb cdb) {
        if (cdb.u8(2) != END_OF_WRAP_QUALIFIER) {
            throw CheckConditionException.invalidFieldInCdb(2);
        }
        boolean reportAll = cdb.bit(3, 1);
        boolean numberValid = cdb.bit(3, 0);
        if (reportAll && numberValid) {
            throw CheckConditionException.invalidFieldInCdb(3, 0);
        }
        if (!numberValid && cdb.u16(4) != 0) {
            throw CheckConditionException.invalidFieldInCdb(4);
        }
        return new SscCommand.ReadEndOfWrapPosition(reportAll, cdb.u16(4), cdb.u32(6));
    }

    private static SscCommand read(Cdb cdb) {
        boolean fixed = cdb.bit(1, 0);
        boolean suppressIncorrectLength = cdb.bit(1, 1);
        if (fixed && suppressIncorrectLength) {
            throw CheckConditionException.invalidFieldInCdb(1, 1);
        }
        return new SscCommand.Read(fixed, suppressIncorrectLength, cdb.u24(2));
    }

    /** To end-of-data and by filemarks exclude each other, and neither has a block length. */
    private static SscCommand verify(Cdb cdb) {
        boolean toEndOfData = cdb.bit(1, 5);
        boolean byFilemarks = cdb.bit(1, 3);
        boolean fixed = cdb.bit(1, 0);
        if (toEndOfData && byFilemarks) {
            throw CheckConditionException.invalidFieldInCdb(1, 3);
        }
        if (fixed && (toEndOfData || byFilemarks)) {
            throw CheckConditionException.invalidFieldInCdb(1, 0);
        }
        return new SscCommand.Verify(
                toEndOfData, cdb.bit(1, 4), byFilemarks, cdb.bit(1, 2), fixed, cdb.u24(2));
    }

    /** The count of SPACE(16), which must have a counterpart of the other sign. */
    private static long count64(Cdb cdb) {
        return Math.max(cdb.u64(4), -Long.MAX_VALUE);
    }

    private static SpaceUnit spaceUnit(Cdb cdb) {
        return switch (cdb.u8(1) & 0x0F) {
            case 0x0 -> SpaceUnit.BLOCKS;
            case 0x1 -> SpaceUnit.FILEMARKS;
            case 0x3 -> SpaceUnit.END_OF_DATA;
            default -> throw CheckConditionException.invalidFieldInCdb(1, 3);
        };
    }

    private static SscCommand.Extent overwriteExtent(Cdb cdb) {
        return switch (cdb.u8(2) & 0x0F) {
            case 0x0 -> SscCommand.Extent.NOTHING;
            case 0x1 -> SscCommand.Extent.FROM_HERE_ON;
            case 0x2 -> SscCommand.Extent.FORMAT;
            default -> throw CheckConditionException.invalidFieldInCdb(2, 3);
        };
    }

    private static SscCommand formatMedium(Cdb cdb) {
        FormatKind kind =
                switch (cdb.u8(2) & 0x0F) {
                    case 0x0 -> FormatKind.DEFAULT;
                    case 0x1 -> FormatKind.PARTITION;
                    case 0x2 -> FormatKind.DEFAULT_THEN_PARTITION;
                    default -> throw CheckConditionException.invalidFieldInCdb(2, 3);
                };
        return new SscCommand.FormatMedium(cdb.bit(1, 0), kind);
    }

    /** EOT positions at the end before unloading, which cartridges with one reel cannot do. */
    private static SscCommand loadUnload(Cdb cdb) {
        if (cdb.bit(4, 2)) {
            throw CheckConditionException.invalidFieldInCdb(4, 2);
        }
        return new SscCommand.LoadUnload(
                cdb.bit(1, 0), cdb.bit(4, 0), cdb.bit(4, 1), cdb.bit(4, 3));
    }

    /** BT asks for a vendor-specific address, which in our drives is the object number too. */
    private static SscCommand locate10(Cdb cdb) {
        return new SscCommand.Locate(
                Destination.OBJECT, cdb.bit(1, 1), cdb.bit(1, 0), cdb.u8(8), 8, cdb.u32(3));
    }

    private static SscCommand locate16(Cdb cdb) {
        Destination destination =
                switch (cdb.u8(1) >> 3 & 3) {
                    case 0 -> Destination.OBJECT;
                    case 1 -> Destination.FILE;
                    case 3 -> Destination.END_OF_DATA;
                    default -> throw CheckConditionException.invalidFieldInCdb(1, 4);
                };
        return new SscCommand.Locate(
                destination, cdb.bit(1, 1), cdb.bit(1, 0), cdb.u8(3), 3, cdb.u64(4));
    }

    private static CommandDescriptor<SscCommand> readPosition(String usage, PositionForm form) {
        return ofServiceAction(
                "READ POSITION", usage, cdb -> new SscCommand.ReadPosition(form, cdb.u16(7)));
    }

    private static CommandDescriptor<SscCommand> readAttribute(
            String serviceAction, AttributeAction action) {
        return ofServiceAction(
                "READ ATTRIBUTE",
                "8C " + serviceAction + " 00 00 00 FF 00 FF FF FF FF FF FF FF 01 00",
                cdb ->
                        new SscCommand.ReadAttribute(
                                action, cdb.u8(5), cdb.u8(7), cdb.u16(8), cdb.u32(10)));
    }

    private static CommandDescriptor<SscCommand> of(
            String name,
            String usage,
            CommandDecoder<? extends SscCommand> decoder,
            CommandFlag... flags) {
        return CommandDescriptor.of(name, usage, 0, 0, decoder, flags);
    }

    private static CommandDescriptor<SscCommand> ofServiceAction(
            String name, String usage, CommandDecoder<? extends SscCommand> decoder) {
        return CommandDescriptor.ofServiceAction(name, usage, 0, 0, decoder);
    }
}
