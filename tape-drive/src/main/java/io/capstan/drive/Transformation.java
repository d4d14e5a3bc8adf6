package io.capstan.drive;

import io.capstan.buffer.DataIn;
import io.capstan.buffer.DataOut;
import io.capstan.drive.EncryptionParameters.DecryptionMode;
import io.capstan.drive.EncryptionParameters.EncryptionMode;
import io.capstan.drive.EncryptionParameters.ExternalModeCheck;
import io.capstan.format.BlockDecryptor;
import io.capstan.format.BlockEncoder;
import io.capstan.format.CompressionQueue;
import io.capstan.format.DataKey;
import io.capstan.format.EncodedBlock;
import io.capstan.format.EncryptionDescription;
import io.capstan.format.RawBlockDescriptor;
import io.capstan.medium.ReadOutcome;
import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.Nexus;
import io.capstan.scsi.SenseData;
import io.capstan.scsi.SenseKey;
import io.capstan.scsi.spc.CheckConditionException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;

/**
 * What becomes of a block between host and medium, by the parameters in force. Owner thread only.
 *
 * @see "SSC-5, 4.2.18 Data compression, 4.2.23 Data encryption, 4.2.29 Logical block protection"
 */
final class Transformation {

    private static final int TRANSFER_LENGTH_AT = 2;

    private final DriveModePages modePages;
    private final DriveParameters parameters;
    private final DataEncryption encryption;
    private final BlockEncoder encoder = new BlockEncoder();
    private final BlockDecryptor decryptor = new BlockDecryptor();

    Transformation(
            DriveModePages modePages, DriveParameters parameters, DataEncryption encryption) {
        this.modePages = modePages;
        this.parameters = parameters;
        this.encryption = encryption;
        encryption.onKeysGo(decryptor::forget);
    }

    /** A block as a host is to see it. */
    sealed interface Decoded {

        /**
         * It may have it.
         *
         * @param lengthBytes as the host sees it
         */
        record Block(int lengthBytes, int storedLengthBytes) implements Decoded {}

        /** It may not, and this is why. Nothing delivered counts. */
        record Refused(SenseData sense) implements Decoded {}
    }

    // ---- writing

    /**
     * Checks what a host is about to write.
     *
     * @throws CheckConditionException if parameters it locked itself to are gone, what it calls encrypted is not, or there
     *     is nothing but protection information
     */
    void checkWrite(Nexus nexus, DataOut source, BlockCount blocks) {
        encryption.checkLock(nexus);
        int lengthBytes =
                blocks.lengthBytes()
                        - parameters.writeProtectionMethod(nexus).informationLengthBytes();
        if (lengthBytes < 1) {
            throw CheckConditionException.invalidFieldInCdb(TRANSFER_LENGTH_AT);
        }
        if (encryption.inForce(nexus).request().encryptionMode() == EncryptionMode.EXTERNAL) {
            for (int i = 0; i < blocks.count(); i++) {
                external(source, blocks.offsetBytes(i), lengthBytes);
            }
        }
    }

    /** Whether a block that arrived with protection information is what was sent. */
    boolean isWholeAsSent(Nexus nexus, DataOut source, long offsetBytes, int lengthBytes) {
        ProtectionMethod method = parameters.writeProtectionMethod(nexus);
        if (method == ProtectionMethod.NONE) {
            return true;
        }
        int informationBytes = method.informationLengthBytes();
        int dataBytes = lengthBytes - informationBytes;
        byte[] sent = new byte[informationBytes];
        int at = 0;
        for (MemorySegment piece : source.slice(offsetBytes + dataBytes, informationBytes)) {
            MemorySegment.copy(piece, 0, MemorySegment.ofArray(sent), at, piece.byteSize());
            at += (int) piece.byteSize();
        }
        return Arrays.equals(sent, method.informationOf(source.slice(offsetBytes, dataBytes)));
    }

    /** Where blocks that are only compressed can be compressed beside what the owner does. */
    CompressionQueue newQueue() {
        return new CompressionQueue(encoder);
    }

