package io.capstan.format;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/** Makes chunk files in memory, as a store would write them. */
public final class ChunkBuilder {

    public static final ContainerId CONTAINER =
            ContainerId.parse("00112233445566778899aabbccddeeff");
    public static final MediumDescription MEDIUM =
            new MediumDescription(
                    new VolumeIdentifier("CAP001L8"), 0x88, 0x5E, 12_000_000_000_000L, 2, false);
    public static final long CREATED_EPOCH_MILLIS = 1_700_000_000_000L;

    private final ChunkHeader header;
    private final int salt;
    private final List<Long> objectOffsets = new ArrayList<>();
    private final List<Integer> filemarks = new ArrayList<>();
    private final ChunkDigest digest = new ChunkDigest();
    private byte[] file = new byte[ChunkHeaderDescriptor.HEADER_LENGTH_BYTES];
    private OptionalLong endOfData = OptionalLong.empty();
    private long storedBytes;

    private ChunkBuilder(ChunkHeader header) {
        this.header = header;
        this.salt = header.recordSalt();
        ChunkHeaderDescriptor.encode(segment(), 0, header);
        digest.chunkHeader(segment(), 0);
    }

    public static ChunkBuilder of(ChunkHeader header) {
        return new ChunkBuilder(header);
    }

    /** The first chunk of partition 0. */
    public static ChunkBuilder first() {
        return at(1, 0, 0, 0);
    }

    public static ChunkBuilder at(
            long sequence, long firstObject, long firstFilemark, long firstByte) {
        return of(header(sequence, 1, 0, firstObject, firstFilemark, firstByte));
    }

    public static ChunkHeader header(
            long sequence,
            long generation,
            int partition,
            long firstObject,
            long firstFilemark,
            long firstByte) {
        return new ChunkHeader(
                new ChunkId(CONTAINER, sequence),
                ContainerKind.CARTRIDGE,
                generation,
                partition,
                firstObject,
                firstFilemark,
                firstByte,
                MEDIUM,
                CREATED_EPOCH_MILLIS);
    }

    /** Bytes that differ by place and by {@code seed}. */
    public static byte[] data(int length, int seed) {
        byte[] data = new byte[length];
        for (int i = 0; i < length; i++) {
            data[i] = (byte) (seed * 31 + i * 7 + (i >>> 8));
        }
        return data;
    }

    public ChunkBuilder block(byte[] data) {
        long offset = grow(RecordDescriptor.recordLengthBytes(0, data.length));
        int crc = Crc32c.of(MemorySegment.ofArray(data), 0, data.length);
        RecordDescriptor.encodeBlock(
                segment(), offset, offset, nextObject(), data.length, crc, 0, salt);
        System.arraycopy(
                data, 0, file, (int) offset + RecordDescriptor.HEADER_LENGTH_BYTES, data.length);
        objectOffsets.add(offset);
        storedBytes += data.length;
        digest.recordHeader(segment(), offset);
        return this;
    }

    public ChunkBuilder filemark() {
        long offset = grow(RecordDescriptor.HEADER_LENGTH_BYTES);
        RecordDescriptor.encodeMark(
                segment(), offset, RecordKind.FILEMARK, offset, nextObject(), salt);
        filemarks.add(objectOffsets.size());
        objectOffsets.add(offset);
        digest.recordHeader(segment(), offset);
        return this;
    }

    public ChunkBuilder endOfData() {
        long offset = grow(RecordDescriptor.HEADER_LENGTH_BYTES);
        RecordDescriptor.encodeMark(
                segment(), offset, RecordKind.END_OF_DATA, offset, nextObject(), salt);
        endOfData = OptionalLong.of(nextObject());
        digest.recordHeader(segment(), offset);
        return this;
    }

    /** A block in a form of its own. */
    public ChunkBuilder block(EncodedBlock block) {
        long offset = grow(block.recordLengthBytes());
        long extensionAt = offset + RecordDescriptor.HEADER_LENGTH_BYTES;
        long dataAt = extensionAt + block.extension().byteSize();
        segment().asSlice(extensionAt).copyFrom(block.extension());
        segment().asSlice(dataAt).copyFrom(block.stored());
        int crc =
                Crc32c.of(
                        segment(),
                        extensionAt,
                        block.extension().byteSize() + block.storedLengthBytes());
        RecordDescriptor.encodeBlock(segment(), offset, offset, nextObject(), block, crc, salt);
        objectOffsets.add(offset);
        storedBytes += block.storedLengthBytes();
        digest.recordHeader(segment(), offset);
        return this;
    }

    /** A block whose header claims a transformation; the data are stored as given. */
    public ChunkBuilder transformed(byte[] stored, int logicalLength, int compression) {
        long offset = grow(RecordDescriptor.recordLengthBytes(8, stored.length));
        int dataOffset = (int) offset + RecordDescriptor.HEADER_LENGTH_BYTES + 8;
        System.arraycopy(stored, 0, file, dataOffset, stored.length);
        RecordHeader record =
                new RecordHeader(
                        RecordKind.BLOCK,
                        compression,
                        0,
                        0,
                        8,
                        logicalLength,
                        stored.length,
                        0x12345678,
                        Crc32c.of(segment(), dataOffset - 8, stored.length + 8L),
                        offset,
                        nextObject());
        RecordDescriptor.encode(segment(), offset, record, salt);
        objectOffsets.add(offset);
        storedBytes += stored.length;
        digest.recordHeader(segment(), offset);
        return this;
    }

    /** Ends at a synchronize point. */
    public ChunkBuilder synchronize() {
        int length =
                RecordDescriptor.paddingLengthBytes(
                        file.length, ChunkHeaderDescriptor.ALIGNMENT_BYTES);
        if (length > 0) {
            long offset = grow(length);
            RecordDescriptor.encodePadding(segment(), offset, offset, nextObject(), length, salt);
            digest.recordHeader(segment(), offset);
        }
        return this;
    }

    public ChunkBuilder seal() {
        int contentLength = file.length;
        ChunkDirectory directory = directory();
        int directoryLength =
                ChunkDirectoryDescriptor.lengthBytes(
                        directory.objectCount(), directory.filemarkCount());
        grow(directoryLength);
        ChunkDirectoryDescriptor.encode(segment(), contentLength, directory);
        int crc = Crc32c.of(segment(), contentLength, directoryLength);
        long trailerOffset = grow(ChunkTrailerDescriptor.TRAILER_LENGTH_BYTES);
        ChunkTrailerDescriptor.encode(
                segment(),
                trailerOffset,
                new ChunkTrailer(
                        directory.objectCount(),
                        directory.filemarkCount(),
                        endOfData,
                        storedBytes,
                        contentLength,
                        directoryLength,
                        crc,
                        digest.finish()),
                salt);
        return this;
    }

    public ChunkHeader header() {
        return header;
    }

    public ChunkDirectory directory() {
        return ChunkDirectory.of(
                objectOffsets.stream().mapToLong(Long::longValue).toArray(),
                filemarks.stream().mapToInt(Integer::intValue).toArray());
    }

    public int lengthBytes() {
        return file.length;
    }

    public byte[] bytes() {
        return file.clone();
    }

    private long nextObject() {
        return header.firstObjectNumber() + objectOffsets.size();
    }

    private long grow(long length) {
        long offset = file.length;
        file = Arrays.copyOf(file, (int) (offset + length));
        return offset;
    }

    private MemorySegment segment() {
        return MemorySegment.ofArray(file);
    }
}
