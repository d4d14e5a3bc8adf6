package io.capstan.store;

import io.capstan.buffer.DataIn;
import io.capstan.buffer.LentBytes;
import io.capstan.format.ChunkContent;
import io.capstan.format.ChunkDirectory;
import io.capstan.format.ChunkFileReader;
import io.capstan.format.ChunkHeader;
import io.capstan.format.ChunkId;
import io.capstan.format.EncodedBlock;
import io.capstan.format.FormatException;
import io.capstan.format.RecordDescriptor;
import io.capstan.format.RecordHeader;
import io.capstan.format.RecordKind;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads objects of one chunk and verifies every one before it gives a byte of it. A damaged record fails alone: those
 * before and behind it are found by the chunk's directory, or where that is damaged too, by searching.
 *
 * <p>One owner thread at a time.
 */
public final class ChunkReader implements AutoCloseable {

    private static final int SCRATCH_MIN_BYTES = 1 << 20;

    /** A shorter block is verified in less time than getting ready takes. */
    private static final int PREPARED_MIN_BYTES = 32 << 10;

    private final ChunkId chunk;
    private final ReadAhead source;
    private final ChunkFileReader file;
    private final ChunkContent content;
    private MemorySegment scratch = MemorySegment.NULL;
    private @Nullable Prepared prepared;

    /**
     * A verified block that is likely to be read next.
     *
     * @param data as the host wrote them
     */
    private record Prepared(int objectIndex, RecordHeader header, LentBytes data) {}

    private ChunkReader(
            ChunkId chunk, ReadAhead source, ChunkFileReader file, ChunkContent content) {
        this.chunk = chunk;
        this.source = source;
        this.file = file;
        this.content = content;
    }

    /**
     * @param known stands in for the file's header where that is damaged
     */
    static ChunkReader open(
            FileIo io, WriteBuffers buffers, Path path, ChunkId chunk, Optional<ChunkHeader> known)
            throws StoreException {
        try {
            ReadAhead source = new ReadAhead(io.openToReadUncached(path), buffers);
            ChunkFileReader file =
                    known.isPresent()
                            ? ChunkFileReader.open(source, path.toString(), known.get())
                            : ChunkFileReader.open(source, path.toString());
            try {
                requireIdentity(file.header(), path, chunk);
                return new ChunkReader(chunk, source, file, file.content());
            } catch (IOException | RuntimeException e) {
                file.close();
                throw e;
            }
        } catch (IOException e) {
            throw asStoreException(chunk, e);
        }
    }

    static void requireIdentity(ChunkHeader header, Path path, ChunkId chunk)
            throws FormatException {
        if (!header.chunk().equals(chunk)) {
            throw new FormatException(
                    path.toString(), 0, "chunk header", "file holds chunk " + header.chunk());
        }
    }

    static StoreException asStoreException(ChunkId chunk, IOException fault) {
        return switch (fault) {
            case StoreException already -> already;
            case FormatException damage ->
                    new StoreException.Corrupt(
                            chunk, "chunk " + chunk + ": " + damage.getMessage(), damage);
            default ->
                    new StoreException.ReadFailed(
                            "chunk " + chunk + ": " + fault.getMessage(), fault);
        };
    }

    public ChunkHeader header() {
        return file.header();
    }

    /** Whether the chunk has its trailer. */
    public boolean isSealed() {
        return file.isSealed();
    }

    /** SHA-256 of a sealed chunk, as {@link io.capstan.format.ChunkDigest} defines it. */
    public Optional<byte[]> digest() {
        return file.trailer().map(trailer -> trailer.digest().clone());
    }

    /** Length of the file. */
    public long lengthBytes() {
        return file.fileLengthBytes();
    }

    /** Blocks and filemarks, damaged ones included. */
    public int objectCount() {
        return content.directory().objectCount();
    }

    /** Which objects are filemarks. */
    public ChunkDirectory directory() {
        return content.directory();
    }

    /** Bytes of stored data of all blocks. */
    public long byteCount() {
        return content.storedByteCount();
    }

    /** Where the chunk says its partition ended, if it does. */
    public OptionalLong endOfDataObjectNumber() {
        return content.endOfDataObjectNumber();
    }

    /** Damage found when the chunk had to be scanned; empty for a chunk opened by its directory. */
    public List<FormatException> damage() {
        return content.damage();
    }

    /**
     * Reads and verifies one object; of an encrypted block the header alone, and {@link #readEncoded} the rest.
     *
     * @param objectIndex from 0 in this chunk
     * @param target takes the first {@code lengthMaxBytes} of a block at {@code targetOffset}; borrowed until return, and
     *     none of it counts when this throws
     * @return the record's header: what it is, and a block's whole length
     * @throws StoreException.Corrupt if it is not what was written
     */
    public RecordHeader read(int objectIndex, DataIn target, long targetOffset, int lengthMaxBytes)
            throws StoreException {
        Prepared ready = takePrepared();
        if (ready != null && ready.objectIndex() == objectIndex) {
            deliver(ready.data(), ready.header(), target, targetOffset, lengthMaxBytes);
            return ready.header();
        }
        giveBack(ready);
        try {
            RecordHeader header = file.readHeader(content.directory(), objectIndex);
            if (header.kind() == RecordKind.BLOCK && !header.isEncrypted()) {
                deliver(header, target, targetOffset, lengthMaxBytes);
            }
            return header;
        } catch (IOException e) {
            throw asStoreException(chunk, e);
        }
    }

