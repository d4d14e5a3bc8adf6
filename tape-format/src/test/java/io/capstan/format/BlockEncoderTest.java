package io.capstan.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Blocks compressed and encrypted, and what becomes of them with the right key, a wrong one, and after tampering. */
class BlockEncoderTest {

    private static final EncryptionDescription NO_KAD =
            new EncryptionDescription(new byte[0], new byte[0], false, false);

    private final BlockEncoder encoder = new BlockEncoder();
    private final BlockDecryptor decryptor = new BlockDecryptor();
    private final DataKey key = key(1);
    private final BlockCipher cipher = cipher(key, 1);

    private static DataKey key(int seed) {
        return new DataKey(random(seed, DataKey.LENGTH_BYTES));
    }

    private static BlockCipher cipher(DataKey key, int saltSeed) {
        return new BlockCipher(key, random(saltSeed, BlockCipher.SALT_LENGTH_BYTES));
    }

    private static byte[] random(int seed, int lengthBytes) {
        byte[] bytes = new byte[lengthBytes];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] text(int lengthBytes) {
        byte[] bytes = new byte[lengthBytes];
        for (int i = 0; i < lengthBytes; i++) {
            bytes[i] = (byte) ("virtual tape ".charAt(i % 13) + i / 1000);
        }
        return bytes;
    }

    private static List<MemorySegment> pieces(byte[] block) {
        MemorySegment whole = MemorySegment.ofArray(block);
        long half = block.length / 2;
        return List.of(whole.asSlice(0, half), whole.asSlice(half));
    }

    private EncodedBlock encrypt(byte[] block, boolean compress, EncryptionDescription says) {
        return encoder.encrypt(pieces(block), block.length, 0, compress, cipher, says);
    }

    private byte[] opened() {
        return decryptor.data().toArray(ValueLayout.JAVA_BYTE);
    }

    @Test
    void compressedBlockIsSmallerAndComesBack() throws Exception {
        byte[] block = text(100_000);
        EncodedBlock encoded = encoder.compress(pieces(block), block.length, 0).orElseThrow();
        assertThat(encoded.compression()).isEqualTo(RecordDescriptor.COMPRESSION_ZSTD);
        assertThat(encoded.encryption()).isZero();
        assertThat(encoded.logicalLengthBytes()).isEqualTo(100_000);
        assertThat(encoded.logicalCrc32c())
                .isEqualTo(Crc32c.of(MemorySegment.ofArray(block), 0, block.length));
        assertThat(encoded.storedLengthBytes()).isLessThan(20_000);
        byte[] back = new byte[100_000];
        byte[] stored = encoded.stored().toArray(ValueLayout.JAVA_BYTE);
        try (BlockDecompressor undo = new BlockDecompressor()) {
            undo.decompress(stored, 0, stored.length, back, back.length);
            assertThat(back).isEqualTo(block);
            assertThatThrownBy(() -> undo.decompress(stored, 0, stored.length, back, 99_999))
                    .isInstanceOf(BlockDecompressor.BadDataException.class);
            assertThatThrownBy(() -> undo.decompress(stored, 0, stored.length - 1, back, 100_000))
                    .isInstanceOf(BlockDecompressor.BadDataException.class);
        }
    }

    @Test
    void incompressibleBlocksAreStoredAsTheyAreAndTriedLessAndLess() {
        byte[] noise = random(5, 4_000);
        for (int i = 0; i < 40; i++) {
            assertThat(encoder.compress(pieces(noise), noise.length, 0)).isEmpty();
        }
        byte[] block = text(4_000);
        int tries = 1;
        while (encoder.compress(pieces(block), block.length, 0).isEmpty()) {
            tries++;
        }
        assertThat(tries).isBetween(2, 17);
        assertThat(encoder.compress(pieces(block), block.length, 0)).isPresent();
    }

    @Test
    void oneByteIsNoWorthwhileBlock() {
        assertThat(encoder.compress(List.of(MemorySegment.ofArray(new byte[1])), 1, 0)).isEmpty();
    }

