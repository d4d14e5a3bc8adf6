package io.capstan.format;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Reads one chunk file with nothing but the file at hand, and verifies all it gives. One owner thread at a time.
 *
 * <p>Design note: files are read with positional reads, not mapped, because a sector that cannot be read must be an
 * {@link IOException} with an offset and not a fault of the process.
 */
public final class ChunkFileReader implements AutoCloseable {

    private static final int HEADER_READ_BYTES = 4096;

    private final FileSource source;
    private final FileBytes file;
    private final ChunkHeader header;
    private final int salt;
    private final Optional<ChunkTrailer> trailer;
    private final BlockDecompressor decompressor = new BlockDecompressor();
    private byte[] stored = new byte[0];
    private byte[] plain = new byte[0];

    private ChunkFileReader(FileSource source, String name, Optional<ChunkHeader> known)
            throws IOException {
        this.source = source;
        this.file = new FileBytes(source, name);
        this.header = readHeader(name, known);
        this.salt = header.recordSalt();
        this.trailer = readTrailer();
    }

    /**
     * Opens a chunk file.
     *
     * @throws FormatException if it has no valid chunk header of a version known here
     */
    public static ChunkFileReader open(Path path) throws IOException {
        return open(
                FileSource.of(FileChannel.open(path, StandardOpenOption.READ)), path.toString());
    }

    /**
     * Opens a chunk file.
     *
     * @param source given: closed with the reader, and also when this throws
     * @param name the file, for messages
     */
    public static ChunkFileReader open(FileSource source, String name) throws IOException {
        return open(source, name, Optional.empty());
    }

    /**
     * Opens a chunk file of which the catalog knows what its header should say. A damaged header is then no reason to lose
     * the records behind it: they are salted with the chunk's identity and verified one by one, so a file of another chunk
     * gives nothing wrong.
     *
     * @param source given: closed with the reader, and also when this throws
     * @param name the file, for messages
     * @param known stands in for a header that is damaged
     */
    public static ChunkFileReader open(FileSource source, String name, ChunkHeader known)
            throws IOException {
        return open(source, name, Optional.of(known));
    }

    private static ChunkFileReader open(FileSource source, String name, Optional<ChunkHeader> known)
            throws IOException {
        try {
            return new ChunkFileReader(source, name, known);
        } catch (IOException | RuntimeException e) {
            source.close();
            throw e;
        }
    }

    private ChunkHeader readHeader(String name, Optional<ChunkHeader> known) throws IOException {
        try {
            file.require(
                    0,
                    ChunkHeaderDescriptor.HEADER_LENGTH_BYTES,
                    ChunkHeaderDescriptor.HEADER_LENGTH_BYTES);
            return ChunkHeaderDescriptor.decode(file.buffered(), file.indexOf(0), name);
        } catch (FormatException damage) {
            return known.orElseThrow(() -> damage);
        }
    }

    public ChunkHeader header() {
        return header;
    }

    /** The trailer, if the chunk is sealed. */
    public Optional<ChunkTrailer> trailer() {
        return trailer;
    }

    public boolean isSealed() {
        return trailer.isPresent();
    }

    /** Length of the file when it was opened. */
    public long fileLengthBytes() {
        return file.lengthBytes();
    }

    private Optional<ChunkTrailer> readTrailer() throws IOException {
        long offset = file.lengthBytes() - ChunkTrailerDescriptor.TRAILER_LENGTH_BYTES;
        if (offset < ChunkHeaderDescriptor.HEADER_LENGTH_BYTES) {
            return Optional.empty();
        }
        try {
            file.require(
                    offset,
                    ChunkTrailerDescriptor.TRAILER_LENGTH_BYTES,
                    ChunkTrailerDescriptor.TRAILER_LENGTH_BYTES);
            ChunkTrailer found =
                    ChunkTrailerDescriptor.decode(
                            file.buffered(), file.indexOf(offset), file.source(), offset, salt);
            boolean ends = found.contentLengthBytes() + found.directoryLengthBytes() == offset;
            return ends ? Optional.of(found) : Optional.empty();
        } catch (FormatException _) {
            return Optional.empty();
        }
    }

    /** Walks all records, verifying headers and data. */
    public RecordWalk walk() {
        return walk(
                ChunkHeaderDescriptor.HEADER_LENGTH_BYTES,
                header.firstObjectNumber(),
                ChunkHeaderDescriptor.HEADER_LENGTH_BYTES);
    }

    /**
     * Walks the records from one on.
     *
     * @param fromBytes file offset of a record
     * @param nextObjectNumber of the first object from there on
     * @param dataVerifiedFromBytes data of records before this file offset are stepped over unread
     */
    public RecordWalk walk(long fromBytes, long nextObjectNumber, long dataVerifiedFromBytes) {
        return new RecordWalk(
                file,
                header,
                fromBytes,
                nextObjectNumber,
                contentEndBytes(),
                dataVerifiedFromBytes);
    }

