package io.capstan.drive;

import io.capstan.drive.DataEncryption.Scope;
import io.capstan.drive.EncryptionParameters.DecryptionMode;
import io.capstan.drive.EncryptionParameters.EncryptionMode;
import io.capstan.drive.EncryptionParameters.ExternalModeCheck;
import io.capstan.drive.EncryptionParameters.Request;
import io.capstan.format.DataKey;
import io.capstan.format.EncodedBlock;
import io.capstan.format.EncryptionDescription;
import io.capstan.medium.Medium;
import io.capstan.medium.MediumPosition;
import io.capstan.medium.ReadOutcome;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.Nexus;
import io.capstan.scsi.Task;
import io.capstan.scsi.spc.CheckConditionException;
import io.capstan.scsi.spc.ParameterListReader;
import io.capstan.scsi.spc.ResponseBuilder;
import io.capstan.store.StoreException;
import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * SECURITY PROTOCOL IN and OUT: the protocols there are, and the pages of tape data encryption.
 *
 * @see "SPC-5, 6.40 SECURITY PROTOCOL IN; SSC-5, 8.6 Security protocol parameters"
 */
final class SecurityProtocols {

    /** Bytes of key-associated data, as in LTO drives. */
    static final int UNAUTHENTICATED_KAD_MAX = 32;

    static final int AUTHENTICATED_KAD_MAX = 12;

    private static final int PROTOCOL_INFORMATION = 0x00;
    private static final int PROTOCOL_TAPE_DATA_ENCRYPTION = 0x20;
    private static final int PROTOCOL_AT = 1;
    private static final int SPECIFIC_AT = 2;

    private static final int LIST_OF_PROTOCOLS = 0x0000;
    private static final int CERTIFICATE_DATA = 0x0001;

    private static final int IN_SUPPORT = 0x0000;
    private static final int OUT_SUPPORT = 0x0001;
    private static final int CAPABILITIES = 0x0010;
    private static final int KEY_FORMATS = 0x0011;
    private static final int MANAGEMENT_CAPABILITIES = 0x0012;
    private static final int STATUS = 0x0020;
    private static final int NEXT_BLOCK_STATUS = 0x0021;
    private static final int RANDOM_NUMBER = 0x0030;
    private static final int SET_DATA_ENCRYPTION = 0x0010;
    private static final int[] IN_PAGES = {
        IN_SUPPORT,
        OUT_SUPPORT,
        CAPABILITIES,
        KEY_FORMATS,
        MANAGEMENT_CAPABILITIES,
        STATUS,
        NEXT_BLOCK_STATUS,
        RANDOM_NUMBER
    };

    private static final int ALGORITHM_INDEX = 1;
    private static final long AES_256_GCM_128 = 0x0001_0014;
    private static final int RANDOM_NUMBER_BYTES = 32;

    private static final int FLAGS_AT = 5;
    private static final int KEY_LENGTH_AT = 18;
    private static final int KEY_AT = 20;
    private static final int CKOD = 0x04;
    private static final int RDMC = 0x30;
    private static final int RDMC_RESERVED = 0x10;
    private static final int RDMC_DISABLE = 0x30;

    private static final int KAD_UNAUTHENTICATED = 0x00;
    private static final int KAD_AUTHENTICATED = 0x01;
    private static final int KAD_HEADER_BYTES = 4;

    /** AUTHENTICATED of a KAD descriptor: covered by the tag, which was not looked at. */
    private static final int NOT_TRIED = 1;

    private final Loader loader;
    private final DataEncryption encryption;
    private final Transformation transformation;
    private final RandomGenerator random;

    SecurityProtocols(
            Loader loader,
            DataEncryption encryption,
            Transformation transformation,
            RandomGenerator random) {
        this.loader = loader;
        this.encryption = encryption;
        this.transformation = transformation;
        this.random = random;
    }

    // ---- SECURITY PROTOCOL IN

    CommandResult in(SscCommand.SecurityProtocolIn command, Task task) {
        byte[] data =
                switch (command.protocol()) {
                    case PROTOCOL_INFORMATION -> information(command.specific());
                    case PROTOCOL_TAPE_DATA_ENCRYPTION -> page(command.specific(), task.nexus());
                    default -> throw CheckConditionException.invalidFieldInCdb(PROTOCOL_AT);
                };
        task.dataIn().put(data, command.allocationLengthBytes());
        return CommandResult.GOOD;
    }