    @Test
    void encryptedBlockComesBackWithItsKey() {
        for (int lengthBytes : new int[] {1, 2, 1_000, 300_000}) {
            for (boolean compress : new boolean[] {false, true}) {
                byte[] block = text(lengthBytes);
                EncodedBlock encrypted = encrypt(block, compress, NO_KAD);
                assertThat(encrypted.encryption()).isEqualTo(1);
                assertThat(encrypted.logicalCrc32c()).isZero();
                assertThat(decryptor.open(encrypted, key)).isEqualTo(BlockDecryptor.Outcome.OPENED);
                assertThat(opened()).isEqualTo(block);
                assertThat(decryptor.isKeyOf(encrypted, key)).isTrue();
            }
        }
    }

    @Test
    void nothingOfTheBlockIsInTheStoredData() {
        byte[] block = text(1_000);
        byte[] stored = encrypt(block, false, NO_KAD).stored().toArray(ValueLayout.JAVA_BYTE);
        for (int at = 0; at + 8 <= stored.length; at++) {
            byte[] some = Arrays.copyOfRange(stored, at, at + 8);
            for (int in = 0; in + 8 <= block.length; in++) {
                assertThat(Arrays.equals(block, in, in + 8, some, 0, 8)).isFalse();
            }
        }
    }

    @Test
    void sameBlockTwiceIsNeverTheSameTwice() {
        byte[] block = text(100);
        Set<List<Byte>> seen = new HashSet<>();
        for (BlockCipher each : List.of(cipher, cipher, cipher(key, 2), cipher(key(3), 1))) {
            EncodedBlock one = encoder.encrypt(pieces(block), block.length, 0, false, each, NO_KAD);
            Byte[] boxed = new Byte[one.storedLengthBytes()];
            Arrays.setAll(boxed, i -> one.stored().get(ValueLayout.JAVA_BYTE, i));
            assertThat(seen.add(List.of(boxed))).isTrue();
        }
    }

