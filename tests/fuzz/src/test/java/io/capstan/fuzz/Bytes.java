package io.capstan.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** What is done to the bytes of a file for a fuzzer. */
final class Bytes {

    private static final int EDITS_MAX = 20;
    private static final int EDIT_LENGTH_MAX = 16;

    private Bytes() {}

    /** A copy of {@code base} with some bytes replaced, and perhaps its end cut off. */
    static byte[] edited(byte[] base, FuzzedDataProvider input) {
        byte[] bytes = base.clone();
        for (int i = 0; i < EDITS_MAX && input.remainingBytes() > 0; i++) {
            int at = input.consumeInt(0, bytes.length - 1);
            byte[] edit = input.consumeBytes(Math.min(EDIT_LENGTH_MAX, bytes.length - at));
            System.arraycopy(edit, 0, bytes, at, edit.length);
        }
        return bytes;
    }

    /** Makes a CRC-32C right: little-endian, behind the bytes it is of. */
    static void sign(byte[] bytes, int from, int to) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, to - from);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(to, (int) crc.getValue());
    }
}
