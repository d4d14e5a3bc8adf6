package io.capstan.conformance.changer;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeReply;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What drivers/scsi/ch.c of Linux sends when it finds a changer and for its ioctls, and what it checks. */
@Conformance(subject = "replay of the Linux ch driver", standard = "SMC-3", clients = "ch (replay)")
final class LinuxChReplayTest extends ChangerConformance {

    private static final int BUFFER_BYTES = 256;

    /** ch_readconfig without and with block descriptors disabled; LUN 0 and LUN 2. */
    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void readsItsConfiguration(int lun) {
        FakeReply page = host.receive("1A %02X 1D 00 FF 00".formatted(lun << 5), 255);
        assertThat(page.outcome()).isEqualTo("GOOD");

        int at = page.u8(3) + 6;
        assertThat(List.of(page.u16(at), page.u16(at + 2))).as("mt").containsExactly(1, 1);
        assertThat(List.of(page.u16(at + 4), page.u16(at + 6))).as("st").containsExactly(1000, 20);
        assertThat(List.of(page.u16(at + 8), page.u16(at + 10))).as("ie").containsExactly(10, 4);
        assertThat(List.of(page.u16(at + 12), page.u16(at + 14))).as("dt").containsExactly(500, 2);
    }

    @Test
    void looksUpItsDrives() {
        for (int element = 500; element < 502; element++) {
            byte[] data = readElement(4, element, 0, false);
            assertThat(data[6] & 0x80).as("on this bus, as far as anybody knows").isZero();
            assertThat(data[6] & 0x30).as("ID/LUN unknown").isZero();
        }
    }

    /** CHIOGSTATUS: one flag byte for each element. */
    @Test
    void statusOfEachElement() {
        List<Integer> flags = new ArrayList<>();
        for (int element = 1000; element < 1020; element++) {
            flags.add((int) readElement(2, element, 0, true)[2]);
        }
        assertThat(flags.subList(0, 4)).containsExactly(0x09, 0x09, 0x09, 0x08);
        assertThat(readElement(1, 1, 2, true)[2]).as("mt, LUN 2").isEqualTo((byte) 0);
    }

    @Test
    void initializesOnLoadAndPositions() {
        assertThat(host.send("07 40 00 00 00 00").outcome()).isEqualTo("GOOD");
        assertThat(host.send("2B 40 0001 03E8 0000 00 00").outcome()).isEqualTo("GOOD");
    }

    /** The five senses that ch maps to an errno of their own; all others become EIO. */
    @Test
    void errnos() {
        assertThat(errno("A5 00 0001 03E8 7777 0000 00 00")).isEqualTo("EBADSLT");
        assertThat(errno("A5 00 0001 03E8 03E9 0000 00 00")).isEqualTo("EXFULL");
        assertThat(errno("A5 00 0001 03FA 03F0 0000 00 00")).isEqualTo("EBADE");
        assertThat(errno("A7 00 0001 03FA 03F0 0000 00 00")).isEqualTo("EBADRQC");
        drive(0).removalPrevented(true);
        move(1000, 500);
        assertThat(errno("A5 00 0001 01F4 03E8 0000 00 00")).isEqualTo("EIO");
        assertThat(errno("A5 00 0001 03E9 01F5 0000 00 00")).isEqualTo("0");
        assertThat(errno("A6 00 0001 03EA 01F5 03EA 00 00")).isEqualTo("0");
    }

    private byte[] readElement(int type, int element, int lun, boolean volumeTags) {
        FakeReply reply =
                host.receive(
                        "B8 %02X %04X 0001 00 0000FF 00 00"
                                .formatted(lun << 5 | (volumeTags ? 0x10 : 0) | type, element),
                        BUFFER_BYTES);
        assertThat(reply.outcome()).isEqualTo("GOOD");
        assertThat(reply.u16(16)).as("the element asked for").isEqualTo(element);
        return java.util.Arrays.copyOfRange(reply.data(), 16, 32);
    }

    private String errno(String cdb) {
        return switch (host.send(cdb).outcome()) {
            case "GOOD" -> "0";
            case "05/21/01" -> "EBADSLT";
            case "05/28/01", "05/3B/0E" -> "EBADE";
            case "05/3B/0D" -> "EXFULL";
            case "05/20/00" -> "EBADRQC";
            default -> "EIO";
        };
    }
}
