package io.capstan.tcmu;

import io.capstan.scsi.Cdb;

/** Which commands send data to the device; the ring does not say. */
final class DataDirection {

    private DataDirection() {}

    /**
     * Whether the command's buffer is a Data-Out Buffer. An operation code that is not listed counts as data-in, which
     * is the careful answer where the question is whether stale bytes could reach an initiator.
     */
    static boolean isDataOut(Cdb cdb) {
        return switch (cdb.operationCode()) {
            case 0x04, // FORMAT MEDIUM
                    0x0A, // WRITE(6)
                    0x13, // VERIFY(6)
                    0x15, // MODE SELECT(6)
                    0x1D, // SEND DIAGNOSTIC
                    0x3B, // WRITE BUFFER
                    0x4C, // LOG SELECT
                    0x55, // MODE SELECT(10)
                    0x5F, // PERSISTENT RESERVE OUT
                    0x8A, // WRITE(16)
                    0x8D, // WRITE ATTRIBUTE
                    0xA4, // MAINTENANCE OUT
                    0xB5, // SECURITY PROTOCOL OUT; on a changer REQUEST VOLUME ELEMENT ADDRESS
                    0xB6 -> // SEND VOLUME TAG
                    true;
            default -> false;
        };
    }
}