    private long contentEndBytes() {
        return trailer.map(ChunkTrailer::contentLengthBytes).orElse(file.lengthBytes());
    }

    /**
     * The content: from the directory if the chunk is sealed and the directory intact, otherwise by walking and
     * verifying all records.
     */
    public ChunkContent content() throws IOException {
        if (trailer.isPresent()) {
            try {
                return sealedContent(readDirectory(), trailer.get());
            } catch (FormatException _) {
                return scan(ChunkHeaderDescriptor.HEADER_LENGTH_BYTES);
            }
        }
        return scan(ChunkHeaderDescriptor.HEADER_LENGTH_BYTES);
    }

    private static ChunkContent sealedContent(ChunkDirectory directory, ChunkTrailer trailer) {
        return new ChunkContent(
                directory,
                trailer.filemarkCount(),
                trailer.endOfDataObjectNumber(),
                trailer.storedByteCount(),
                trailer.contentLengthBytes(),
                ChunkContent.Tail.SEALED,
                Optional.empty(),
                List.of());
    }

    /**
     * The content, found by walking the records whether the chunk is sealed or not.
     *
     * @param stableLengthBytes content known to have been synchronized, at least the chunk header: data of records in it
     *     are not read again, and what is invalid in it is damage and never a torn tail
     */
    public ChunkContent scan(long stableLengthBytes) throws IOException {
        RecordWalk walk =
                walk(
                        ChunkHeaderDescriptor.HEADER_LENGTH_BYTES,
                        header.firstObjectNumber(),
                        stableLengthBytes);
        return new ContentScan(file, header, walk, stableLengthBytes, trailer).run();
    }

    /**
     * Reads the directory of a sealed chunk.
     *
     * @throws FormatException if the chunk is not sealed, or the directory is damaged
     */
    public ChunkDirectory readDirectory() throws IOException {
        ChunkTrailer sealed =
                trailer.orElseThrow(() ->
                        new FormatException(
                                file.source(),
                                file.lengthBytes(),
                                "trailer",
                                "chunk is not sealed"));
        byte[] bytes = new byte[sealed.directoryLengthBytes()];
        MemorySegment segment = MemorySegment.ofArray(bytes);
        file.readFully(segment, sealed.contentLengthBytes());
        return ChunkDirectoryDescriptor.decode(segment, 0, file.source(), sealed);
    }

    /**
     * Reads and verifies the record header of an object.
     *
     * @param directory of this chunk
     * @param objectIndex from 0 on, in this chunk
     * @throws FormatException if the header is damaged, lost, or not that of this object
     */
    public RecordHeader readHeader(ChunkDirectory directory, int objectIndex) throws IOException {
        long objectNumber = header.firstObjectNumber() + objectIndex;
        if (directory.isLost(objectIndex)) {
            throw new FormatException(
                    file.source(), 0, "object " + objectNumber, "its record is lost");
        }
        RecordHeader found = readHeader(directory.fileOffsetBytes(objectIndex));
        RecordKind expected =
                directory.isFilemark(objectIndex) ? RecordKind.FILEMARK : RecordKind.BLOCK;
        if (found.objectNumber() != objectNumber || found.kind() != expected) {
            throw new FormatException(
                    file.source(),
                    found.fileOffsetBytes(),
                    "object " + objectNumber,
                    "directory leads to " + found.kind() + " " + found.objectNumber());
        }
        return found;
    }

    private RecordHeader readHeader(long fileOffsetBytes) throws IOException {
        // Long records are far apart and short ones share a page: to read more would be to read
        // the data twice.
        file.require(fileOffsetBytes, RecordDescriptor.HEADER_LENGTH_BYTES, HEADER_READ_BYTES);
        return RecordDescriptor.decode(
                file.buffered(),
                file.indexOf(fileOffsetBytes),
                file.source(),
                fileOffsetBytes,
                salt);
    }

    /**
     * Reads and verifies the data of a block, as the host wrote them.
     *
     * @param target borrowed; {@code block.logicalLengthBytes()} are written at {@code offset}, also when verification
     *     then fails: do not use them in that case
     * @throws FormatException if the data are damaged, cut off, encrypted, or transformed in a way this version cannot
     *     undo
     */
    public void readData(RecordHeader block, MemorySegment target, long offset) throws IOException {
        if (block.isPlain()) {
            readPlain(block, target.asSlice(offset, block.storedLengthBytes()));
        } else if (block.encryption() == RecordDescriptor.ENCRYPTION_NONE
                && block.compression() == RecordDescriptor.COMPRESSION_ZSTD) {
            readCompressed(block, target.asSlice(offset, block.logicalLengthBytes()));
        } else {
            throw cannotUndo(block);
        }
    }