    @Test
    void saltAndNonceTogetherNeverRepeat() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            EncodedBlock block = encrypt(text(10), false, NO_KAD);
            byte[] extension = block.extension().toArray(ValueLayout.JAVA_BYTE);
            String saltAndNonce =
                    Arrays.toString(Arrays.copyOf(extension, 16))
                            + Arrays.toString(Arrays.copyOfRange(extension, 24, 36));
            assertThat(seen.add(saltAndNonce)).isTrue();
        }
    }

    @Test
    void wrongKeyIsToldFromTampering() {
        EncodedBlock encrypted = encrypt(text(1_000), false, NO_KAD).copy();
        assertThat(decryptor.open(encrypted, key(2))).isEqualTo(BlockDecryptor.Outcome.WRONG_KEY);
        assertThat(decryptor.isKeyOf(encrypted, key(2))).isFalse();
        byte[] stored = encrypted.stored().toArray(ValueLayout.JAVA_BYTE);
        stored[500] ^= 1;
        EncodedBlock changed =
                new EncodedBlock(
                        0, 1, 0, 1_000, 0, encrypted.extension(), MemorySegment.ofArray(stored));
        assertThat(decryptor.open(changed, key)).isEqualTo(BlockDecryptor.Outcome.NOT_AUTHENTIC);
        assertThat(decryptor.data().byteSize()).isZero();
    }

    @Test
    void lengthCompressionAndAuthenticatedKadCannotBeChanged() {
        EncodedBlock encrypted =
                encrypt(
                                text(1_000),
                                false,
                                new EncryptionDescription(
                                        new byte[] {7}, new byte[] {8}, false, false))
                        .copy();
        EncodedBlock longer =
                new EncodedBlock(0, 1, 0, 1_001, 0, encrypted.extension(), encrypted.stored());
        assertThat(decryptor.open(longer, key)).isEqualTo(BlockDecryptor.Outcome.NOT_AUTHENTIC);
        EncodedBlock compressed =
                new EncodedBlock(1, 1, 0, 1_000, 0, encrypted.extension(), encrypted.stored());
        assertThat(decryptor.open(compressed, key)).isEqualTo(BlockDecryptor.Outcome.NOT_AUTHENTIC);
        byte[] extension = encrypted.extension().toArray(ValueLayout.JAVA_BYTE);
        extension[EncryptionExtensionDescriptor.KAD_OFFSET] = 9;
        EncodedBlock otherKad =
                new EncodedBlock(
                        0, 1, 0, 1_000, 0, MemorySegment.ofArray(extension), encrypted.stored());
        assertThat(decryptor.open(otherKad, key)).isEqualTo(BlockDecryptor.Outcome.NOT_AUTHENTIC);
    }

    @Test
    void describesItselfWithoutAKey() {
        EncryptionDescription says =
                new EncryptionDescription(new byte[] {1, 2}, new byte[] {3, 4, 5}, true, false);
        EncryptionDescription got =
                EncryptionDescription.of(encrypt(text(10), false, says)).orElseThrow();
        assertThat(got.authenticatedKad()).containsExactly(1, 2);
        assertThat(got.unauthenticatedKad()).containsExactly(3, 4, 5);
        assertThat(got.rawReadDisabled()).isTrue();
        assertThat(got.external()).isFalse();
    }

    @Test
    void extensionIsLaidOutAsSpecified() {
        EncodedBlock block =
                encrypt(
                        text(10),
                        false,
                        new EncryptionDescription(new byte[] {1, 2}, new byte[] {3}, true, false));
        byte[] extension = block.extension().toArray(ValueLayout.JAVA_BYTE);
        assertThat(extension).hasSize(64);
        assertThat(Arrays.copyOf(extension, 16)).isEqualTo(random(1, 16));
        assertThat(Arrays.copyOfRange(extension, 24, 36)).containsOnly(0);
        assertThat(Arrays.copyOfRange(extension, 36, 40)).containsExactly(1, 0, 2, 1);
        assertThat(Arrays.copyOfRange(extension, 56, 64)).containsExactly(1, 2, 3, 0, 0, 0, 0, 0);
        assertThat(block.storedLengthBytes()).isEqualTo(4 + 10);
    }

    @Test
    void malformedExtensionIsUnknown() {
        EncodedBlock encrypted = encrypt(text(100), false, NO_KAD).copy();
        EncodedBlock cut =
                new EncodedBlock(
                        0, 1, 0, 100, 0, encrypted.extension().asSlice(0, 48), encrypted.stored());
        assertThat(EncryptionDescription.of(cut)).isEmpty();
        assertThat(decryptor.open(cut, key)).isEqualTo(BlockDecryptor.Outcome.UNKNOWN);
        assertThat(decryptor.isKeyOf(cut, key)).isFalse();
    }

    @Test
    void closedKeyIsOverwrittenAndOfNoUse() {
        byte[] bytes = random(9, DataKey.LENGTH_BYTES);
        DataKey.Secret secret = new DataKey.Secret(bytes);
        secret.destroy();
        assertThat(bytes).containsOnly(0);
        assertThatThrownBy(secret::getEncoded).isInstanceOf(IllegalStateException.class);
        DataKey closed = key(4);
        closed.close();
        assertThatThrownBy(() -> cipher(closed, 1)).isInstanceOf(IllegalStateException.class);
        assertThat(closed.toString()).isEqualTo("data key");
        assertThat(secret.toString()).isEqualTo("secret key");
    }

    @Test
    void rawBlockIsWholeOrNothing() {
        byte[] block = text(500);
        byte[] raw =
                RawBlockDescriptor.encode(
                        encrypt(
                                block,
                                true,
                                new EncryptionDescription(
                                        new byte[] {1}, new byte[0], false, false)));
        Optional<EncodedBlock> back = RawBlockDescriptor.decode(pieces(raw), raw.length);
        assertThat(back).isPresent();
        assertThat(EncryptionDescription.of(back.get()).orElseThrow().external()).isTrue();
        assertThat(decryptor.open(back.get(), key)).isEqualTo(BlockDecryptor.Outcome.OPENED);
        assertThat(opened()).isEqualTo(block);
        for (int at = 0; at < raw.length; at++) {
            byte[] damaged = raw.clone();
            damaged[at] ^= 0x08;
            assertThat(RawBlockDescriptor.decode(pieces(damaged), damaged.length)).isEmpty();
        }
        assertThat(RawBlockDescriptor.decode(pieces(raw), raw.length).isPresent()).isTrue();
        for (int length = 1; length < 40; length++) {
            byte[] cut = Arrays.copyOf(raw, length);
            assertThat(RawBlockDescriptor.decode(pieces(cut), length)).isEmpty();
        }
        assertThat(RawBlockDescriptor.decode(pieces(block), block.length)).isEmpty();
    }
}