    private static byte[] information(int specific) {
        return switch (specific) {
            case LIST_OF_PROTOCOLS ->
                    new ResponseBuilder()
                            .zeros(6)
                            .u16(2)
                            .u8(PROTOCOL_INFORMATION)
                            .u8(PROTOCOL_TAPE_DATA_ENCRYPTION)
                            .toByteArray();
            case CERTIFICATE_DATA -> new ResponseBuilder().zeros(2).u16(0).toByteArray();
            default -> throw CheckConditionException.invalidFieldInCdb(SPECIFIC_AT);
        };
    }

    private byte[] page(int code, Nexus nexus) {
        ResponseBuilder page = new ResponseBuilder().u16(code).u16(0);
        switch (code) {
            case IN_SUPPORT -> Arrays.stream(IN_PAGES).forEach(page::u16);
            case OUT_SUPPORT -> page.u16(SET_DATA_ENCRYPTION);
            case CAPABILITIES -> putCapabilities(page);
            case KEY_FORMATS -> page.u8(0x00);
            case MANAGEMENT_CAPABILITIES -> putManagementCapabilities(page);
            case STATUS -> putStatus(page, nexus);
            case NEXT_BLOCK_STATUS -> putNextBlockStatus(page, nexus);
            case RANDOM_NUMBER -> {
                byte[] number = new byte[RANDOM_NUMBER_BYTES];
                random.nextBytes(number);
                page.bytes(number);
            }
            default -> throw CheckConditionException.invalidFieldInCdb(SPECIFIC_AT);
        }
        return page.putLengthU16(2).toByteArray();
    }

    /**
     * One algorithm: AES-256-GCM with a tag of 128 bits, in both directions. AVFMV, DED_C, and AVFCLP as the volume is
     * there; the drive makes nonces; key-associated data and external mode are possible, raw reading unless the writer
     * forbids it.
     */
    private void putCapabilities(ResponseBuilder page) {
        boolean loaded = loader.loaded().isPresent();
        page.u8(0x01).zeros(15);
        page.u8(ALGORITHM_INDEX).u8(0).u16(0x14);
        page.u8((loaded ? 0x80 : 0) | 0x10 | 0x08 | 0x02);
        page.u8((loaded ? 0x80 : 0) | 0x10);
        page.u16(UNAUTHENTICATED_KAD_MAX).u16(AUTHENTICATED_KAD_MAX).u16(DataKey.LENGTH_BYTES);
        page.u8(0xC0 | 0x20 | 0x0A | 0x01).zeros(7);
        page.u32(AES_256_GCM_128);
    }

    /** LOCK_C; CKOD_C; AITN_C, LOCAL_C and PUBLIC_C. */
    private static void putManagementCapabilities(ResponseBuilder page) {
        page.u8(0x01).u8(0x04).u8(0).u8(0x07).zeros(8);
    }

    private void putStatus(ResponseBuilder page, Nexus nexus) {
        EncryptionParameters parameters = encryption.inForce(nexus);
        Request request = parameters.request();
        EncryptionDescription description = request.description();
        page.u8(encryption.scope(nexus).code() << 5 | encryption.scopeInForce(nexus).code());
        page.u8(request.encryptionMode().code());
        page.u8(request.decryptionMode().code());
        page.u8(request.algorithmIndex());
        page.u32(parameters.keyInstance());
        page.u8(
                0x10
                        | request.externalModeCheck().code() << 1
                        | (description.rawReadDisabled() ? 0x01 : 0));
        page.zeros(11);
        putKads(page, description, 0);
    }

    private void putNextBlockStatus(ResponseBuilder page, Nexus nexus) {
        Medium medium = loader.ready().medium();
        page.u64(medium.position().objectNumber());
        Optional<ReadOutcome> next = peek(medium);
        if (next.isEmpty()) {
            page.u8(0x11).zeros(3);
            return;
        }
        switch (next.get()) {
            case ReadOutcome.Filemark(), ReadOutcome.EndOfData() -> page.u8(0x02).zeros(3);
            case ReadOutcome.Block _ -> page.u8(0x03).zeros(3);
            case ReadOutcome.Encrypted(EncodedBlock block) -> putEncrypted(page, nexus, block);
        }
    }