    /**
     * Verifies a block that is likely to be read next, if its data are in memory already and need nothing but that. What is
     * wrong with it is for the one to tell who reads it.
     *
     * @param objectIndex from 0 in this chunk, or one that it does not have
     */
    public void prepare(int objectIndex) {
        Prepared ready = prepared;
        if (objectIndex >= objectCount()
                || (ready != null && ready.objectIndex() == objectIndex)
                || !isAhead(objectIndex)) {
            return;
        }
        giveBack(takePrepared());
        try {
            RecordHeader header = file.readHeader(content.directory(), objectIndex);
            if (header.kind() == RecordKind.BLOCK && !file.viewData(header).isEmpty()) {
                prepared = new Prepared(objectIndex, header, source.lendViewed());
            }
        } catch (IOException e) {
            // It is read again.
        }
    }

    private boolean isAhead(int objectIndex) {
        ChunkDirectory directory = content.directory();
        if (directory.isLost(objectIndex)) {
            return false;
        }
        boolean isLast = objectIndex + 1 == directory.objectCount();
        long from = directory.fileOffsetBytes(objectIndex);
        long to =
                isLast || directory.isLost(objectIndex + 1)
                        ? content.contentLengthBytes()
                        : directory.fileOffsetBytes(objectIndex + 1);
        return to - from >= PREPARED_MIN_BYTES && source.isAhead(from, to);
    }

    private @Nullable Prepared takePrepared() {
        Prepared ready = prepared;
        prepared = null;
        return ready;
    }

    private static void giveBack(@Nullable Prepared ready) {
        if (ready != null) {
            ready.data().giveBack();
        }
    }

    /**
     * Reads and verifies a block as it is stored, its transformation not undone.
     *
     * @param objectIndex of a block, from 0 in this chunk
     * @return the block, good until the next call
     * @throws StoreException.Corrupt if it is not what was written
     */
    public EncodedBlock readEncoded(int objectIndex) throws StoreException {
        try {
            return file.readEncoded(file.readHeader(content.directory(), objectIndex));
        } catch (IOException e) {
            throw asStoreException(chunk, e);
        }
    }

    /** Verifies one object as {@link #read} does, and delivers nothing. */
    public RecordHeader verify(int objectIndex) throws StoreException {
        RecordHeader header = read(objectIndex, DataIn.none(), 0, 0);
        if (header.isEncrypted()) {
            readEncoded(objectIndex);
        }
        return header;
    }

    /** Bytes of stored data before an object of this chunk; reads the headers before it. */
    public long bytesBefore(int objectIndex) throws StoreException {
        if (objectIndex == objectCount()) {
            return byteCount();
        }
        long bytes = 0;
        try {
            for (int index = 0; index < objectIndex; index++) {
                if (!content.directory().isLost(index)) {
                    bytes += file.readHeader(content.directory(), index).storedLengthBytes();
                }
            }
        } catch (IOException e) {
            throw asStoreException(chunk, e);
        }
        return bytes;
    }

    private void deliver(RecordHeader header, DataIn target, long targetOffset, int lengthMaxBytes)
            throws IOException {
        int lengthBytes = header.logicalLengthBytes();
        if (lengthMaxBytes >= lengthBytes) {
            if (target.takesLoan(targetOffset, lengthMaxBytes)
                    && !file.viewData(header).isEmpty()) {
                target.lend(source.lendViewed());
                return;
            }
            List<MemorySegment> pieces = target.slice(targetOffset, lengthBytes);
            if (pieces.size() == 1) {
                file.readData(header, pieces.getFirst(), 0);
                return;
            }
        }
        MemorySegment whole = scratch(lengthBytes);
        file.readData(header, whole, 0);
        copy(whole, 0, lengthBytes, target, targetOffset, lengthMaxBytes);
    }

    private static void deliver(
            LentBytes data,
            RecordHeader header,
            DataIn target,
            long targetOffset,
            int lengthMaxBytes) {
        if (lengthMaxBytes >= header.logicalLengthBytes()
                && target.takesLoan(targetOffset, lengthMaxBytes)) {
            target.lend(data);
            return;
        }
        long at = 0;
        for (MemorySegment piece : data.pieces()) {
            copy(piece, at, piece.byteSize(), target, targetOffset, lengthMaxBytes);
            at += piece.byteSize();
        }
        data.giveBack();
    }

    /** Copies bytes of a block, from {@code at} of it on, as far as the block is wanted. */
    private static void copy(
            MemorySegment bytes,
            long at,
            long lengthBytes,
            DataIn target,
            long targetOffset,
            int lengthMaxBytes) {
        long wantedBytes = Math.min(lengthBytes, lengthMaxBytes - at);
        if (wantedBytes <= 0) {
            return;
        }
        long copied = 0;
        for (MemorySegment piece : target.slice(targetOffset + at, wantedBytes)) {
            MemorySegment.copy(bytes, copied, piece, 0, piece.byteSize());
            copied += piece.byteSize();
        }
    }

    private MemorySegment scratch(int lengthBytes) {
        if (scratch.byteSize() < lengthBytes) {
            scratch =
                    WriteBuffers.allocate(
                            Math.clamp(
                                    2L * lengthBytes,
                                    SCRATCH_MIN_BYTES,
                                    RecordDescriptor.BLOCK_LENGTH_MAX));
        }
        return scratch;
    }

    @Override
    public void close() throws StoreException {
        giveBack(takePrepared());
        try {
            file.close();
        } catch (IOException e) {
            throw asStoreException(chunk, e);
        }
    }
}