    /** Whether {@link #encode} would compress what a nexus writes, and do nothing else to it. */
    boolean onlyCompresses(Nexus nexus) {
        return modePages.compressionEnabled()
                && encryption.inForce(nexus).request().encryptionMode() == EncryptionMode.DISABLE;
    }

    /**
     * Puts a block into the form in which the medium is to keep it.
     *
     * @param source borrowed until return
     * @param lengthBytes of the block, without protection information
     * @return the block, good until the next call; empty if the medium is to keep it as it is
     */
    Optional<EncodedBlock> encode(Nexus nexus, DataOut source, long offsetBytes, int lengthBytes) {
        EncryptionParameters encrypting = encryption.inForce(nexus);
        return switch (encrypting.request().encryptionMode()) {
            case DISABLE -> clear(nexus, source, offsetBytes, lengthBytes);
            case EXTERNAL -> Optional.of(external(source, offsetBytes, lengthBytes));
            case ENCRYPT ->
                    Optional.of(
                            encoder.encrypt(
                                    source.slice(offsetBytes, lengthBytes),
                                    lengthBytes,
                                    parameters.writeProtectionMethod(nexus).code(),
                                    modePages.compressionEnabled(),
                                    encryption.cipher(encrypting),
                                    encrypting.request().description()));
        };
    }

    private Optional<EncodedBlock> clear(
            Nexus nexus, DataOut source, long offsetBytes, int lengthBytes) {
        int protection = parameters.writeProtectionMethod(nexus).code();
        Optional<EncodedBlock> compressed =
                modePages.compressionEnabled()
                        ? encoder.compress(
                                source.slice(offsetBytes, lengthBytes), lengthBytes, protection)
                        : Optional.empty();
        if (compressed.isPresent() || protection == 0) {
            return compressed;
        }
        return Optional.of(
                encoder.protect(source.slice(offsetBytes, lengthBytes), lengthBytes, protection));
    }

    private static EncodedBlock external(DataOut source, long offsetBytes, int lengthBytes) {
        return RawBlockDescriptor.decode(source.slice(offsetBytes, lengthBytes), lengthBytes)
                .orElseThrow(() ->
                        CheckConditionException.of(
                                SenseKey.ILLEGAL_REQUEST,
                                AdditionalSense.INCORRECT_ENCRYPTION_PARAMETERS));
    }

    // ---- reading

    /**
     * @throws CheckConditionException if parameters the nexus locked itself to are gone
     */
    void checkRead(Nexus nexus) {
        encryption.checkLock(nexus);
    }

    /** A block that the medium delivered as it was written. */
    Decoded decode(Nexus nexus, ReadOutcome.Block block) {
        return encryption.inForce(nexus).request().decryptionMode() == DecryptionMode.DECRYPT
                ? refused(AdditionalSense.UNENCRYPTED_DATA_ENCOUNTERED_WHILE_DECRYPTING)
                : new Decoded.Block(block.lengthBytes(), block.storedLengthBytes());
    }

    /**
     * An encrypted block.
     *
     * @param target takes the first {@code lengthMaxBytes} bytes of what the host may see at {@code targetOffset}
     */
    Decoded decode(
            Nexus nexus,
            ReadOutcome.Encrypted encrypted,
            DataIn target,
            long targetOffset,
            int lengthMaxBytes) {
        EncodedBlock block = encrypted.block();
        EncryptionParameters decrypting = encryption.inForce(nexus);
        Optional<EncryptionDescription> description = EncryptionDescription.of(block);
        DecryptionMode mode = decrypting.request().decryptionMode();
        if (description.isEmpty() || mode == DecryptionMode.DISABLE) {
            return refused(AdditionalSense.UNABLE_TO_DECRYPT_DATA);
        }
        if (isMismatch(decrypting.request().externalModeCheck(), description.get())) {
            return refused(AdditionalSense.ENCRYPTION_MODE_MISMATCH_ON_READ);
        }
        if (mode == DecryptionMode.RAW) {
            if (description.get().rawReadDisabled()) {
                return refused(AdditionalSense.ENCRYPTED_BLOCK_NOT_RAW_READ_ENABLED);
            }
            MemorySegment raw = MemorySegment.ofArray(RawBlockDescriptor.encode(block));
            return deliver(raw, block, target, targetOffset, lengthMaxBytes);
        }
        return decrypt(block, decrypting.key().orElseThrow(), target, targetOffset, lengthMaxBytes);
    }