    /**
     * Verifies the data of a block where they are in memory already, as {@link FileSource#view} shows them.
     *
     * @return the data as the host wrote them, in order, good until the next call of any method here or of the source; empty
     *     if they have to be transformed, or read first: use {@link #readData} then
     * @throws FormatException if the data are damaged
     */
    public List<MemorySegment> viewData(RecordHeader block) throws FormatException {
        if (!block.isPlain() || block.extensionLengthBytes() != 0) {
            return List.of();
        }
        List<MemorySegment> pieces = file.view(block.dataOffsetBytes(), block.storedLengthBytes());
        if (!pieces.isEmpty()) {
            int crc = Crc32c.of(pieces);
            requirePlainCrc(block, crc, crc);
        }
        return pieces;
    }

    private void readPlain(RecordHeader block, MemorySegment data) throws IOException {
        file.readFully(data, block.dataOffsetBytes());
        int logical = Crc32c.of(data, 0, data.byteSize());
        // Without an extension both checksums are of the same bytes.
        boolean same = block.extensionLengthBytes() == 0;
        requirePlainCrc(block, same ? logical : crcWithExtension(block, data), logical);
    }

    private void requirePlainCrc(RecordHeader block, int stored, int logical)
            throws FormatException {
        requireCrc(block, "stored crc32c", block.storedCrc32c(), stored);
        requireCrc(block, "logical crc32c", block.logicalCrc32c(), logical);
    }

    private int crcWithExtension(RecordHeader block, MemorySegment data) throws IOException {
        CRC32C crc = new CRC32C();
        file.addTo(
                crc,
                block.fileOffsetBytes() + RecordDescriptor.HEADER_LENGTH_BYTES,
                block.extensionLengthBytes());
        crc.update(data.asByteBuffer());
        return (int) crc.getValue();
    }

    private void readCompressed(RecordHeader block, MemorySegment data) throws IOException {
        EncodedBlock encoded = readEncoded(block);
        int lengthBytes = block.logicalLengthBytes();
        plain = BlockEncoder.atLeast(plain, lengthBytes);
        try {
            decompressor.decompress(
                    stored,
                    block.extensionLengthBytes(),
                    encoded.storedLengthBytes(),
                    plain,
                    lengthBytes);
        } catch (BlockDecompressor.BadDataException damage) {
            throw new FormatException(
                    file.source(),
                    block.dataOffsetBytes(),
                    "compressed data of object " + block.objectNumber(),
                    String.valueOf(damage.getMessage()));
        }
        MemorySegment whole = MemorySegment.ofArray(plain).asSlice(0, lengthBytes);
        requireCrc(
                block, "logical crc32c", block.logicalCrc32c(), Crc32c.of(whole, 0, lengthBytes));
        data.copyFrom(whole);
    }

    /**
     * Reads and verifies a block as it is stored, its transformation not undone.
     *
     * @return a block whose bytes are good until the next call of any method here
     * @throws FormatException if they are damaged or cut off
     */
    public EncodedBlock readEncoded(RecordHeader block) throws IOException {
        int extensionBytes = block.extensionLengthBytes();
        int lengthBytes = extensionBytes + block.storedLengthBytes();
        stored = BlockEncoder.atLeast(stored, lengthBytes);
        MemorySegment whole = MemorySegment.ofArray(stored).asSlice(0, lengthBytes);
        file.readFully(whole, block.fileOffsetBytes() + RecordDescriptor.HEADER_LENGTH_BYTES);
        requireCrc(block, "stored crc32c", block.storedCrc32c(), Crc32c.of(whole, 0, lengthBytes));
        return new EncodedBlock(
                block.compression(),
                block.encryption(),
                block.protection(),
                block.logicalLengthBytes(),
                block.logicalCrc32c(),
                whole.asSlice(0, extensionBytes),
                whole.asSlice(extensionBytes));
    }

    private FormatException cannotUndo(RecordHeader block) {
        return new FormatException(
                file.source(),
                block.fileOffsetBytes(),
                "transformation of object " + block.objectNumber(),
                "this version cannot undo compression %d, encryption %d"
                        .formatted(block.compression(), block.encryption()));
    }

    private void requireCrc(RecordHeader block, String field, int stored, int computed)
            throws FormatException {
        if (stored != computed) {
            throw new FormatException(
                    file.source(),
                    block.dataOffsetBytes(),
                    field + " of object " + block.objectNumber(),
                    "%08x stored, %08x computed".formatted(stored, computed));
        }
    }

    @Override
    public void close() throws IOException {
        decompressor.close();
        source.close();
    }
}
