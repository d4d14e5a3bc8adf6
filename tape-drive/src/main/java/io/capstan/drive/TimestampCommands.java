package io.capstan.drive;

import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.Task;
import io.capstan.scsi.spc.ParameterListReader;
import io.capstan.scsi.spc.ResponseBuilder;
import io.capstan.scsi.spc.UnitAttentions;
import java.time.InstantSource;

/**
 * REPORT TIMESTAMP and SET TIMESTAMP. The drive starts with the node's clock; a host may set it off from that, for what
 * it reads back and nothing else.
 *
 * @see "SPC-4, 6.33 REPORT TIMESTAMP, 6.46 SET TIMESTAMP, 5.2 Device clocks"
 */
final class TimestampCommands {

    private static final int PARAMETER_DATA_BYTES = 10;
    private static final int TIMESTAMP_AT = 4;
    private static final int SET_LIST_BYTES = 12;

    /** TIMESTAMP ORIGIN: set by SET TIMESTAMP. */
    private static final int ORIGIN_HOST = 2;

    /** TIMESTAMP ORIGIN: set by other means than SET TIMESTAMP. */
    private static final int ORIGIN_OTHER = 3;

    private final InstantSource clock;
    private final UnitAttentions unitAttentions;
    private long offsetMillis;
    private int origin = ORIGIN_OTHER;

    TimestampCommands(InstantSource clock, UnitAttentions unitAttentions) {
        this.clock = clock;
        this.unitAttentions = unitAttentions;
    }

    CommandResult report(SscCommand.ReportTimestamp command, Task task) {
        byte[] data =
                new ResponseBuilder()
                        .u16(PARAMETER_DATA_BYTES)
                        .u8(origin)
                        .u8(0)
                        .u48(clock.millis() + offsetMillis)
                        .u16(0)
                        .toByteArray();
        task.dataIn().put(data, command.allocationLengthBytes());
        return CommandResult.GOOD;
    }

    CommandResult set(SscCommand.SetTimestamp command, Task task) {
        if (command.parameterListLengthBytes() == 0) {
            return CommandResult.GOOD;
        }
        ParameterListReader list = ParameterListReader.of(task, command.parameterListLengthBytes());
        list.require(0, SET_LIST_BYTES);
        long millis = ((long) list.u16(TIMESTAMP_AT) << 32) | list.u32(TIMESTAMP_AT + 2);
        offsetMillis = millis - clock.millis();
        origin = ORIGIN_HOST;
        unitAttentions.raiseForOthers(task.nexus(), AdditionalSense.TIMESTAMP_CHANGED);
        return CommandResult.GOOD;
    }
}
