package io.capstan.changer;

import io.capstan.changer.SmcCommand.StationAction;
import io.capstan.scsi.Cdb;
import io.capstan.scsi.spc.CheckConditionException;
import io.capstan.scsi.spc.CommandDecoder;
import io.capstan.scsi.spc.CommandDescriptor;
import io.capstan.scsi.spc.CommandFlag;
import io.capstan.scsi.spc.CommandSet;
import io.capstan.scsi.spc.SpcCommand;
import io.capstan.scsi.spc.SpcCommands;
import java.util.List;
import java.util.Optional;

/**
 * The command table of the changer.
 *
 * <p>Where a usage bitmap has ones in bits 7 to 5 of byte 1, the field is the logical unit number of SCSI-2. The Linux ch
 * driver and mtx still fill it in; the device server takes any value and has no use for it. INVERT bits are not in the
 * bitmaps: no cartridge has two sides, so asking to turn one over is refused.
 *
 * @see "SMC-3, clause 6 Commands for medium changer devices"
 */
final class SmcCommands {

    /** What ch and mtx wait for a move; a load waits for the drive to finish what it is doing. */
    private static final int MOVE_SECONDS = 300;

    private static final int QUICK_SECONDS = 60;

    private static final int MODE_SENSE_6 = 0x1A;
    private static final int TRANSLATE_ACTION_MAX = 6;
    private static final int TRANSLATE_ACTION_RESERVED = 3;

    static final CommandDescriptor<SmcCommand> INITIALIZE_ELEMENT_STATUS =
            of(
                    "INITIALIZE ELEMENT STATUS",
                    "07 E0 00 00 00 00",
                    MOVE_SECONDS,
                    cdb -> new SmcCommand.InitializeElementStatus(Optional.empty()));

    static final CommandDescriptor<SmcCommand> OPEN_CLOSE_IMPORT_EXPORT_ELEMENT =
            of(
                    "OPEN/CLOSE IMPORT/EXPORT ELEMENT",
                    "1B E0 FF FF 1F 00",
                    QUICK_SECONDS,
                    SmcCommands::openClose);

    static final CommandDescriptor<SmcCommand> POSITION_TO_ELEMENT =
            of(
                    "POSITION TO ELEMENT",
                    "2B E0 FF FF FF FF 00 00 00 00",
                    MOVE_SECONDS,
                    cdb -> new SmcCommand.PositionToElement(cdb.u16(2), cdb.u16(4)));

    static final CommandDescriptor<SmcCommand> INITIALIZE_ELEMENT_STATUS_WITH_RANGE =
            of(
                    "INITIALIZE ELEMENT STATUS WITH RANGE",
                    "37 E3 FF FF 00 00 FF FF 00 00",
                    MOVE_SECONDS,
                    SmcCommands::initializeWithRange);

    /** The operation code that libraries had before SMC-2 gave the command one, without FAST. */
    static final CommandDescriptor<SmcCommand> INITIALIZE_ELEMENT_STATUS_WITH_RANGE_E7 =
            of(
                    "INITIALIZE ELEMENT STATUS WITH RANGE (E7h)",
                    "E7 E1 FF FF 00 00 FF FF 00 00",
                    MOVE_SECONDS,
                    SmcCommands::initializeWithRange);

    static final CommandDescriptor<SmcCommand> MOVE_MEDIUM =
            of(
                    "MOVE MEDIUM",
                    "A5 E0 FF FF FF FF FF FF 00 00 00 00",
                    MOVE_SECONDS,
                    SmcCommands::moveMedium);

    static final CommandDescriptor<SmcCommand> EXCHANGE_MEDIUM =
            of(
                    "EXCHANGE MEDIUM",
                    "A6 E0 FF FF FF FF FF FF FF FF 00 00",
                    MOVE_SECONDS,
                    cdb ->
                            new SmcCommand.ExchangeMedium(
                                    cdb.u16(2), cdb.u16(4), cdb.u16(6), cdb.u16(8)));

    static final CommandDescriptor<SmcCommand> REQUEST_VOLUME_ELEMENT_ADDRESS =
            of(
                    "REQUEST VOLUME ELEMENT ADDRESS",
                    "B5 FF FF FF FF FF 00 FF FF FF 00 00",
                    QUICK_SECONDS,
                    cdb ->
                            new SmcCommand.RequestVolumeElementAddress(
                                    elementType(cdb),
                                    cdb.u16(2),
                                    cdb.u16(4),
                                    cdb.bit(1, 4),
                                    cdb.u24(7)));

    static final CommandDescriptor<SmcCommand> SEND_VOLUME_TAG =
            of(
                    "SEND VOLUME TAG",
                    "B6 EF FF FF 00 1F 00 00 FF FF 00 00",
                    QUICK_SECONDS,
                    SmcCommands::sendVolumeTag);

