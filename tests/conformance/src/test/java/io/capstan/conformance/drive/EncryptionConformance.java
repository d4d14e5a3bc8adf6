package io.capstan.conformance.drive;

import io.capstan.fakes.scsi.FakeInitiator;
import io.capstan.fakes.scsi.FakeReply;
import java.util.HexFormat;

/** A drive whose host knows how to set data encryption. */
abstract class EncryptionConformance extends DriveConformance {

    static final String KEY_1 = HexFormat.of().formatHex(block(101, 32));
    static final String KEY_2 = HexFormat.of().formatHex(block(102, 32));

    /** ENCRYPTION MODE and DECRYPTION MODE. */
    static final String OFF = "00 00";

    static final String ON = "02 02";
    static final String MIXED = "02 03";
    static final String RAW_READ = "02 01";
    static final String EXTERNAL_RAW = "01 01";
    static final String ONLY_DECRYPT = "00 02";

    static final String ALL_I_T_NEXUS = "40";
    static final String LOCAL = "20";
    static final String PUBLIC = "00";

    /**
     * SECURITY PROTOCOL OUT, Set Data Encryption.
     *
     * @param scope byte 4
     * @param flags byte 5
     * @param kads key-associated data descriptors
     */
    static FakeReply setEncryption(
            FakeInitiator by, String scope, String flags, String modes, String key, String kads) {
        String behind =
                scope
                        + flags
                        + modes
                        + "01 00 00 00 00 00 00 00 00 00"
                        + "%04X".formatted(key.replace(" ", "").length() / 2)
                        + key
                        + kads;
        String page = ("0010" + "%04X".formatted(hex(behind).length) + behind).replace(" ", "");
        return by.send("B5 20 00 10 00 00 " + u32(page.length() / 2) + " 00 00", page);
    }

    final FakeReply setEncryption(String modes, String key) {
        return setEncryption(host, ALL_I_T_NEXUS, "00", modes, key, "");
    }

    final FakeReply page(int code) {
        return page(host, code);
    }

    static FakeReply page(FakeInitiator by, int code) {
        FakeReply reply = by.receive("A2 20 %04X 00 00 00 00 20 00 00 00".formatted(code), 0x2000);
        assertGood(reply);
        return reply;
    }

    /** ENCRYPTION STATUS of the next block. */
    final int nextBlock() {
        return page(0x21).u8(12) & 0x0F;
    }

    /** An initiator that has seen its unit attentions. */
    final FakeInitiator another(String name) {
        FakeInitiator other = new FakeInitiator(drive, name);
        other.clearUnitAttentions();
        return other;
    }
}
