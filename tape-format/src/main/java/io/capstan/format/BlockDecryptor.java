package io.capstan.format;

import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Turns encrypted blocks into what a host wrote, given its key. One owner thread. What was derived from the key last is
 * kept for the next block, until {@link #forget}; buffers until it is closed. It can be used again after both.
 */
public final class BlockDecryptor implements AutoCloseable {

    /** How opening a block ended. */
    public enum Outcome {
        /** The block is in {@link #data}. */
        OPENED,
        /** The key is another than the one the block was sealed with. */
        WRONG_KEY,
        /** The key is right, but block and tag do not belong together: somebody changed it. */
        NOT_AUTHENTIC,
        /** The tag is right, but what it covers is not a block of the length and checksum it should have. */
        BAD_DATA,
        /** The block is not encrypted in a way known here. */
        UNKNOWN
    }

    private final BlockDecompressor decompressor = new BlockDecompressor();
    private final CRC32C crc = new CRC32C();
    private @Nullable DataKey keyOfCipher;
    private @Nullable BlockCipher cipher;
    private byte[] sealed = new byte[0];
    private byte[] clear = new byte[0];
    private byte[] plain = new byte[0];
    private MemorySegment data = MemorySegment.NULL;

    /** Whether {@code key} is the one a block was sealed with. */
    public boolean isKeyOf(EncodedBlock block, DataKey key) {
        return EncryptionDescription.of(block).isPresent()
                && cipherOf(block.extension(), key).isKeyOf(block.extension());
    }

    /**
     * Decrypts and decompresses a block.
     *
     * @param block borrowed until return
     * @param key borrowed; {@link #forget} before it is closed
     */
    public Outcome open(EncodedBlock block, DataKey key) {
        data = MemorySegment.NULL;
        if (EncryptionDescription.of(block).isEmpty()
                || block.storedLengthBytes() < BlockEncoder.CRC_LENGTH_BYTES + 1) {
            return Outcome.UNKNOWN;
        }
        BlockCipher opening = cipherOf(block.extension(), key);
        if (!opening.isKeyOf(block.extension())) {
            return Outcome.WRONG_KEY;
        }
        int clearBytes = block.storedLengthBytes();
        int sealedBytes = clearBytes + EncryptionExtensionDescriptor.TAG_LENGTH_BYTES;
        sealed = BlockEncoder.atLeast(sealed, sealedBytes);
        clear = BlockEncoder.atLeast(clear, clearBytes);
        MemorySegment target = MemorySegment.ofArray(sealed);
        MemorySegment.copy(block.stored(), 0, target, 0, clearBytes);
        MemorySegment.copy(
                block.extension(),
                EncryptionExtensionDescriptor.TAG_OFFSET,
                target,
                clearBytes,
                EncryptionExtensionDescriptor.TAG_LENGTH_BYTES);
        if (!opening.open(
                sealed,
                sealedBytes,
                clear,
                block.extension(),
                block.compression(),
                block.logicalLengthBytes())) {
            return Outcome.NOT_AUTHENTIC;
        }
        return unpack(block, clearBytes - BlockEncoder.CRC_LENGTH_BYTES);
    }

    private Outcome unpack(EncodedBlock block, int packedBytes) {
        int lengthBytes = block.logicalLengthBytes();
        byte[] whole = clear;
        int at = BlockEncoder.CRC_LENGTH_BYTES;
        switch (block.compression()) {
            case RecordDescriptor.COMPRESSION_NONE -> {
                if (packedBytes != lengthBytes) {
                    return Outcome.BAD_DATA;
                }
            }
            case RecordDescriptor.COMPRESSION_ZSTD -> {
                plain = BlockEncoder.atLeast(plain, lengthBytes);
                try {
                    decompressor.decompress(clear, at, packedBytes, plain, lengthBytes);
                } catch (BlockDecompressor.BadDataException damage) {
                    return Outcome.BAD_DATA;
                }
                whole = plain;
                at = 0;
            }
            default -> {
                return Outcome.UNKNOWN;
            }
        }
        crc.reset();
        crc.update(whole, at, lengthBytes);
        if ((int) crc.getValue() != LittleEndian.i32(MemorySegment.ofArray(clear), 0)) {
            return Outcome.BAD_DATA;
        }
        data = MemorySegment.ofArray(whole).asSlice(at, lengthBytes);
        return Outcome.OPENED;
    }

    /** The block opened last, good until the next call. */
    public MemorySegment data() {
        return data;
    }

    /** A cipher for a block's salt; consecutive blocks nearly always have the same. */
    private BlockCipher cipherOf(MemorySegment extension, DataKey key) {
        BlockCipher known = cipher;
        if (known != null && keyOfCipher == key && known.hasSaltOf(extension)) {
            return known;
        }
        forget();
        BlockCipher made =
                new BlockCipher(
                        key,
                        EncryptionExtensionDescriptor.bytes(
                                extension,
                                EncryptionExtensionDescriptor.SALT_OFFSET,
                                BlockCipher.SALT_LENGTH_BYTES));
        cipher = made;
        keyOfCipher = key;
        return made;
    }

    /** Forgets what was derived from a key. */
    public void forget() {
        BlockCipher known = cipher;
        cipher = null;
        keyOfCipher = null;
        if (known != null) {
            known.close();
        }
    }

    @Override
    public void close() {
        forget();
        decompressor.close();
        sealed = new byte[0];
        clear = new byte[0];
        plain = new byte[0];
        data = MemorySegment.NULL;
    }
}
