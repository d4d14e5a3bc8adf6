package io.capstan.smart.collect;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Fields of what a disk answered, at the offsets that its standard gives, in that standard's byte order: SCSI's is big-endian, ATA's
 * and NVMe's little-endian. All numbers are unsigned.
 */
final class Fields {

    static final Fields NONE = new Fields(new byte[0], 0, 0, true);

    private final byte[] bytes;
    private final int from;
    private final int lengthBytes;
    private final boolean isBigEndian;

    private Fields(byte[] bytes, int from, int lengthBytes, boolean isBigEndian) {
        this.bytes = bytes;
        this.from = from;
        this.lengthBytes = lengthBytes;
        this.isBigEndian = isBigEndian;
    }

    /** Of bytes that are not changed any more. */
    static Fields bigEndian(byte[] bytes) {
        return new Fields(bytes, 0, bytes.length, true);
    }

    /** Of bytes that are not changed any more. */
    static Fields littleEndian(byte[] bytes) {
        return new Fields(bytes, 0, bytes.length, false);
    }

    int lengthBytes() {
        return lengthBytes;
    }

    /** What is from an offset on to the end; nothing behind the end. */
    Fields from(int at) {
        int skipped = Math.min(at, lengthBytes);
        return new Fields(bytes, from + skipped, lengthBytes - skipped, isBigEndian);
    }

    Fields part(int at, int partBytes) {
        checkWithin(at, partBytes);
        return new Fields(bytes, from + at, partBytes, isBigEndian);
    }

    private void checkWithin(int at, int count) {
        if (at < 0 || count < 0 || count > lengthBytes - at) {
            throw new IndexOutOfBoundsException(
                    "%d bytes at %d of %d".formatted(count, at, lengthBytes));
        }
    }

    /** One byte. */
    int u8(int at) {
        return (int) number(at, 1);
    }

    /** Two bytes. */
    int u16(int at) {
        return (int) number(at, 2);
    }

    /** Four bytes. */
    long u32(int at) {
        return number(at, 4);
    }

    /** Some bytes, of which no field of a disk has ever needed more than 63 bits; the greatest long if one does. */
    long number(int at, int count) {
        checkWithin(at, count);
        long value = 0;
        for (int index = 0; index < count; index++) {
            if (value >>> 55 != 0) {
                return Long.MAX_VALUE;
            }
            int next = isBigEndian ? at + index : at + count - 1 - index;
            value = value << 8 | (bytes[from + next] & 0xff);
        }
        return value;
    }

    /** ASCII characters, without the blanks around them. */
    String text(int at, int count) {
        checkWithin(at, count);
        return text(Arrays.copyOfRange(bytes, from + at, from + at + count));
    }

    /** ATA's way: the first character of each pair is in the upper byte of a word. */
    String swappedText(int at, int count) {
        checkWithin(at, count);
        byte[] text = new byte[count];
        for (int index = 0; index < count; index++) {
            text[index] = bytes[from + at + (index ^ 1)];
        }
        return text(text);
    }

    private static String text(byte[] ascii) {
        return new String(ascii, StandardCharsets.US_ASCII).replace('\0', ' ').strip();
    }

    /** All of it, byte by byte. */
    String hex() {
        return HexFormat.of().formatHex(bytes, from, from + lengthBytes);
    }

    /** The sum of all bytes. */
    int sum() {
        int sum = 0;
        for (int at = from; at < from + lengthBytes; at++) {
            sum += bytes[at] & 0xff;
        }
        return sum;
    }
}
