package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeReply;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** SECURITY PROTOCOL OUT, Set Data Encryption: what it sets, and what it refuses without changing anything. */
@Conformance(
        subject = "SECURITY PROTOCOL OUT",
        standard = "SSC-4, Set Data Encryption page",
        clients = "stenc")
class SecurityProtocolOutTest extends EncryptionConformance {

    private static final String U_KAD = "00 00 00 05 6D 79 6B 65 79";
    private static final String A_KAD = "01 00 00 02 AB CD";

    @Test
    void statusEchoesWhatWasSet() {
        assertGood(setEncryption(host, ALL_I_T_NEXUS, "B4", ON, KEY_1, U_KAD + A_KAD));
        assertData(
                page(0x20),
                """
                00 20 00 23 42 02 02 01 00 00 00 01 15 00 00 00 00 00 00 00 00 00 00 00
                00 00 00 05 6D 79 6B 65 79 01 00 00 02 AB CD
                """);
    }

    @Test
    void keyIsNeverInWhatTheDriveSays() {
        setEncryption(MIXED, KEY_1);
        for (int code : new int[] {0x00, 0x01, 0x10, 0x11, 0x12, 0x20, 0x21, 0x30}) {
            assertThat(page(code).hex().replace(" ", "").toLowerCase(Locale.ROOT))
                    .doesNotContain(KEY_1.substring(0, 16));
        }
    }

    @Test
    void modesOfProxmoxAreEchoed() {
        for (String modes : new String[] {OFF, "02 01", "02 02", "02 03"}) {
            assertGood(setEncryption(modes, KEY_1));
            FakeReply status = page(0x20);
            assertThat("%02X %02X".formatted(status.u8(5), status.u8(6))).isEqualTo(modes);
        }
    }

    @Test
    void everySetHasAKeyInstanceOfItsOwn() {
        setEncryption(ON, KEY_1);
        long first = page(0x20).u32(8);
        setEncryption(ON, KEY_1);
        assertThat(page(0x20).u32(8)).isGreaterThan(first);
    }

    @Test
    void offNeedsNoKey() {
        assertGood(setEncryption(OFF, ""));
        assertThat(page(0x20).u8(5)).isZero();
    }

    @Test
    void emptyListChangesNothing() {
        setEncryption(ON, KEY_1);
        assertGood(host.send("B5 20 00 10 00 00 00 00 00 00 00 00"));
        assertThat(page(0x20).u8(5)).isEqualTo(2);
    }

    private void assertRefused(FakeReply reply, int byteAt) {
        assertOutcome(reply, "05/26/00");
        assertThat(reply.sense().encode()[17]).isEqualTo((byte) byteAt);
        assertThat(page(0x20).u8(5)).isZero();
    }

    @Test
    void wrongKeyLengthIsRefused() {
        assertRefused(setEncryption(ON, KEY_1.substring(2)), 18);
        assertRefused(setEncryption(ON, KEY_1 + "00"), 18);
        assertRefused(setEncryption(ON, ""), 18);
        assertRefused(setEncryption(ONLY_DECRYPT, ""), 18);
    }

    @Test
    void unknownModesScopesAndFlagsAreRefused() {
        assertRefused(setEncryption("03 00", KEY_1), 6);
        assertRefused(setEncryption("02 04", KEY_1), 7);
        assertRefused(setEncryption(host, "60", "00", ON, KEY_1, ""), 4);
        assertRefused(setEncryption(host, ALL_I_T_NEXUS, "08", ON, KEY_1, ""), 5);
        assertRefused(setEncryption(host, ALL_I_T_NEXUS, "02", ON, KEY_1, ""), 5);
        assertRefused(setEncryption(host, ALL_I_T_NEXUS, "01", ON, KEY_1, ""), 5);
        assertRefused(setEncryption(host, ALL_I_T_NEXUS, "10", ON, KEY_1, ""), 5);
    }

    @Test
    void keyAssociatedDataIsCheckedAndOrdered() {
        String tooLong = "00 00 00 21" + "AA".repeat(33);
        assertRefused(setEncryption(host, ALL_I_T_NEXUS, "00", ON, KEY_1, tooLong), 54);
        String authenticatedTooLong = "01 00 00 0D" + "AA".repeat(13);
        assertRefused(
                setEncryption(host, ALL_I_T_NEXUS, "00", ON, KEY_1, authenticatedTooLong), 54);
        assertRefused(setEncryption(host, ALL_I_T_NEXUS, "00", ON, KEY_1, A_KAD + U_KAD), 58);
        assertRefused(setEncryption(host, ALL_I_T_NEXUS, "00", ON, KEY_1, "02 00 00 01 00"), 52);
        assertRefused(setEncryption(host, ALL_I_T_NEXUS, "00", ON, KEY_1, "00 00 00 05 6D"), 54);
    }

    @Test
    void unknownAlgorithmAndKeyFormatAreRefused() {
        String page = "0010 0030 40 00 02 02 02 00 00 00000000000000 0020" + KEY_1;
        assertOutcome(send(page), "05/26/00");
        page = "0010 0030 40 00 02 02 01 01 00 00000000000000 0020" + KEY_1;
        assertOutcome(send(page), "05/26/00");
        page = "0011 0030 40 00 02 02 01 00 00 00000000000000 0020" + KEY_1;
        assertOutcome(send(page), "05/26/00");
    }

    private FakeReply send(String page) {
        String list = page.replace(" ", "");
        return host.send("B5 20 00 10 00 00 " + u32(list.length() / 2) + " 00 00", list);
    }

    @Test
    void listThatEndsEarlyIsRefused() {
        assertOutcome(send("0010 0030 40 00 02 02 01 00 00 00000000000000 0020"), "05/1A/00");
        assertOutcome(send("0010 0004 40 00 02 02"), "05/1A/00");
        assertOutcome(host.send("B5 20 00 10 00 00 00 00 00 34 00 00", new byte[20]), "05/1A/00");
    }

    @Test
    void otherProtocolsAndPagesAreRefused() {
        assertOutcome(host.send("B5 00 00 10 00 00 00 00 00 00 00 00"), "05/24/00");
        assertOutcome(host.send("B5 20 00 11 00 00 00 00 00 00 00 00"), "05/24/00");
    }
}