    private void putEncrypted(ResponseBuilder page, Nexus nexus, EncodedBlock block) {
        Optional<EncryptionDescription> description = EncryptionDescription.of(block);
        if (description.isEmpty()) {
            page.u8(0x04).zeros(3);
            return;
        }
        page.u8(transformation.canDecrypt(nexus, block) ? 0x05 : 0x06);
        page.u8(ALGORITHM_INDEX);
        page.u8(
                (description.get().external() ? 0x02 : 0)
                        | (description.get().rawReadDisabled() ? 0x01 : 0));
        page.u8(0);
        putKads(page, description.get(), NOT_TRIED);
    }

    /** The next object, with the position back in front of it; empty if it cannot be read now. */
    private static Optional<ReadOutcome> peek(Medium medium) {
        MediumPosition here = medium.position();
        try {
            ReadOutcome next = medium.verify();
            if (next instanceof ReadOutcome.Encrypted(EncodedBlock block)) {
                // The bytes are needed beyond the next call of the medium.
                next = new ReadOutcome.Encrypted(block.copy());
            }
            goBack(medium, here);
            return Optional.of(next);
        } catch (StoreException unreadable) {
            goBackIfPossible(medium, here);
            return Optional.empty();
        }
    }

    private static void goBack(Medium medium, MediumPosition here) throws StoreException {
        if (medium.position().objectNumber() != here.objectNumber()) {
            medium.locate(here.partition(), here.objectNumber());
        }
    }

    private static void goBackIfPossible(Medium medium, MediumPosition here) {
        try {
            goBack(medium, here);
        } catch (StoreException unreadable) {
            // The next command that reads here says what is wrong.
        }
    }

    private static void putKads(
            ResponseBuilder page, EncryptionDescription description, int authenticated) {
        putKad(page, KAD_UNAUTHENTICATED, 0, description.unauthenticatedKad());
        putKad(page, KAD_AUTHENTICATED, authenticated, description.authenticatedKad());
    }

    private static void putKad(ResponseBuilder page, int type, int authenticated, byte[] kad) {
        if (kad.length > 0) {
            page.u8(type).u8(authenticated).u16(kad.length).bytes(kad);
        }
    }

    // ---- SECURITY PROTOCOL OUT

    CommandResult out(SscCommand.SecurityProtocolOut command, Task task) {
        if (command.protocol() != PROTOCOL_TAPE_DATA_ENCRYPTION) {
            throw CheckConditionException.invalidFieldInCdb(PROTOCOL_AT);
        }
        if (command.specific() != SET_DATA_ENCRYPTION) {
            throw CheckConditionException.invalidFieldInCdb(SPECIFIC_AT);
        }
        if (command.transferLengthBytes() == 0) {
            return CommandResult.GOOD;
        }
        if (command.transferLengthBytes() > task.dataOut().lengthBytes()) {
            throw CheckConditionException.parameterListLengthError();
        }
        byte[] list = task.dataOut().toByteArray((int) command.transferLengthBytes());
        try {
            setDataEncryption(ParameterListReader.of(list), task.nexus());
        } finally {
            Arrays.fill(list, (byte) 0);
        }
        return CommandResult.GOOD;
    }

    /**
     * <pre>
     *  0 page code                         8 ALGORITHM INDEX
     *  2 page length                       9 KEY FORMAT
     *  4 SCOPE (7-5) LOCK (0)             10 KAD FORMAT
     *  5 CEEM (7-6) RDMC (5-4)            18 KEY LENGTH
     *    SDK CKOD CKORP CKORL (3-0)       20 KEY
     *  6 ENCRYPTION MODE                     key-associated data descriptors
     *  7 DECRYPTION MODE
     * </pre>
     */
    private void setDataEncryption(ParameterListReader list, Nexus nexus) {
        if (list.u16(0) != SET_DATA_ENCRYPTION) {
            throw CheckConditionException.invalidFieldInParameterList(0);
        }
        int endAt = 4 + list.u16(2);
        list.require(0, Math.max(endAt, KEY_AT));
        Scope scope =
                Scope.of(list.u8(4) >> 5)
                        .orElseThrow(
                                () -> CheckConditionException.invalidFieldInParameterList(4, 7));
        boolean lock = list.bit(4, 0);
        if (scope == Scope.PUBLIC) {
            encryption.set(nexus, scope, lock, Request.DISABLED, Optional.empty());
            return;
        }
        Request request = request(list, endAt);
        encryption.set(nexus, scope, lock, request, key(list, request, endAt));
    }

