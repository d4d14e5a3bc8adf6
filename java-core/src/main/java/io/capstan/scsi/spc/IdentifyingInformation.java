package io.capstan.scsi.spc;

import io.capstan.scsi.Task;
import java.util.Map;
import java.util.TreeMap;

/**
 * What hosts write on a logical unit to know it again: REPORT IDENTIFYING INFORMATION and SET IDENTIFYING INFORMATION.
 *
 * @see "SPC-4, 6.27 REPORT IDENTIFYING INFORMATION, 6.43 SET IDENTIFYING INFORMATION"
 */
final class IdentifyingInformation {

    /** Peripheral device identifying information: any bytes. */
    private static final int DEVICE = 0x00;

    /** Peripheral device text identifying information: UTF-8 with a zero at its end. */
    private static final int DEVICE_TEXT = 0x02;

    /** INFORMATION TYPE that asks which types there are. */
    private static final int SUPPORTED = 0x7F;

    private static final int TYPE_AT = 10;
    private static final int TYPE_BIT = 7;
    private static final int LENGTH_AT = 6;
    private static final Map<Integer, Integer> LENGTH_MAX_BYTES_BY_TYPE =
            new TreeMap<>(Map.of(DEVICE, 64, DEVICE_TEXT, 256));

    private final SavedIdentifyingInformation saved;

    IdentifyingInformation(SavedIdentifyingInformation saved) {
        this.saved = saved;
    }

    byte[] report(SpcCommand.ReportIdentifyingInformation command) {
        ResponseBuilder response = new ResponseBuilder().u16(0).u16(0);
        if (command.type() == SUPPORTED) {
            LENGTH_MAX_BYTES_BY_TYPE.forEach(
                    (type, lengthMaxBytes) -> response.u8(type << 1).u8(0).u16(lengthMaxBytes));
        } else {
            lengthMaxBytes(command.type());
            response.bytes(saved.load(command.type()).orElseGet(() -> new byte[0]));
        }
        return response.putLengthU16(2).toByteArray();
    }

    /** Sets information; an empty list removes it. */
    void set(SpcCommand.SetIdentifyingInformation command, Task task) {
        if (command.parameterListLengthBytes() > lengthMaxBytes(command.type())) {
            throw CheckConditionException.invalidFieldInCdb(LENGTH_AT);
        }
        int lengthBytes = Math.toIntExact(command.parameterListLengthBytes());
        byte[] information = ParameterListReader.of(task, lengthBytes).bytes(0, lengthBytes);
        boolean unterminatedText =
                command.type() == DEVICE_TEXT
                        && lengthBytes > 0
                        && information[lengthBytes - 1] != 0;
        if (unterminatedText) {
            throw CheckConditionException.invalidFieldInParameterList(lengthBytes - 1);
        }
        saved.save(command.type(), information);
    }

    private static int lengthMaxBytes(int type) {
        Integer lengthMaxBytes = LENGTH_MAX_BYTES_BY_TYPE.get(type);
        if (lengthMaxBytes == null) {
            throw CheckConditionException.invalidFieldInCdb(TYPE_AT, TYPE_BIT);
        }
        return lengthMaxBytes;
    }
}
