package io.capstan.store;

import io.capstan.format.ChunkDigest;
import io.capstan.format.ChunkDirectory;
import io.capstan.format.ChunkDirectoryDescriptor;
import io.capstan.format.ChunkHeader;
import io.capstan.format.ChunkHeaderDescriptor;
import io.capstan.format.ChunkId;
import io.capstan.format.ChunkTrailer;
import io.capstan.format.ChunkTrailerDescriptor;
import io.capstan.format.Crc32c;
import io.capstan.format.RecordDescriptor;
import io.capstan.format.RecordKind;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Appends records to one chunk file, then seals it.
 *
 * <p>Appending copies into a buffer, which goes to the file when it is full or at {@link #synchronize}. The file is only
 * ever extended: bytes that were synchronized are never written again.
 *
 * <p>Faults. When the disk is full, an append throws {@link StoreException.NoSpace} and has done nothing; what was
 * appended before is held, and any later call tries again. After any other fault the writer is broken: every call
 * throws, and the file holds at least what the last {@link #synchronize} covered. The kernel may have dropped the pages it
 * could not write, so trying again would lose data silently.
 *
 * <p>One owner thread; it may hand the writer over to another for good, with a happens-before edge between.
 */
public final class ChunkWriter implements AutoCloseable {

    private final ChunkHeader header;
    private final Path file;
    private final FileIo io;
    private final FileIo.OpenFile open;
    private final WriteBuffers buffers;
    private final long chunkSizeBytes;
    private final int salt;
    private final ChunkIndex index = new ChunkIndex();
    private final ChunkDigest digest = new ChunkDigest();

    private MemorySegment buffer;

    /** Valid bytes in the buffer; the first of them belongs at {@link #flushedBytes} of the file. */
    private int bufferedBytes;

    private long flushedBytes;
    private long synchronizedBytes;
    private boolean directoryForced;
    private long byteCount;
    private OptionalLong endOfData = OptionalLong.empty();

    /** A synchronize was begun and has not succeeded yet. */
    private boolean synchronizing;

    private @Nullable Seal seal;
    private boolean broken;
    private boolean closed;

    /** What stands behind the records of a sealed chunk; kept, because a full disk may make writing it take two tries. */
    private record Seal(ChunkTrailer trailer, MemorySegment tail) {}

    ChunkWriter(
            ChunkHeader header,
            Path file,
            FileIo io,
            FileIo.OpenFile open,
            WriteBuffers buffers,
            long chunkSizeBytes) {
        this.header = header;
        this.file = file;
        this.io = io;
        this.open = open;
        this.buffers = buffers;
        this.chunkSizeBytes = chunkSizeBytes;
        this.salt = header.recordSalt();
        this.buffer = buffers.take();
        ChunkHeaderDescriptor.encode(buffer, 0, header);
        digest.chunkHeader(buffer, 0);
        bufferedBytes = ChunkHeaderDescriptor.HEADER_LENGTH_BYTES;
    }

    public ChunkHeader header() {
        return header;
    }

    public ChunkId id() {
        return header.chunk();
    }

    /** Number of the next object to be appended. */
    public long nextObjectNumber() {
        return header.firstObjectNumber() + index.objectCount();
    }

    /** Objects appended, synchronized or not. */
    public int objectCount() {
        return index.objectCount();
    }

    /** Filemarks appended, synchronized or not. */
    public int filemarkCount() {
        return index.filemarkCount();
    }

    /** Bytes of host data appended, synchronized or not. */
    public long byteCount() {
        return byteCount;
    }

    /** Bytes of the file with everything appended. */
    public long lengthBytes() {
        return flushedBytes + bufferedBytes;
    }

    /** Bytes appended that the last {@link #synchronize} did not cover. */
    public long unsynchronizedBytes() {
        return lengthBytes() - synchronizedBytes;
    }

    /** Whether the next object belongs into the next chunk. */
    public boolean isFull() {
        return lengthBytes() >= chunkSizeBytes
                || index.objectCount() >= ChunkDirectoryDescriptor.OBJECT_COUNT_MAX;
    }

    /**
     * Appends a block with the next object number.
     *
     * @param pieces the block's bytes in order, borrowed until return
     * @param lengthBytes their sum
     * @param protection logical block protection method, 0 for none
     */
    public void appendBlock(List<MemorySegment> pieces, int lengthBytes, int protection)
            throws StoreException {
        int recordLengthBytes = (int) RecordDescriptor.recordLengthBytes(0, lengthBytes);
        makeRoom(recordLengthBytes);
        int at = bufferedBytes;
        int dataAt = at + RecordDescriptor.HEADER_LENGTH_BYTES;
        long copied = 0;
        for (MemorySegment piece : pieces) {
            MemorySegment.copy(piece, 0, buffer, dataAt + copied, piece.byteSize());
            copied += piece.byteSize();
        }
        assert copied == lengthBytes : copied;
        buffer.asSlice(
                        dataAt + copied,
                        recordLengthBytes - RecordDescriptor.HEADER_LENGTH_BYTES - copied)
                .fill((byte) 0);
        // While the copy is still in the cache.
        int crc = Crc32c.of(buffer, dataAt, lengthBytes);
        RecordDescriptor.encodeBlock(
                buffer, at, lengthBytes(), nextObjectNumber(), lengthBytes, crc, protection, salt);
        index.addBlock(lengthBytes());
        byteCount += lengthBytes;
        appended(at, recordLengthBytes);
    }

    /** Appends a filemark with the next object number. */
    public void appendFilemark() throws StoreException {
        makeRoom(RecordDescriptor.HEADER_LENGTH_BYTES);
        int at = bufferedBytes;
        RecordDescriptor.encodeMark(
                buffer, at, RecordKind.FILEMARK, lengthBytes(), nextObjectNumber(), salt);
        index.addFilemark(lengthBytes());
        appended(at, RecordDescriptor.HEADER_LENGTH_BYTES);
    }

    /** Records that the partition's content ends at the next object number. */
    public void appendEndOfData() throws StoreException {
        makeRoom(RecordDescriptor.HEADER_LENGTH_BYTES);
        int at = bufferedBytes;
        RecordDescriptor.encodeMark(
                buffer, at, RecordKind.END_OF_DATA, lengthBytes(), nextObjectNumber(), salt);
        endOfData = OptionalLong.of(nextObjectNumber());
        appended(at, RecordDescriptor.HEADER_LENGTH_BYTES);
    }

    /** Puts everything appended, and the file's name, on stable storage. */
    public SyncPoint synchronize() throws StoreException {
        if (unsynchronizedBytes() > 0) {
            synchronizing = true;
            appendPadding();
            flush();
            force();
            synchronizing = false;
        }
        return syncPoint();
    }

    /**
     * Appends directory and trailer and puts all on stable storage; nothing can be appended afterwards. Closes the file.
     *
     * @return the trailer as it was written
     */
    public ChunkTrailer seal() throws StoreException {
        synchronize();
        Seal seal = this.seal == null ? encodeSeal() : this.seal;
        this.seal = seal;
        write(seal.tail());
        force();
        close();
        return seal.trailer();
    }

    private Seal encodeSeal() {
        ChunkDirectory directory = index.toDirectory();
        int directoryLengthBytes =
                ChunkDirectoryDescriptor.lengthBytes(
                        directory.objectCount(), directory.filemarkCount());
        MemorySegment tail =
                WriteBuffers.allocate(
                        directoryLengthBytes + ChunkTrailerDescriptor.TRAILER_LENGTH_BYTES);
        ChunkDirectoryDescriptor.encode(tail, 0, directory);
        ChunkTrailer trailer =
                new ChunkTrailer(
                        directory.objectCount(),
                        directory.filemarkCount(),
                        endOfData,
                        byteCount,
                        flushedBytes,
                        directoryLengthBytes,
                        Crc32c.of(tail, 0, directoryLengthBytes),
                        digest.finish());
        ChunkTrailerDescriptor.encode(tail, directoryLengthBytes, trailer, salt);
        return new Seal(trailer, tail);
    }

    /** Lets go of the file as it is, without synchronizing. Idempotent. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        buffers.give(buffer);
        try {
            open.close();
        } catch (IOException e) {
            // What counts was forced; a file that was not forced promises nothing.
            broken = true;
        }
    }

    private SyncPoint syncPoint() {
        return new SyncPoint(
                synchronizedBytes, index.objectCount(), index.filemarkCount(), byteCount);
    }

    /** Makes the buffer hold {@code recordLengthBytes} more, and leaves room for the padding behind. */
    private void makeRoom(int recordLengthBytes) throws StoreException {
        checkUsable();
        if (synchronizing) {
            // The disk was full behind the padding. A valid record behind padding says that all
            // before it was on stable
            // storage, so nothing may follow until that is true.
            synchronize();
        }
        if (seal != null) {
            throw new IllegalStateException("chunk " + id() + " is being sealed");
        }
        long needed = recordLengthBytes + 2L * ChunkHeaderDescriptor.ALIGNMENT_BYTES;
        if (bufferedBytes + needed <= buffer.byteSize()) {
            return;
        }
        flush();
        if (needed > buffer.byteSize()) {
            buffers.give(buffer);
            buffer = WriteBuffers.allocate(needed);
        }
    }

    private void appended(int bufferOffset, int recordLengthBytes) {
        digest.recordHeader(buffer, bufferOffset);
        bufferedBytes += recordLengthBytes;
    }

    private void appendPadding() throws StoreException {
        checkUsable();
        int padding =
                RecordDescriptor.paddingLengthBytes(
                        lengthBytes(), ChunkHeaderDescriptor.ALIGNMENT_BYTES);
        if (padding > 0) {
            int at = bufferedBytes;
            RecordDescriptor.encodePadding(
                    buffer, at, lengthBytes(), nextObjectNumber(), padding, salt);
            appended(at, padding);
        }
    }

    private void flush() throws StoreException {
        checkUsable();
        if (bufferedBytes > 0) {
            write(buffer.asSlice(0, bufferedBytes));
            flushedBytes += bufferedBytes;
            bufferedBytes = 0;
        }
    }

    private void write(MemorySegment bytes) throws StoreException {
        try {
            open.write(flushedBytes, bytes);
        } catch (FileIo.OutOfSpaceException e) {
            throw new StoreException.NoSpace(failure("write at " + flushedBytes, e), e);
        } catch (IOException e) {
            broken = true;
            throw new StoreException.WriteFailed(failure("write at " + flushedBytes, e), e);
        }
    }

    private void force() throws StoreException {
        try {
            open.force();
            if (!directoryForced) {
                io.forceDirectory(ChunkStore.parentOf(file));
                directoryForced = true;
            }
        } catch (IOException e) {
            // Whatever the reason, a full disk included: after a failed fsync nobody knows which
            // pages were kept.
            broken = true;
            throw new StoreException.WriteFailed(failure("force", e), e);
        }
        synchronizedBytes = flushedBytes;
    }

    private void checkUsable() throws StoreException {
        if (broken) {
            throw new StoreException.WriteFailed(
                    "chunk " + id() + " (" + file + "): an earlier write failed", null);
        }
        if (closed) {
            throw new IllegalStateException("chunk " + id() + " is closed");
        }
    }

    private String failure(String call, IOException cause) {
        return "chunk " + id() + " (" + file + "): " + call + ": " + cause.getMessage();
    }
}
