package io.capstan.format;

/**
 * The header of one record of a chunk file, as {@link RecordDescriptor} lays it out.
 *
 * @param kind what the record is
 * @param compression {@link RecordDescriptor#COMPRESSION_NONE} or a code this version may not know
 * @param encryption {@link RecordDescriptor#ENCRYPTION_NONE} or a code this version may not know
 * @param protection the logical block protection method the host wrote the block with, 0 for none
 * @param extensionLengthBytes a multiple of 8; the extension stands between header and stored data
 * @param logicalLengthBytes of the block as the host wrote it
 * @param storedLengthBytes of the stored data, after compression and encryption
 * @param logicalCrc32c of the block as the host wrote it
 * @param storedCrc32c of extension and stored data
 * @param fileOffsetBytes where in the chunk file this header stands
 * @param objectNumber of this object in its partition; for a record that is no object, of the next object
 */
public record RecordHeader(
        RecordKind kind,
        int compression,
        int encryption,
        int protection,
        int extensionLengthBytes,
        int logicalLengthBytes,
        int storedLengthBytes,
        int logicalCrc32c,
        int storedCrc32c,
        long fileOffsetBytes,
        long objectNumber) {

    /** Where in the chunk file the stored data begins. */
    public long dataOffsetBytes() {
        return fileOffsetBytes + RecordDescriptor.HEADER_LENGTH_BYTES + extensionLengthBytes;
    }

    /** Bytes of the whole record: header, extension, stored data and the zeros up to a multiple of 8. */
    public long recordLengthBytes() {
        return RecordDescriptor.recordLengthBytes(extensionLengthBytes, storedLengthBytes);
    }

    /** Where in the chunk file the next record begins. */
    public long endOffsetBytes() {
        return fileOffsetBytes + recordLengthBytes();
    }

    /** Whether only a key makes the stored data what the host wrote. */
    public boolean isEncrypted() {
        return encryption != RecordDescriptor.ENCRYPTION_NONE;
    }

    /** Whether the stored data are the host's own bytes. */
    public boolean isPlain() {
        return compression == RecordDescriptor.COMPRESSION_NONE
                && encryption == RecordDescriptor.ENCRYPTION_NONE;
    }
}