    private static Request request(ParameterListReader list, int endAt) {
        int flags = list.u8(FLAGS_AT);
        checkFlags(flags);
        EncryptionMode encryptionMode =
                EncryptionMode.of(list.u8(6))
                        .orElseThrow(() -> CheckConditionException.invalidFieldInParameterList(6));
        DecryptionMode decryptionMode =
                DecryptionMode.of(list.u8(7))
                        .orElseThrow(() -> CheckConditionException.invalidFieldInParameterList(7));
        boolean disabled =
                encryptionMode == EncryptionMode.DISABLE
                        && decryptionMode == DecryptionMode.DISABLE;
        // stenc asks for index 0 unless told otherwise; there is only one algorithm it can mean.
        if (!disabled && list.u8(8) > ALGORITHM_INDEX) {
            throw CheckConditionException.invalidFieldInParameterList(8);
        }
        return new Request(
                encryptionMode,
                decryptionMode,
                ExternalModeCheck.of(flags >> 6).orElseThrow(),
                (flags & CKOD) != 0,
                disabled ? 0 : ALGORITHM_INDEX,
                description(list, endAt, (flags & RDMC) == RDMC_DISABLE));
    }

    /** SDK, CKORP and CKORL are not supported, and one value of RDMC is reserved. */
    private static void checkFlags(int flags) {
        for (int unsupported : new int[] {3, 1, 0}) {
            if ((flags >> unsupported & 1) != 0) {
                throw CheckConditionException.invalidFieldInParameterList(FLAGS_AT, unsupported);
            }
        }
        if ((flags & RDMC) == RDMC_RESERVED) {
            throw CheckConditionException.invalidFieldInParameterList(FLAGS_AT, 5);
        }
    }

    /** Reads the key-associated data descriptors behind the key, unauthenticated before authenticated. */
    private static EncryptionDescription description(
            ParameterListReader list, int endAt, boolean rawReadDisabled) {
        byte[] unauthenticated = new byte[0];
        byte[] authenticated = new byte[0];
        int at = KEY_AT + list.u16(KEY_LENGTH_AT);
        int lastType = -1;
        while (at < endAt) {
            int type = list.u8(at);
            if (type <= lastType || type > KAD_AUTHENTICATED) {
                throw CheckConditionException.invalidFieldInParameterList(at);
            }
            byte[] kad = kad(list, at, type, endAt);
            if (type == KAD_AUTHENTICATED) {
                authenticated = kad;
            } else {
                unauthenticated = kad;
            }
            lastType = type;
            at += KAD_HEADER_BYTES + kad.length;
        }
        return new EncryptionDescription(authenticated, unauthenticated, rawReadDisabled, false);
    }

    private static byte[] kad(ParameterListReader list, int at, int type, int endAt) {
        int lengthBytes = list.u16(at + 2);
        int lengthMax = type == KAD_AUTHENTICATED ? AUTHENTICATED_KAD_MAX : UNAUTHENTICATED_KAD_MAX;
        if (lengthBytes > lengthMax || at + KAD_HEADER_BYTES + lengthBytes > endAt) {
            throw CheckConditionException.invalidFieldInParameterList(at + 2);
        }
        return list.bytes(at + KAD_HEADER_BYTES, lengthBytes);
    }

    private static Optional<DataKey> key(ParameterListReader list, Request request, int endAt) {
        int lengthBytes = list.u16(KEY_LENGTH_AT);
        if (KEY_AT + lengthBytes > endAt) {
            throw CheckConditionException.invalidFieldInParameterList(KEY_LENGTH_AT);
        }
        boolean needed =
                request.encryptionMode() == EncryptionMode.ENCRYPT
                        || request.decryptionMode() == DecryptionMode.DECRYPT
                        || request.decryptionMode() == DecryptionMode.MIXED;
        if (!needed) {
            return Optional.empty();
        }
        if (list.u8(9) != 0) {
            throw CheckConditionException.invalidFieldInParameterList(9);
        }
        if (lengthBytes != DataKey.LENGTH_BYTES) {
            throw CheckConditionException.invalidFieldInParameterList(KEY_LENGTH_AT);
        }
        byte[] bytes = list.bytes(KEY_AT, lengthBytes);
        DataKey key = new DataKey(bytes);
        Arrays.fill(bytes, (byte) 0);
        return Optional.of(key);
    }
}
