package io.capstan.format;

import java.io.IOException;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A walk through the records of a chunk file from one offset to the end of its content, which steps over damage: behind
 * a record that is not valid it goes on with the next place, at a multiple of 8, where a valid header of this chunk
 * stands. The zeros of padding are not looked at: nothing depends on them. One owner thread; uses the reader's buffer.
 */
public final class RecordWalk {

    /** Read ahead where data are stepped over unread. */
    private static final int HEADERS_ONLY_READ_AHEAD_BYTES = 4096;

    private static final int READ_AHEAD_BYTES = 256 * 1024;

    private final FileBytes file;
    private final ChunkHeader chunk;
    private final int salt;
    private final long endBytes;
    private final long dataVerifiedFromBytes;
    private final CRC32C crc = new CRC32C();
    private long positionBytes;
    private long nextObjectNumber;
    private boolean afterLoss;

    /**
     * @param dataVerifiedFromBytes data of records before this file offset are not read
     */
    RecordWalk(
            FileBytes file,
            ChunkHeader chunk,
            long positionBytes,
            long nextObjectNumber,
            long endBytes,
            long dataVerifiedFromBytes) {
        this.file = file;
        this.chunk = chunk;
        this.salt = chunk.recordSalt();
        this.positionBytes = positionBytes;
        this.nextObjectNumber = nextObjectNumber;
        this.endBytes = endBytes;
        this.dataVerifiedFromBytes = dataVerifiedFromBytes;
    }

    /** The number of the object that should come next, were nothing lost. */
    public long nextObjectNumber() {
        return nextObjectNumber;
    }

    /** The next step, or empty at the end of the content. */
    public Optional<RecordStep> next() throws IOException {
        return positionBytes < endBytes ? Optional.of(step()) : Optional.empty();
    }

    private RecordStep step() throws IOException {
        RecordHeader header;
        try {
            header = headerAt(positionBytes);
        } catch (FormatException fault) {
            return lost(fault);
        }
        Optional<FormatException> badData = verifyData(header);
        positionBytes = header.endOffsetBytes();
        nextObjectNumber = header.objectNumber() + (header.kind().isObject() ? 1 : 0);
        afterLoss = false;
        return badData.<RecordStep>map(fault -> new RecordStep.BadData(header, fault))
                .orElseGet(() -> new RecordStep.Whole(header));
    }

    private RecordStep lost(FormatException fault) throws IOException {
        long from = positionBytes;
        positionBytes = resynchronize(from + RecordDescriptor.RECORD_ALIGNMENT_BYTES);
        afterLoss = true;
        return new RecordStep.Lost(from, positionBytes, fault);
    }

    private long resynchronize(long fromBytes) throws IOException {
        long last = endBytes - RecordDescriptor.HEADER_LENGTH_BYTES;
        for (long offset = fromBytes;
                offset <= last;
                offset += RecordDescriptor.RECORD_ALIGNMENT_BYTES) {
            file.require(offset, RecordDescriptor.HEADER_LENGTH_BYTES);
            if (RecordDescriptor.isHeader(file.buffered(), file.indexOf(offset), offset, salt)
                    && isPossibleAt(offset)) {
                return offset;
            }
        }
        return endBytes;
    }

    private boolean isPossibleAt(long offset) throws IOException {
        try {
            afterLoss = true;
            headerAt(offset);
            return true;
        } catch (FormatException _) {
            return false;
        }
    }

    private RecordHeader headerAt(long offset) throws IOException {
        if (endBytes - offset < RecordDescriptor.HEADER_LENGTH_BYTES) {
            throw new FormatException(
                    file.source(), offset, "record header", "content ends within it");
        }
        file.require(
                offset,
                RecordDescriptor.HEADER_LENGTH_BYTES,
                offset < dataVerifiedFromBytes ? HEADERS_ONLY_READ_AHEAD_BYTES : READ_AHEAD_BYTES);
        RecordHeader header =
                RecordDescriptor.decode(
                        file.buffered(), file.indexOf(offset), file.source(), offset, salt);
        if (header.endOffsetBytes() > endBytes) {
            throw new FormatException(
                    file.source(), offset, "record end", "content ends before it, at " + endBytes);
        }
        checkObjectNumber(header);
        return header;
    }

    private void checkObjectNumber(RecordHeader header) throws FormatException {
        long number = header.objectNumber();
        int indexMax =
                ChunkDirectoryDescriptor.OBJECT_COUNT_MAX - (header.kind().isObject() ? 1 : 0);
        boolean inOrder =
                (number == nextObjectNumber || (afterLoss && number > nextObjectNumber))
                        && number - chunk.firstObjectNumber() <= indexMax;
        if (!inOrder) {
            throw new FormatException(
                    file.source(),
                    header.fileOffsetBytes() + RecordDescriptor.OBJECT_NUMBER_OFFSET,
                    "object number",
                    number + " where " + nextObjectNumber + " comes next");
        }
    }

    private Optional<FormatException> verifyData(RecordHeader header) throws IOException {
        if (header.fileOffsetBytes() < dataVerifiedFromBytes
                || header.kind() == RecordKind.PADDING) {
            return Optional.empty();
        }
        long from = header.fileOffsetBytes() + RecordDescriptor.HEADER_LENGTH_BYTES;
        long length = (long) header.extensionLengthBytes() + header.storedLengthBytes();
        crc.reset();
        file.addTo(crc, from, length);
        int computed = (int) crc.getValue();
        if (computed != header.storedCrc32c()) {
            return Optional.of(
                    new FormatException(
                            file.source(),
                            from,
                            "stored crc32c of object " + header.objectNumber(),
                            "%08x stored, %08x computed"
                                    .formatted(header.storedCrc32c(), computed)));
        }
        return Optional.empty();
    }
}
