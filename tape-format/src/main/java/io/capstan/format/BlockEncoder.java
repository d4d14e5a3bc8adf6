package io.capstan.format;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Turns blocks as a host writes them into the form in which records keep them. One owner thread. Buffers are kept from
 * block to block, until it is closed; it can be used again then.
 *
 * <p>Design note: blocks are gathered on the heap, because that is where the JDK's ciphers and checksums are fastest, and
 * zstd works there without another copy. Four bytes are left free before them for the checksum that an encrypted block
 * keeps among its data.
 */
public final class BlockEncoder implements AutoCloseable {

    static final int CRC_LENGTH_BYTES = 4;

    static final MemorySegment NO_EXTENSION = MemorySegment.ofArray(new byte[0]);
    private static final int BUFFER_LENGTH_MIN = 64 * 1024;

    private final BlockCompressor compressor = new BlockCompressor(BlockCompressor.LEVEL_DEFAULT);
    private final CRC32C crc = new CRC32C();
    private byte[] plain = new byte[0];
    private byte[] packed = new byte[0];
    private byte[] sealed = new byte[0];

    /**
     * Compresses a block.
     *
     * @param pieces the block's bytes in order, borrowed until return
     * @param lengthBytes their sum, 1 or more
     * @param protection logical block protection method, 0 for none
     * @return the compressed block, whose bytes are good until the next call; empty if it is better stored as it is
     */
    public Optional<EncodedBlock> compress(
            List<MemorySegment> pieces, int lengthBytes, int protection) {
        if (compressor.skips()) {
            return Optional.empty();
        }
        gather(pieces, lengthBytes);
        int packedBytes = pack(lengthBytes);
        if (packedBytes == 0) {
            return Optional.empty();
        }
        return Optional.of(
                new EncodedBlock(
                        RecordDescriptor.COMPRESSION_ZSTD,
                        RecordDescriptor.ENCRYPTION_NONE,
                        protection,
                        lengthBytes,
                        crcOfPlain(lengthBytes),
                        NO_EXTENSION,
                        MemorySegment.ofArray(packed).asSlice(CRC_LENGTH_BYTES, packedBytes)));
    }

    /**
     * Keeps a block as the host wrote it, and that it was protected.
     *
     * @param pieces the block's bytes in order, borrowed until return
     * @param lengthBytes their sum, 1 or more
     * @param protection logical block protection method
     * @return the block, whose bytes are good until the next call
     */
    public EncodedBlock protect(List<MemorySegment> pieces, int lengthBytes, int protection) {
        gather(pieces, lengthBytes);
        return new EncodedBlock(
                RecordDescriptor.COMPRESSION_NONE,
                RecordDescriptor.ENCRYPTION_NONE,
                protection,
                lengthBytes,
                crcOfPlain(lengthBytes),
                NO_EXTENSION,
                MemorySegment.ofArray(plain).asSlice(CRC_LENGTH_BYTES, lengthBytes));
    }

    /**
     * Encrypts a block.
     *
     * @param pieces the block's bytes in order, borrowed until return
     * @param lengthBytes their sum, 1 or more
     * @param protection logical block protection method, 0 for none
     * @param compress whether to compress it first, if that is worth it
     * @param description what it is to say of its encryption
     * @return the block, whose bytes are good until the next call
     */
    public EncodedBlock encrypt(
            List<MemorySegment> pieces,
            int lengthBytes,
            int protection,
            boolean compress,
            BlockCipher cipher,
            EncryptionDescription description) {
        gather(pieces, lengthBytes);
        int packedBytes = compress && !compressor.skips() ? pack(lengthBytes) : 0;
        boolean compressed = packedBytes > 0;
        byte[] clear = compressed ? packed : plain;
        int clearBytes = CRC_LENGTH_BYTES + (compressed ? packedBytes : lengthBytes);
        int compression =
                compressed ? RecordDescriptor.COMPRESSION_ZSTD : RecordDescriptor.COMPRESSION_NONE;
        LittleEndian.putU32(MemorySegment.ofArray(clear), 0, crcOfPlain(lengthBytes));
        sealed = atLeast(sealed, clearBytes + EncryptionExtensionDescriptor.TAG_LENGTH_BYTES);
        MemorySegment extension =
                MemorySegment.ofArray(
                        new byte
                                [EncryptionExtensionDescriptor.lengthBytes(
                                        description.authenticatedKad().length,
                                        description.unauthenticatedKad().length)]);
        cipher.seal(clear, clearBytes, sealed, extension, description, compression, lengthBytes);
        return new EncodedBlock(
                compression,
                RecordDescriptor.ENCRYPTION_AES_256_GCM,
                protection,
                lengthBytes,
                0,
                extension,
                MemorySegment.ofArray(sealed).asSlice(0, clearBytes));
    }

    /** Compresses the block that was gathered; 0 if it is better stored as it is. */
    private int pack(int lengthBytes) {
        packed = atLeast(packed, CRC_LENGTH_BYTES + BlockCompressor.targetLengthBytes(lengthBytes));
        int packedBytes =
                compressor.compress(plain, CRC_LENGTH_BYTES, lengthBytes, packed, CRC_LENGTH_BYTES);
        compressor.note(packedBytes > 0);
        return packedBytes;
    }

    /** Which knows how well data got smaller of late. */
    BlockCompressor compressor() {
        return compressor;
    }

    private void gather(List<MemorySegment> pieces, int lengthBytes) {
        plain = atLeast(plain, CRC_LENGTH_BYTES + lengthBytes);
        gather(pieces, lengthBytes, plain, CRC_LENGTH_BYTES);
    }

    static void gather(List<MemorySegment> pieces, int lengthBytes, byte[] target, int offset) {
        MemorySegment gathered = MemorySegment.ofArray(target);
        long at = offset;
        for (MemorySegment piece : pieces) {
            MemorySegment.copy(piece, 0, gathered, at, piece.byteSize());
            at += piece.byteSize();
        }
        assert at == offset + lengthBytes : at;
    }

    private int crcOfPlain(int lengthBytes) {
        crc.reset();
        crc.update(plain, CRC_LENGTH_BYTES, lengthBytes);
        return (int) crc.getValue();
    }

    /** {@code buffer} if it is long enough, else one that will be for a while. */
    static byte[] atLeast(byte[] buffer, int lengthBytes) {
        return buffer.length >= lengthBytes
                ? buffer
                : new byte[Math.max(BUFFER_LENGTH_MIN, lengthBytes + lengthBytes / 4)];
    }

    @Override
    public void close() {
        compressor.close();
        plain = new byte[0];
        packed = new byte[0];
        sealed = new byte[0];
    }
}