    private Decoded decrypt(
            EncodedBlock block, DataKey key, DataIn target, long targetOffset, int lengthMaxBytes) {
        return switch (decryptor.open(block, key)) {
            case OPENED -> deliver(decryptor.data(), block, target, targetOffset, lengthMaxBytes);
            case WRONG_KEY -> refused(AdditionalSense.INCORRECT_DATA_ENCRYPTION_KEY);
            case NOT_AUTHENTIC ->
                    refused(AdditionalSense.CRYPTOGRAPHIC_INTEGRITY_VALIDATION_FAILED);
            case BAD_DATA -> refused(AdditionalSense.ERROR_DECRYPTING_DATA);
            case UNKNOWN -> refused(AdditionalSense.UNABLE_TO_DECRYPT_DATA);
        };
    }

    private static boolean isMismatch(ExternalModeCheck check, EncryptionDescription description) {
        return switch (check) {
            case DEFAULT, NONE -> false;
            case NOT_EXTERNAL -> description.external();
            case EXTERNAL -> !description.external();
        };
    }

    private static Decoded deliver(
            MemorySegment data,
            EncodedBlock block,
            DataIn target,
            long targetOffset,
            int lengthMaxBytes) {
        long at = 0;
        for (MemorySegment piece :
                target.slice(targetOffset, Math.min(data.byteSize(), lengthMaxBytes))) {
            MemorySegment.copy(data, at, piece, 0, piece.byteSize());
            at += piece.byteSize();
        }
        return new Decoded.Block((int) data.byteSize(), block.storedLengthBytes());
    }

    private static Decoded refused(AdditionalSense reason) {
        return new Decoded.Refused(SenseData.of(SenseKey.DATA_PROTECT, reason));
    }

    /**
     * Puts protection information behind a block that was delivered, as far as there is room.
     *
     * @param lengthMaxBytes room for both
     * @return the block with what is behind it
     */
    Decoded.Block protect(
            Nexus nexus,
            Decoded.Block block,
            DataIn target,
            long targetOffset,
            int lengthMaxBytes) {
        ProtectionMethod method = parameters.readProtectionMethod(nexus);
        if (method == ProtectionMethod.NONE) {
            return block;
        }
        int room = Math.min(method.informationLengthBytes(), lengthMaxBytes - block.lengthBytes());
        if (room > 0) {
            byte[] information =
                    method.informationOf(target.slice(targetOffset, block.lengthBytes()));
            long at = 0;
            for (MemorySegment piece : target.slice(targetOffset + block.lengthBytes(), room)) {
                MemorySegment.copy(
                        MemorySegment.ofArray(information), at, piece, 0, piece.byteSize());
                at += piece.byteSize();
            }
        }
        return new Decoded.Block(
                block.lengthBytes() + method.informationLengthBytes(), block.storedLengthBytes());
    }

    /** Whether a nexus could read an encrypted block. */
    boolean canDecrypt(Nexus nexus, EncodedBlock block) {
        EncryptionParameters decrypting = encryption.inForce(nexus);
        return switch (decrypting.request().decryptionMode()) {
            case DISABLE, RAW -> false;
            case DECRYPT, MIXED -> decryptor.isKeyOf(block, decrypting.key().orElseThrow());
        };
    }

    /** The cartridge is gone: what was kept for its blocks is given back. */
    void release() {
        encoder.close();
        decryptor.close();
    }
}
