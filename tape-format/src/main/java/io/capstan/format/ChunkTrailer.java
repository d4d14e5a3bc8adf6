package io.capstan.format;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.OptionalLong;

/**
 * The trailer of a sealed chunk, as {@link ChunkTrailerDescriptor} lays it out.
 *
 * @param objectCount blocks and filemarks
 * @param filemarkCount filemarks among them
 * @param endOfDataObjectNumber where the last end-of-data record of the chunk says the partition ended, if there is one
 * @param storedByteCount bytes of stored data in the blocks
 * @param contentLengthBytes of header and records, which is where the directory begins
 * @param directoryLengthBytes see {@link ChunkDirectoryDescriptor#lengthBytes}
 * @param digest SHA-256, see {@link ChunkDigest}; kept, not copied
 */
public record ChunkTrailer(
        int objectCount,
        int filemarkCount,
        OptionalLong endOfDataObjectNumber,
        long storedByteCount,
        long contentLengthBytes,
        int directoryLengthBytes,
        int directoryCrc32c,
        byte[] digest) {

    /** The digest in hexadecimal. */
    public String digestText() {
        return HexFormat.of().formatHex(digest);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChunkTrailer that
                && objectCount == that.objectCount
                && filemarkCount == that.filemarkCount
                && endOfDataObjectNumber.equals(that.endOfDataObjectNumber)
                && storedByteCount == that.storedByteCount
                && contentLengthBytes == that.contentLengthBytes
                && directoryLengthBytes == that.directoryLengthBytes
                && directoryCrc32c == that.directoryCrc32c
                && Arrays.equals(digest, that.digest);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(digest);
    }
}
