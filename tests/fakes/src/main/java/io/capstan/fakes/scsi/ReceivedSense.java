package io.capstan.fakes.scsi;

import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.SenseData;
import io.capstan.scsi.SenseKey;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Sense data as an initiator gets it. */
public final class ReceivedSense {

    private ReceivedSense() {}

    /** Sense data of fixed format, as it was encoded. */
    public static SenseData decode(byte[] sense) {
        ByteBuffer bytes = ByteBuffer.wrap(sense);
        int flags = bytes.get(2);
        boolean valid = (bytes.get(0) & 0x80) != 0;
        int specific = bytes.getInt(14) & 0xFF_FFFF;
        return new SenseData(
                key(flags & 0xF),
                additional(bytes.get(12) & 0xFF, bytes.get(13) & 0xFF),
                (bytes.get(0) & 0x7F) == 0x71,
                (flags & 0x80) != 0,
                (flags & 0x40) != 0,
                (flags & 0x20) != 0,
                valid ? OptionalLong.of(bytes.getInt(3)) : OptionalLong.empty(),
                (specific & 0x80_0000) != 0 ? OptionalInt.of(specific) : OptionalInt.empty());
    }

    private static SenseKey key(int code) {
        return Arrays.stream(SenseKey.values())
                .filter(key -> key.code() == code)
                .findFirst()
                .orElseThrow();
    }

    private static AdditionalSense additional(int code, int qualifier) {
        return Arrays.stream(AdditionalSense.values())
                .filter(sense -> sense.code() == code && sense.qualifier() == qualifier)
                .findFirst()
                .orElseThrow();
    }
}