    /**
     * CURDATA asks for an answer without motion, which is how every answer here is made; MIXED for descriptors that none of
     * our personalities has. Both are accepted and change nothing.
     */
    static final CommandDescriptor<SmcCommand> READ_ELEMENT_STATUS =
            CommandDescriptor.of(
                    "READ ELEMENT STATUS",
                    "B8 FF FF FF FF FF 07 FF FF FF 00 00",
                    1,
                    QUICK_SECONDS,
                    cdb ->
                            new SmcCommand.ReadElementStatus(
                                    elementType(cdb),
                                    cdb.u16(2),
                                    cdb.u16(4),
                                    cdb.bit(1, 4),
                                    cdb.bit(6, 0),
                                    cdb.u24(7)),
                    CommandFlag.ALLOWED_WHILE_RESERVED);

    private SmcCommands() {}

    /**
     * Everything the changer can do.
     *
     * @param reservations whether it keeps reservations itself
     */
    static CommandSet<SmcCommand> commandSet(boolean reservations) {
        CommandSet.Builder<SmcCommand> builder =
                CommandSet.<SmcCommand>builder()
                        .addAllSpc(
                                SpcCommands.ALL.stream()
                                        .filter(command -> command.operationCode() != MODE_SENSE_6)
                                        .toList())
                        .addSpc(withLogicalUnitNumber(SpcCommands.MODE_SENSE_6))
                        .addAll(
                                List.of(
                                        INITIALIZE_ELEMENT_STATUS,
                                        OPEN_CLOSE_IMPORT_EXPORT_ELEMENT,
                                        POSITION_TO_ELEMENT,
                                        INITIALIZE_ELEMENT_STATUS_WITH_RANGE,
                                        MOVE_MEDIUM,
                                        EXCHANGE_MEDIUM,
                                        REQUEST_VOLUME_ELEMENT_ADDRESS,
                                        SEND_VOLUME_TAG,
                                        READ_ELEMENT_STATUS,
                                        INITIALIZE_ELEMENT_STATUS_WITH_RANGE_E7));
        if (reservations) {
            builder.addAllSpc(SpcCommands.RESERVATIONS);
        }
        return builder.build();
    }

    private static CommandDescriptor<SmcCommand> of(
            String name,
            String usageHex,
            int recommendedTimeoutSeconds,
            CommandDecoder<? extends SmcCommand> decoder) {
        return CommandDescriptor.of(name, usageHex, 1, recommendedTimeoutSeconds, decoder);
    }

    private static CommandDescriptor<SpcCommand> withLogicalUnitNumber(
            CommandDescriptor<SpcCommand> command) {
        byte[] usage = command.usage();
        usage[1] |= (byte) 0xE0;
        return new CommandDescriptor<>(
                command.name(),
                command.operationCode(),
                command.serviceAction(),
                usage,
                command.nominalTimeoutSeconds(),
                command.recommendedTimeoutSeconds(),
                command.flags(),
                command.decoder());
    }

    private static SmcCommand initializeWithRange(Cdb cdb) {
        Optional<SmcCommand.InitializeElementStatus.Range> range =
                cdb.bit(1, 0)
                        ? Optional.of(
                                new SmcCommand.InitializeElementStatus.Range(
                                        cdb.u16(2), cdb.u16(6)))
                        : Optional.empty();
        return new SmcCommand.InitializeElementStatus(range);
    }

    private static SmcCommand openClose(Cdb cdb) {
        int actionCode = cdb.u8(4);
        if (actionCode > 1) {
            throw CheckConditionException.invalidFieldInCdb(4, 4);
        }
        return new SmcCommand.OpenCloseImportExport(
                cdb.u16(2), actionCode == 0 ? StationAction.OPEN : StationAction.CLOSE);
    }

    /** mtx writes its eepos argument here: 1 extends the tray of the import/export elements, 2 retracts it. */
    private static SmcCommand moveMedium(Cdb cdb) {
        Optional<StationAction> station =
                switch (cdb.u8(11) >> 6) {
                    case 0 -> Optional.empty();
                    case 1 -> Optional.of(StationAction.OPEN);
                    case 2 -> Optional.of(StationAction.CLOSE);
                    default -> throw CheckConditionException.invalidFieldInCdb(11, 7);
                };
        return new SmcCommand.MoveMedium(cdb.u16(2), cdb.u16(4), cdb.u16(6), station);
    }

    /**
     * Volume identifiers are what a bar code reader finds on the label: hosts can search for them, but neither assert,
     * replace nor undefine them.
     */
    private static SmcCommand sendVolumeTag(Cdb cdb) {
        int action = cdb.u8(5);
        if (action > TRANSLATE_ACTION_MAX || action == TRANSLATE_ACTION_RESERVED) {
            throw CheckConditionException.invalidFieldInCdb(5, 4);
        }
        return new SmcCommand.SendVolumeTag(elementType(cdb), cdb.u16(2), action, cdb.u16(8));
    }

    private static Optional<ElementType> elementType(Cdb cdb) {
        int code = cdb.u8(1) & 0x0F;
        Optional<ElementType> type = ElementType.ofCode(code);
        if (code != 0 && type.isEmpty()) {
            throw CheckConditionException.invalidFieldInCdb(1, 3);
        }
        return type;
    }
}
