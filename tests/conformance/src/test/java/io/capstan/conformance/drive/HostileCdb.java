package io.capstan.conformance.drive;

import io.capstan.scsi.Cdb;
import java.util.function.Supplier;

/**
 * CDBs from bytes somebody else makes up, near enough to real ones to get past the first check.
 *
 * <p>Half of the bytes are zero, because a reserved bit ends a command at once. Counts of filemarks stay small, because
 * the simple tape keeps each of them.
 */
final class HostileCdb {

    private static final int WRITE_FILEMARKS = 0x10;

    private HostileCdb() {}

    static Cdb of(int operationCode, Supplier<Byte> bytes) {
        byte[] cdb = new byte[length(operationCode)];
        cdb[0] = (byte) operationCode;
        for (int i = 1; i < cdb.length; i++) {
            byte next = bytes.get();
            cdb[i] = (next & 1) == 0 ? 0 : (byte) (next >> 1);
        }
        if (operationCode == WRITE_FILEMARKS) {
            cdb[2] = 0;
            cdb[3] = 0;
        }
        return Cdb.of(cdb);
    }

    private static int length(int operationCode) {
        return switch (operationCode >> 5) {
            case 0 -> 6;
            case 4 -> 16;
            case 5 -> 12;
            default -> 10;
        };
    }
}
