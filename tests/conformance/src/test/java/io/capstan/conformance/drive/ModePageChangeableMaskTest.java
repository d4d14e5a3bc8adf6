package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeReply;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** MODE SENSE with PC 01b tells exactly what MODE SELECT takes, for every bit of every page and subpage. */
@Conformance(
        subject = "MODE SENSE, changeable values",
        standard = "SPC-4, MODE SENSE(10) command",
        clients = {"sg3_utils"})
class ModePageChangeableMaskTest extends DriveConformance {

    private static final int HEADER_BYTES = 8;

    private record Page(byte[] bytes) {

        boolean isSubpage() {
            return (bytes[0] & 0x40) != 0;
        }

        int parametersAt() {
            return isSubpage() ? 4 : 2;
        }

        String code() {
            return "%02X%02X".formatted(bytes[0] & 0x3F, isSubpage() ? bytes[1] & 0xFF : 0);
        }
    }

    /** All pages without block descriptors, in the order of their codes. */
    private List<Page> pages(int pageControl) {
        FakeReply reply =
                host.receive(
                        "5A 08 %02X FF 00 00 00 10 00 00".formatted(pageControl << 6 | 0x3F), 4096);
        assertGood(reply);
        List<Page> pages = new ArrayList<>();
        for (int at = HEADER_BYTES; at < reply.data().length; ) {
            boolean subpage = (reply.u8(at) & 0x40) != 0;
            int lengthBytes = subpage ? 4 + reply.u16(at + 2) : 2 + reply.u8(at + 1);
            pages.add(new Page(Arrays.copyOfRange(reply.data(), at, at + lengthBytes)));
            at += lengthBytes;
        }
        return pages;
    }

    private FakeReply select(byte[] page) {
        byte[] list = new byte[HEADER_BYTES + page.length];
        list[3] = 0x10;
        System.arraycopy(page, 0, list, HEADER_BYTES, page.length);
        list[HEADER_BYTES] &= 0x7F;
        return host.send("55 10 00 00 00 00 00 %04X 00".formatted(list.length), list);
    }

    @Test
    void everyPageCanBeSentBackAsItWasRead() {
        for (Page page : pages(0)) {
            assertThat(select(page.bytes()).outcome()).as(page.code()).isEqualTo("GOOD");
        }
    }

    @Test
    void everyBitOutsideTheMaskIsRefusedAtItsPlace() {
        List<Page> current = pages(0);
        List<Page> masks = pages(1);
        for (int i = 0; i < current.size(); i++) {
            Page page = current.get(i);
            assertThat(masks.get(i).code()).isEqualTo(page.code());
            for (int at = page.parametersAt(); at < page.bytes().length; at++) {
                for (int bit = 7; bit >= 0; bit--) {
                    if ((masks.get(i).bytes()[at] >> bit & 1) == 0) {
                        assertRefused(page, at, bit);
                    }
                }
            }
        }
        assertThat(pages(0)).usingRecursiveComparison().isEqualTo(current);
    }

    private void assertRefused(Page page, int at, int bit) {
        byte[] proposed = page.bytes().clone();
        proposed[at] ^= (byte) (1 << bit);

        FakeReply reply = select(proposed);

        byte[] sense = reply.sense().encode();
        assertThat(reply.outcome())
                .as("%s, byte %d, bit %d", page.code(), at, bit)
                .isEqualTo("05/26/00");
        assertThat(sense[15] & 0xFF).as("SKSV, C/D, BPV, BIT POINTER").isEqualTo(0x88 | bit);
        assertThat((sense[16] & 0xFF) << 8 | (sense[17] & 0xFF)).isEqualTo(HEADER_BYTES + at);
    }

    @Test
    void pagesAreTheSameInEveryForm() {
        List<String> codes = pages(0).stream().map(Page::code).toList();

        for (int pageControl = 1; pageControl < 3; pageControl++) {
            assertThat(pages(pageControl).stream().map(Page::code).toList()).isEqualTo(codes);
        }
    }
}
