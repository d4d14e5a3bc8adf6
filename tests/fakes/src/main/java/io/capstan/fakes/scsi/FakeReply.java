package io.capstan.fakes.scsi;

import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.SenseData;
import io.capstan.scsi.SenseKey;
import io.capstan.scsi.Status;
import java.util.HexFormat;

/**
 * What an initiator got for a command.
 *
 * @param data the valid bytes of the Data-In Buffer
 */
public record FakeReply(CommandResult result, byte[] data) {

    public boolean isGood() {
        return result.status() == Status.GOOD;
    }

    public boolean isUnitAttention() {
        return result.sense().map(sense -> sense.key() == SenseKey.UNIT_ATTENTION).orElse(false);
    }

    /**
     * The sense data.
     *
     * @throws AssertionError if the command did not end with CHECK CONDITION
     */
    public SenseData sense() {
        return result.sense()
                .orElseThrow(() -> new AssertionError("no sense data, but " + result.status()));
    }

    /** Sense key and additional sense code in the usual short form, {@code 05/24/00}, or the status by name. */
    public String outcome() {
        return result.sense().map(FakeReply::threeBytes).orElseGet(() -> result.status().name());
    }

    /** The data in hexadecimal, bytes parted by blanks. */
    public String hex() {
        return HexFormat.ofDelimiter(" ").withUpperCase().formatHex(data);
    }

    public int u8(int offset) {
        return data[offset] & 0xFF;
    }

    public int u16(int offset) {
        return u8(offset) << 8 | u8(offset + 1);
    }

    public int u24(int offset) {
        return u8(offset) << 16 | u16(offset + 1);
    }

    public long u32(int offset) {
        return (long) u16(offset) << 16 | u16(offset + 2);
    }

    public long u64(int offset) {
        return u32(offset) << 32 | u32(offset + 4);
    }

    /** Outcome and data, for assertion messages. */
    @Override
    public String toString() {
        return data.length == 0 ? outcome() : outcome() + " " + hex();
    }

    private static String threeBytes(SenseData sense) {
        AdditionalSense additional = sense.additionalSense();
        return "%02X/%02X/%02X"
                .formatted(sense.key().code(), additional.code(), additional.qualifier());
    }
}
