package io.capstan.scsi.spc;

import io.capstan.scsi.Task;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads a parameter list that an initiator sent, big-endian, by offset; a list that ends inside a field is a PARAMETER
 * LIST LENGTH ERROR.
 */
public final class ParameterListReader {

    private final byte[] bytes;

    private ParameterListReader(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A list over {@code bytes}, which are not copied. */
    public static ParameterListReader of(byte[] bytes) {
        return new ParameterListReader(bytes);
    }

    /**
     * Copies the parameter list of a command.
     *
     * @param parameterListLengthBytes what the CDB says
     * @throws CheckConditionException PARAMETER LIST LENGTH ERROR if the transport delivered less
     */
    public static ParameterListReader of(Task task, long parameterListLengthBytes) {
        task.dataOut().wanted(parameterListLengthBytes);
        if (parameterListLengthBytes > task.dataOut().lengthBytes()) {
            throw CheckConditionException.parameterListLengthError();
        }
        return new ParameterListReader(
                task.dataOut().toByteArray(Math.toIntExact(parameterListLengthBytes)));
    }

    public int lengthBytes() {
        return bytes.length;
    }

    public int u8(int offset) {
        require(offset, 1);
        return bytes[offset] & 0xFF;
    }

    /** Whether bit {@code bit} (7 is the most significant) of byte {@code offset} is one. */
    public boolean bit(int offset, int bit) {
        return (u8(offset) >> bit & 1) != 0;
    }

    public int u16(int offset) {
        require(offset, 2);
        return u8(offset) << 8 | u8(offset + 1);
    }

    public int u24(int offset) {
        require(offset, 3);
        return u8(offset) << 16 | u16(offset + 1);
    }

    public long u32(int offset) {
        require(offset, 4);
        return (long) u16(offset) << 16 | u16(offset + 2);
    }

    public long u64(int offset) {
        require(offset, 8);
        return u32(offset) << 32 | u32(offset + 4);
    }

    /** A copy of a range. */
    public byte[] bytes(int offset, int count) {
        require(offset, count);
        return Arrays.copyOfRange(bytes, offset, offset + count);
    }

    /** A range as ASCII, blanks and zeros at its end removed. */
    public String ascii(int offset, int count) {
        String text = new String(bytes(offset, count), StandardCharsets.US_ASCII);
        int end = text.length();
        while (end > 0 && (text.charAt(end - 1) == ' ' || text.charAt(end - 1) == 0)) {
            end--;
        }
        return text.substring(0, end);
    }

    /**
     * Demands that a range lies inside the list.
     *
     * @throws CheckConditionException PARAMETER LIST LENGTH ERROR if it does not
     */
    public void require(int offset, int count) {
        if (offset < 0 || count < 0 || offset > bytes.length - count) {
            throw CheckConditionException.parameterListLengthError();
        }
    }
}
