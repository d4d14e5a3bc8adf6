package io.capstan.store;

import io.capstan.format.Checksum;
import io.capstan.format.ChunkDigest;
import io.capstan.format.ChunkDirectory;
import io.capstan.format.ChunkDirectoryDescriptor;
import io.capstan.format.ChunkHeader;
import io.capstan.format.ChunkHeaderDescriptor;
import io.capstan.format.ChunkId;
import io.capstan.format.ChunkTrailer;
import io.capstan.format.ChunkTrailerDescriptor;
import io.capstan.format.Crc32c;
import io.capstan.format.DiskId;
import io.capstan.format.EncodedBlock;
import io.capstan.format.RecordDescriptor;
import io.capstan.format.RecordKind;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Appends records to one chunk file, then seals it.
 *
 * <p>Appending copies into a buffer. The whole pages of a full buffer are on their way to the file while the next buffer
 * fills, which begins with what was left over; {@link #synchronize} writes the rest and waits. Bytes that were synchronized
 * are never written again.
 *
 * <p>Faults. When the disk is full, an append throws {@link StoreException.NoSpace} and has done nothing; what was
 * appended before is held, and any later call tries again. That the disk is full may come to light some appends later. After any other fault the writer is broken: every call
 * throws, and the file holds at least what the last {@link #synchronize} covered. The kernel may have dropped the pages it
 * could not write, so trying again would lose data silently.
 *
 * <p>One owner thread; it may hand the writer over to another for good, with a happens-before edge between.
 */
public final class ChunkWriter implements AutoCloseable {

    /** With these the disk always has a next write to go on with. */
    private static final int UNDER_WAY_FEW = 3;

    /**
     * What a host sends while the disk does nothing but flush its cache for the chunk before, which can take as long as writing
     * that chunk did.
     */
    private static final int UNDER_WAY_MANY = 16;

    private final ChunkHeader header;
    private final Path file;
    private final MirroredFile open;
    private final WriteBuffers buffers;
    private final long chunkSizeBytes;
    private final int salt;
    private final ChunkIndex index = new ChunkIndex();
    private final ChunkDigest digest = new ChunkDigest();
    private final Checksum checksum = new Checksum();

    /** Full buffers on their way to the file, oldest first. */
    private final ArrayDeque<Sent> sent = new ArrayDeque<>();

    /** The disk was full: none of {@link #sent} is under way, and any of them may have to be written again. */
    private boolean sentIsUnwritten;

    private MemorySegment buffer;

    /** Valid bytes in the buffer; the first of them belongs at {@link #sentBytes} of the file. */
    private int bufferedBytes;

    /** Bytes of the file that were written or are on their way: whole pages. */
    private long sentBytes;

    private long synchronizedBytes;
    private boolean directoryForced;
    private long byteCount;
    private OptionalLong endOfData = OptionalLong.empty();

    /** A synchronize was begun and has not succeeded yet. */
    private boolean synchronizing;

    private @Nullable Seal seal;
    private boolean broken;
    private boolean closed;

    /** Pages from the beginning of a buffer, which belong at {@code position} of the file. */
    private record Sent(MemorySegment buffer, int lengthBytes, long position) {

        MemorySegment pages() {
            return buffer.asSlice(0, lengthBytes);
        }
    }

    /** What stands behind the records of a sealed chunk; kept, because a full disk may make writing it take two tries. */
    private record Seal(ChunkTrailer trailer, MemorySegment tail) {}

    ChunkWriter(
            ChunkHeader header,
            Path file,
            MirroredFile open,
            WriteBuffers buffers,
            long chunkSizeBytes) {
        this.header = header;
        this.file = file;
        this.open = open;
        this.buffers = buffers;
        this.chunkSizeBytes = chunkSizeBytes;
        this.salt = header.recordSalt();
        this.buffer = buffers.take(ChunkHeaderDescriptor.HEADER_LENGTH_BYTES);
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

    /** The disks that have a copy with everything that was written; fewer after a disk failed. Any thread. */
    public List<DiskId> disks() {
        return open.disks();
    }

    /** Whether a disk failed since the chunk was begun, so that it has fewer copies than it was to have. Any thread. */
    public boolean hasLostCopies() {
        return open.hasLostCopies();
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

    /** Bytes of stored data appended, synchronized or not. */
    public long byteCount() {
        return byteCount;
    }

    /** Bytes of the file with everything appended. */
    public long lengthBytes() {
        return sentBytes + bufferedBytes;
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
        clear(dataAt + lengthBytes, at + recordLengthBytes);
        // While the copy is still in the cache.
        int crc = checksum.crc32c(buffer, dataAt, lengthBytes);
        RecordDescriptor.encodeBlock(
                buffer, at, lengthBytes(), nextObjectNumber(), lengthBytes, crc, protection, salt);
        index.addBlock(lengthBytes());
        byteCount += lengthBytes;
        appended(at, recordLengthBytes);
    }

    /**
     * Appends a block in the form in which it is to be kept, with the next object number.
     *
     * @param block borrowed until return
     */
    public void appendBlock(EncodedBlock block) throws StoreException {
        int extensionBytes = (int) block.extension().byteSize();
        int recordLengthBytes = block.recordLengthBytes();
        makeRoom(recordLengthBytes);
        int at = bufferedBytes;
        int extensionAt = at + RecordDescriptor.HEADER_LENGTH_BYTES;
        int dataAt = extensionAt + extensionBytes;
        int endOfData = dataAt + block.storedLengthBytes();
        MemorySegment.copy(block.extension(), 0, buffer, extensionAt, extensionBytes);
        MemorySegment.copy(block.stored(), 0, buffer, dataAt, block.storedLengthBytes());
        clear(endOfData, at + recordLengthBytes);
        RecordDescriptor.encodeBlock(
                buffer,
                at,
                lengthBytes(),
                nextObjectNumber(),
                block,
                checksum.crc32c(buffer, extensionAt, endOfData - extensionAt),
                salt);
        index.addBlock(lengthBytes());
        byteCount += block.storedLengthBytes();
        appended(at, recordLengthBytes);
    }

    /** The few bytes from the end of a record's data to the end of the record. */
    private void clear(int from, int to) {
        for (int at = from; at < to; at++) {
            buffer.set(ValueLayout.JAVA_BYTE, at, (byte) 0);
        }
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
            writeRest();
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
        write(sentBytes, seal.tail());
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
                        sentBytes,
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
        try (open) {
            open.awaitWrites(0);
        } catch (IOException e) {
            // What counts was forced; a file that was not forced promises nothing.
            broken = true;
        }
        sent.forEach(pages -> buffers.give(pages.buffer()));
        sent.clear();
        buffers.give(buffer);
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
        if (sentIsUnwritten) {
            awaitSent(underWayMax());
        }
        long needed = recordLengthBytes + 2L * ChunkHeaderDescriptor.ALIGNMENT_BYTES;
        if (bufferedBytes + needed > buffer.byteSize()) {
            changeBuffers(needed);
        }
    }

    /** Sends the whole pages of the buffer, and goes on in another with what is left over. */
    private void changeBuffers(long neededBytes) throws StoreException {
        awaitSent(underWayMax() - 1);
        int leftOverBytes = bufferedBytes % FileIo.PAGE_BYTES;
        int pagesBytes = bufferedBytes - leftOverBytes;
        MemorySegment full = buffer;
        MemorySegment next = buffers.take(leftOverBytes + neededBytes);
        MemorySegment.copy(full, pagesBytes, next, 0, leftOverBytes);
        Sent pages = new Sent(full, pagesBytes, sentBytes);
        buffer = next;
        bufferedBytes = leftOverBytes;
        sentBytes += pagesBytes;
        if (pagesBytes == 0) {
            buffers.give(full);
            return;
        }
        sent.add(pages);
        try {
            open.submit(pages.position(), pages.pages());
        } catch (IOException e) {
            throw sendingFailed(e);
        }
    }

    /** Buffers that may be on their way: all drives together have no more memory than that of a few with many. */
    private int underWayMax() {
        return buffers.isPlenty() ? UNDER_WAY_MANY : UNDER_WAY_FEW;
    }

    /** Waits until at most so many buffers are on their way; begins again with all of them after the disk was full. */
    private void awaitSent(int underWayMax) throws StoreException {
        try {
            if (sentIsUnwritten) {
                for (Sent pages : sent) {
                    open.submit(pages.position(), pages.pages());
                }
                sentIsUnwritten = false;
            }
            open.awaitWrites(underWayMax);
        } catch (IOException e) {
            throw sendingFailed(e);
        }
        while (sent.size() > underWayMax) {
            buffers.give(sent.remove().buffer());
        }
    }

    private StoreException sendingFailed(IOException fault) {
        IOException worst = fault;
        try {
            open.awaitWrites(0);
        } catch (IOException another) {
            if (worst instanceof FileIo.OutOfSpaceException) {
                worst = another;
            }
        }
        sentIsUnwritten = true;
        return writeFailed(sent.isEmpty() ? sentBytes : sent.getFirst().position(), worst);
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

    /** Writes what is in the buffer, on this thread, and waits for what is on its way. */
    private void writeRest() throws StoreException {
        checkUsable();
        if (bufferedBytes > 0) {
            write(sentBytes, buffer.asSlice(0, bufferedBytes));
            sentBytes += bufferedBytes;
            bufferedBytes = 0;
        }
        awaitSent(0);
    }

    private void write(long position, MemorySegment bytes) throws StoreException {
        try {
            open.write(position, bytes);
        } catch (IOException e) {
            throw writeFailed(position, e);
        }
    }

    private StoreException writeFailed(long position, IOException fault) {
        String message = failure("write at " + position, fault);
        if (fault instanceof FileIo.OutOfSpaceException) {
            return new StoreException.NoSpace(message, fault);
        }
        broken = true;
        return new StoreException.WriteFailed(message, fault);
    }

    private void force() throws StoreException {
        try {
            open.force();
            if (!directoryForced) {
                open.forceNames();
                directoryForced = true;
            }
        } catch (IOException e) {
            // Whatever the reason, a full disk included: after a failed fsync nobody knows which
            // pages were kept.
            broken = true;
            throw new StoreException.WriteFailed(failure("force", e), e);
        }
        synchronizedBytes = sentBytes;
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
