package io.capstan.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A block in the form in which a record keeps it, with what the record's header says of it. Whoever hands one out says
 * how long its bytes stay what they are.
 *
 * @param compression code of the compression that the stored data went through
 * @param encryption code of the encryption that the stored data went through, after compression
 * @param protection the logical block protection method the host wrote the block with, 0 for none
 * @param logicalLengthBytes of the block as the host wrote it
 * @param logicalCrc32c of the block as the host wrote it; 0 in an encrypted block, which keeps it among its stored data
 * @param extension what the transformation needs to be undone, a multiple of 8 bytes
 * @param stored the stored data
 */
public record EncodedBlock(
        int compression,
        int encryption,
        int protection,
        int logicalLengthBytes,
        int logicalCrc32c,
        MemorySegment extension,
        MemorySegment stored) {

    /** Bytes of the stored data, which is what a block takes of its medium's capacity. */
    public int storedLengthBytes() {
        return (int) stored.byteSize();
    }

    /** The same block over bytes of its own. */
    public EncodedBlock copy() {
        return new EncodedBlock(
                compression,
                encryption,
                protection,
                logicalLengthBytes,
                logicalCrc32c,
                MemorySegment.ofArray(extension.toArray(ValueLayout.JAVA_BYTE)),
                MemorySegment.ofArray(stored.toArray(ValueLayout.JAVA_BYTE)));
    }

    /** Bytes of the whole record. */
    public int recordLengthBytes() {
        return (int) RecordDescriptor.recordLengthBytes(extension.byteSize(), stored.byteSize());
    }
}
