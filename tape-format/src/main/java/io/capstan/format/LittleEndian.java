package io.capstan.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The byte order of every multi-byte integer of the format, said once. The one exception is the container id, which is
 * an identity and no number: its sixteen bytes are written in the order in which it is printed.
 */
final class LittleEndian {

    private static final ValueLayout.OfShort U16 =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong U64 =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong U64_BIG_ENDIAN =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private LittleEndian() {}

    static int u8(MemorySegment segment, long offset) {
        return segment.get(ValueLayout.JAVA_BYTE, offset) & 0xFF;
    }

    static int u16(MemorySegment segment, long offset) {
        return segment.get(U16, offset) & 0xFFFF;
    }

    static int i32(MemorySegment segment, long offset) {
        return segment.get(U32, offset);
    }

    static long u32(MemorySegment segment, long offset) {
        return segment.get(U32, offset) & 0xFFFF_FFFFL;
    }

    static long u64(MemorySegment segment, long offset) {
        return segment.get(U64, offset);
    }

    static void putU8(MemorySegment segment, long offset, int value) {
        segment.set(ValueLayout.JAVA_BYTE, offset, (byte) value);
    }

    static void putU16(MemorySegment segment, long offset, int value) {
        segment.set(U16, offset, (short) value);
    }

    static void putU32(MemorySegment segment, long offset, int value) {
        segment.set(U32, offset, value);
    }

    static void putU64(MemorySegment segment, long offset, long value) {
        segment.set(U64, offset, value);
    }

    static ContainerId containerId(MemorySegment segment, long offset) {
        return new ContainerId(
                segment.get(U64_BIG_ENDIAN, offset), segment.get(U64_BIG_ENDIAN, offset + 8));
    }

    static void putContainerId(MemorySegment segment, long offset, ContainerId id) {
        segment.set(U64_BIG_ENDIAN, offset, id.mostSignificantBits());
        segment.set(U64_BIG_ENDIAN, offset + 8, id.leastSignificantBits());
    }
}
