package io.capstan.format;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;

/** Bytes written by hand. */
final class Hex {

    private Hex() {}

    static byte[] bytes(String text) {
        return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
    }

    static MemorySegment segment(String text) {
        return MemorySegment.ofArray(bytes(text));
    }
}
