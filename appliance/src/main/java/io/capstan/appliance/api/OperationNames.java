package io.capstan.appliance.api;

import java.util.Map;

/**
 * Names of operation codes, for people who read traces. The devices' own tables have them too, but a trace can be read without
 * its device.
 *
 * @see "SPC-4, SSC-4 and SMC-3, tables of operation codes"
 */
final class OperationNames {

    private static final int CHANGER_MODE_BIT = 0x100;

    private static final Map<Integer, String> NAMES =
            Map.ofEntries(
                    Map.entry(0x00, "TEST UNIT READY"),
                    Map.entry(0x01, "REWIND"),
                    Map.entry(0x03, "REQUEST SENSE"),
                    Map.entry(0x04, "FORMAT MEDIUM"),
                    Map.entry(0x05, "READ BLOCK LIMITS"),
                    Map.entry(0x07, "INITIALIZE ELEMENT STATUS"),
                    Map.entry(0x08, "READ(6)"),
                    Map.entry(0x0A, "WRITE(6)"),
                    Map.entry(0x0B, "SET CAPACITY"),
                    Map.entry(0x10, "WRITE FILEMARKS(6)"),
                    Map.entry(0x11, "SPACE(6)"),
                    Map.entry(0x12, "INQUIRY"),
                    Map.entry(0x13, "VERIFY(6)"),
                    Map.entry(0x15, "MODE SELECT(6)"),
                    Map.entry(0x16, "RESERVE(6)"),
                    Map.entry(0x17, "RELEASE(6)"),
                    Map.entry(0x19, "ERASE(6)"),
                    Map.entry(0x1A, "MODE SENSE(6)"),
                    Map.entry(0x1B, "LOAD UNLOAD"),
                    Map.entry(0x1B | CHANGER_MODE_BIT, "OPEN/CLOSE IMPORT/EXPORT ELEMENT"),
                    Map.entry(0x1C, "RECEIVE DIAGNOSTIC RESULTS"),
                    Map.entry(0x1D, "SEND DIAGNOSTIC"),
                    Map.entry(0x1E, "PREVENT ALLOW MEDIUM REMOVAL"),
                    Map.entry(0x2B, "LOCATE(10)"),
                    Map.entry(0x2B | CHANGER_MODE_BIT, "POSITION TO ELEMENT"),
                    Map.entry(0x34, "READ POSITION"),
                    Map.entry(0x37, "INITIALIZE ELEMENT STATUS WITH RANGE"),
                    Map.entry(0x3B, "WRITE BUFFER"),
                    Map.entry(0x3C, "READ BUFFER"),
                    Map.entry(0x44, "REPORT DENSITY SUPPORT"),
                    Map.entry(0x4C, "LOG SELECT"),
                    Map.entry(0x4D, "LOG SENSE"),
                    Map.entry(0x55, "MODE SELECT(10)"),
                    Map.entry(0x56, "RESERVE(10)"),
                    Map.entry(0x57, "RELEASE(10)"),
                    Map.entry(0x5A, "MODE SENSE(10)"),
                    Map.entry(0x5E, "PERSISTENT RESERVE IN"),
                    Map.entry(0x5F, "PERSISTENT RESERVE OUT"),
                    Map.entry(0x80, "WRITE FILEMARKS(16)"),
                    Map.entry(0x82, "ALLOW OVERWRITE"),
                    Map.entry(0x88, "READ(16)"),
                    Map.entry(0x8A, "WRITE(16)"),
                    Map.entry(0x8C, "READ ATTRIBUTE"),
                    Map.entry(0x8D, "WRITE ATTRIBUTE"),
                    Map.entry(0x8F, "VERIFY(16)"),
                    Map.entry(0x91, "SPACE(16)"),
                    Map.entry(0x92, "LOCATE(16)"),
                    Map.entry(0x93, "ERASE(16)"),
                    Map.entry(0xA0, "REPORT LUNS"),
                    Map.entry(0xA2, "SECURITY PROTOCOL IN"),
                    Map.entry(0xA3, "MAINTENANCE IN"),
                    Map.entry(0xA4, "MAINTENANCE OUT"),
                    Map.entry(0xA5, "MOVE MEDIUM"),
                    Map.entry(0xA6, "EXCHANGE MEDIUM"),
                    Map.entry(0xAB, "SERVICE ACTION IN(12)"),
                    Map.entry(0xB5, "SECURITY PROTOCOL OUT"),
                    Map.entry(0xB5 | CHANGER_MODE_BIT, "REQUEST VOLUME ELEMENT ADDRESS"),
                    Map.entry(0xB6, "SEND VOLUME TAG"),
                    Map.entry(0xB8, "READ ELEMENT STATUS"),
                    Map.entry(0xE7, "INITIALIZE ELEMENT STATUS WITH RANGE"));

    private OperationNames() {}

    /** The name, or the code in hexadecimal. */
    static String of(int operationCode, boolean changer) {
        String name = changer ? NAMES.get(operationCode | CHANGER_MODE_BIT) : null;
        return name != null
                ? name
                : NAMES.getOrDefault(operationCode, "%02Xh".formatted(operationCode));
    }
}
