package io.capstan.format;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * As {@link Crc32c}, for whoever takes the checksums of many parts of one segment: nothing is allocated until it is another
 * segment. One owner thread.
 */
public final class Checksum {

    private final CRC32C crc = new CRC32C();
    private MemorySegment segment = MemorySegment.NULL;
    private ByteBuffer bytes = segment.asByteBuffer();

    /**
     * CRC-32C of a part of a segment.
     *
     * @param of of no more than 2 GiB; borrowed until another one is given
     */
    public int crc32c(MemorySegment of, int offset, int lengthBytes) {
        if (!of.equals(segment)) {
            segment = of;
            bytes = of.asByteBuffer();
        }
        crc.reset();
        crc.update(bytes.limit(offset + lengthBytes).position(offset));
        return (int) crc.getValue();
    }
}
