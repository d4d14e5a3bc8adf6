package io.capstan.drive;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * LOGICAL BLOCK PROTECTION METHOD: how the last four bytes of a logical block on its way between host and
 * drive protect the others.
 *
 * @see "SSC-5, 4.2.29 Logical block protection; ECMA-319, annex D for the Reed-Solomon CRC"
 */
enum ProtectionMethod {
    NONE(0),

    /**
     * The Reed-Solomon code over GF(256) that LTO drives use on tape, big-endian. The field is that of the polynomial
     * 11Dh, the generator is (x + a^126) (x + a^127) (x + a^128) (x + a^129) = x^4 + 38h x^3 + CFh x^2 + 38h x + 01h.
     */
    REED_SOLOMON_CRC(1),

    /** CRC-32C (Castagnoli), little-endian as in iSCSI. */
    CRC32C(2);

    /** LOGICAL BLOCK PROTECTION INFORMATION LENGTH of every method but none. */
    static final int INFORMATION_LENGTH_BYTES = 4;

    private static final int FIELD_POLYNOMIAL = 0x11D;
    private static final int[] GENERATOR = {0x38, 0xCF, 0x38, 0x01};
    private static final int SLICES = 4;
    private static final int[][] TABLES = tables();
    private static final ValueLayout.OfInt BIG_ENDIAN =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final int code;

    ProtectionMethod(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static Optional<ProtectionMethod> of(int code) {
        return Arrays.stream(values()).filter(each -> each.code == code).findFirst();
    }

    /** Bytes of protection information behind each block. */
    int informationLengthBytes() {
        return this == NONE ? 0 : INFORMATION_LENGTH_BYTES;
    }

    /**
     * The protection information of a block, in the order in which it travels.
     *
     * @param pieces the block, borrowed until return
     */
    byte[] informationOf(List<MemorySegment> pieces) {
        byte[] information = new byte[INFORMATION_LENGTH_BYTES];
        switch (this) {
            case NONE -> throw new IllegalStateException("no protection");
            case REED_SOLOMON_CRC -> {
                int crc = reedSolomonCrc(pieces);
                for (int i = 0; i < information.length; i++) {
                    information[i] = (byte) (crc >>> (24 - 8 * i));
                }
            }
            case CRC32C -> {
                CRC32C crc = new CRC32C();
                pieces.forEach(piece -> crc.update(piece.asByteBuffer()));
                for (int i = 0; i < information.length; i++) {
                    information[i] = (byte) (crc.getValue() >>> (8 * i));
                }
            }
        }
        return information;
    }

    private static int reedSolomonCrc(List<MemorySegment> pieces) {
        int crc = 0;
        for (MemorySegment piece : pieces) {
            long lengthBytes = piece.byteSize();
            long at = 0;
            for (; at + SLICES <= lengthBytes; at += SLICES) {
                int next = crc ^ piece.get(BIG_ENDIAN, at);
                crc =
                        TABLES[3][next >>> 24]
                                ^ TABLES[2][(next >>> 16) & 0xFF]
                                ^ TABLES[1][(next >>> 8) & 0xFF]
                                ^ TABLES[0][next & 0xFF];
            }
            for (; at < lengthBytes; at++) {
                int next = (crc >>> 24) ^ (piece.get(ValueLayout.JAVA_BYTE, at) & 0xFF);
                crc = (crc << 8) ^ TABLES[0][next];
            }
        }
        return crc;
    }

    /** What a byte makes of the rest, 0 to 3 bytes further on. */
    private static int[][] tables() {
        int[][] tables = new int[SLICES][256];
        for (int value = 0; value < 256; value++) {
            int rest = 0;
            for (int coefficient : GENERATOR) {
                rest = (rest << 8) | product(value, coefficient);
            }
            tables[0][value] = rest;
        }
        for (int value = 0; value < 256; value++) {
            for (int slice = 1; slice < SLICES; slice++) {
                int before = tables[slice - 1][value];
                tables[slice][value] = (before << 8) ^ tables[0][before >>> 24];
            }
        }
        return tables;
    }

    private static int product(int one, int other) {
        int product = 0;
        int shifted = one;
        for (int bits = other; bits != 0; bits >>= 1) {
            product ^= (bits & 1) != 0 ? shifted : 0;
            shifted <<= 1;
            shifted ^= (shifted & 0x100) != 0 ? FIELD_POLYNOMIAL : 0;
        }
        return product;
    }
}
