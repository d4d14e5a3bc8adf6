package io.capstan.tcmu;

import java.io.IOException;

/** A call on a ring failed; carries the errno that libcapstan gave. */
final class RingException extends IOException {

    /** The errno values whose meaning {@code capstan.h} defines for an open ring. */
    static final int ENODEV = 19;

    static final int EPROTO = 71;
    static final int ESTALE = 116;

    private final int errno;

    RingException(String call, int errno) {
        super(call + ": " + describe(errno));
        this.errno = errno;
    }

    int errno() {
        return errno;
    }

    /** Whether the ring's content cannot be trusted any more and a reset is due. */
    boolean isRingCorrupt() {
        return errno == EPROTO;
    }

    /** Whether the kernel has reset the ring behind our back. */
    boolean isRingReset() {
        return errno == ESTALE;
    }

    private static String describe(int errno) {
        return switch (errno) {
            case 1, 13 -> "not permitted: run as root (errno " + errno + ")";
            case 2 -> "no such device (errno 2)";
            case 16 -> "another process serves this device (errno 16)";
            case ENODEV -> "the kernel removed the device (errno 19)";
            case EPROTO -> "the ring is corrupt (errno 71)";
            case 93 -> "not a TCMU mailbox of version 2 (errno 93)";
            case 95 -> "the kernel's TCMU lacks a feature of Linux 5.8 (errno 95)";
            case ESTALE -> "the kernel has reset the ring (errno 116)";
            default -> "errno " + errno;
        };
    }
}
