package io.capstan.conformance.changer;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.changer.ChangerPersonality;
import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeInitiator;
import io.capstan.fakes.scsi.FakeReply;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The CDBs of mtx 1.3, and how it reads what comes back: elements by type, import/export elements behind the storage
 * elements, slots and drives by number. Facts read in mtxl.c.
 */
@Conformance(subject = "replay of mtx", standard = "SMC-3", clients = "mtx (replay)")
final class MtxReplayTest extends ChangerConformance {

    @Test
    void inquiryAndStatusOfAFreshLibrary() {
        Mtx mtx = new Mtx(host);

        assertThat(mtx.inquiry())
                .isEqualTo("STK     L700            0312, attached: no, barcodes: yes");
        assertThat(mtx.status())
                .startsWith(
                        "Data Transfer Element 0:Empty",
                        "Data Transfer Element 1:Empty",
                        "Storage Element 1:Full :VolumeTag=CAP001L8",
                        "Storage Element 2:Full :VolumeTag=CAP002L8",
                        "Storage Element 3:Full :VolumeTag=CAP003L8",
                        "Storage Element 4:Empty")
                .hasSize(2 + 20 + 4)
                .endsWith("Storage Element 24 IMPORT/EXPORT:Empty");
    }

    @Test
    void loadUnloadTransferExchange() {
        Mtx mtx = new Mtx(host);

        assertThat(mtx.load(2, 1)).isEqualTo("GOOD");
        assertThat(mtx.status())
                .contains(
                        "Data Transfer Element 1:Full (Storage Element 2 Loaded):VolumeTag = CAP002L8",
                        "Storage Element 2:Empty");

        assertThat(mtx.exchange(1, 3)).isEqualTo("GOOD");
        assertThat(mtx.status())
                .contains(
                        "Storage Element 1:Full :VolumeTag=CAP003L8",
                        "Storage Element 3:Full :VolumeTag=CAP001L8");

        assertThat(mtx.unload(2, 1)).isEqualTo("GOOD");
        assertThat(mtx.transfer(2, 21)).isEqualTo("GOOD");
        assertThat(mtx.status())
                .contains(
                        "Data Transfer Element 1:Empty",
                        "Storage Element 2:Empty",
                        "Storage Element 21 IMPORT/EXPORT:Full :VolumeTag=CAP002L8");
    }

    @Test
    void eepos() {
        Mtx mtx = new Mtx(host);

        assertThat(mtx.eepos(1, 1, 21)).isEqualTo("GOOD");
        assertThat(mtx.transfer(21, 1)).isEqualTo("GOOD");
        assertThat(mtx.eepos(2, 1, 21)).isEqualTo("GOOD");
    }

    @Test
    void errors() {
        Mtx mtx = new Mtx(host);

        assertThat(mtx.load(4, 0)).as("empty").isEqualTo("05/3B/0E");
        assertThat(mtx.transfer(1, 2)).as("full").isEqualTo("05/3B/0D");
        mtx.load(1, 0);
        assertThat(mtx.load(2, 0)).as("twice loaded").isEqualTo("05/3B/0D");
        drive(0).removalPrevented(true);
        assertThat(mtx.unload(1, 0)).as("prevented").isEqualTo("05/53/02");
    }

    @Test
    void inventoryAndPosition() {
        Mtx mtx = new Mtx(host);

        assertThat(mtx.inventory()).isEqualTo("GOOD");
        assertThat(mtx.position(3)).isEqualTo("GOOD");
    }

    @Test
    void alternativeStatusAsksForAllTypesUntilNothingComes() {
        assertThat(new Mtx(host).countAllElements()).isEqualTo(1 + 4 + 2 + 20);
    }

    @Test
    void aThousandSlotsAndSixtyFourDrives(@TempDir Path elsewhere) {
        ChangerPersonality l700 = ChangerPersonality.named("stk-l700");
        try (Bench large = new Bench(elsewhere, l700, 1000, 40, 64)) {
            large.place("CAP001L8", 1999);
            large.host.clearUnitAttentions();
            Mtx mtx = new Mtx(large.host);

            assertThat(mtx.load(1000, 63)).isEqualTo("GOOD");
            assertThat(mtx.status())
                    .hasSize(64 + 1000 + 40)
                    .contains(
                            "Data Transfer Element 63:Full (Storage Element 1000 Loaded):VolumeTag = CAP001L8",
                            "Storage Element 1000:Empty",
                            "Storage Element 1040 IMPORT/EXPORT:Empty");
            assertThat(mtx.countAllElements()).isEqualTo(1 + 40 + 64 + 1000);
        }
    }

    /** mtx, as far as the changer can see it. */
    private static final class Mtx {

        private static final int MODE_SENSE_BYTES = 136;
        private static final int ELEMENT_DESCRIPTOR_BYTES = 12 + 36 + 36 + 4;
        private static final int TRANSPORT = 1;
        private static final int STORAGE = 2;
        private static final int IMPORT_EXPORT = 3;
        private static final int DATA_TRANSFER = 4;

        private final FakeInitiator host;

        private record Element(int address, boolean full, int source, String volumeTag) {}

        Mtx(FakeInitiator host) {
            this.host = host;
        }

        String inquiry() {
            FakeReply reply = host.receive("12 00 00 00 38 00", 56);
            boolean attached = (reply.u8(6) & 0x08) != 0;
            boolean barcodes = (reply.u8(55) & 0x01) != 0;
            return "%s, attached: %s, barcodes: %s"
                    .formatted(
                            ascii(reply, 8, 28), attached ? "yes" : "no", barcodes ? "yes" : "no");
        }

        String inventory() {
            return host.send("07 00 00 00 00 00").outcome();
        }

        String position(int slot) {
            return host.send("2B 00 0001 %04X 0000 00 00".formatted(slotAddress(slot))).outcome();
        }

        String load(int slot, int drive) {
            return move(slotAddress(slot), driveAddress(drive), 0);
        }

        String unload(int slot, int drive) {
            return move(driveAddress(drive), slotAddress(slot), 0);
        }

        String transfer(int source, int destination) {
            return move(slotAddress(source), slotAddress(destination), 0);
        }

        String eepos(int position, int source, int destination) {
            return move(slotAddress(source), slotAddress(destination), position);
        }

        /** Without a third slot the second cartridge comes to the first one's. */
        String exchange(int first, int second) {
            return host.send(
                            "A6 00 0001 %04X %04X %04X 00 00"
                                    .formatted(
                                            slotAddress(first),
                                            slotAddress(second),
                                            slotAddress(first)))
                    .outcome();
        }

        List<String> status() {
            List<Element> slots = slots();
            List<String> lines = new ArrayList<>();
            List<Element> drives = read(DATA_TRANSFER, pageFirst(14), pageCount(16));
            for (int i = 0; i < drives.size(); i++) {
                Element drive = drives.get(i);
                lines.add(
                        drive.full()
                                ? "Data Transfer Element %d:Full (Storage Element %d Loaded):VolumeTag = %s"
                                        .formatted(
                                                i, slotOf(slots, drive.source()), drive.volumeTag())
                                : "Data Transfer Element %d:Empty".formatted(i));
            }
            int storageCount = pageCount(8);
            for (int i = 0; i < slots.size(); i++) {
                Element slot = slots.get(i);
                lines.add(
                        "Storage Element %d%s:%s"
                                .formatted(
                                        i + 1,
                                        i < storageCount ? "" : " IMPORT/EXPORT",
                                        slot.full()
                                                ? "Full :VolumeTag=" + slot.volumeTag()
                                                : "Empty"));
            }
            return lines;
        }

        int countAllElements() {
            int count = 0;
            int last = -1;
            int next = 0;
            while (last != next) {
                last = next;
                List<Element> elements = read(0, next, pageCount(8));
                count += elements.size();
                next = elements.isEmpty() ? next : elements.getLast().address() + 1;
            }
            return count;
        }

        private List<Element> slots() {
            List<Element> slots = new ArrayList<>(read(STORAGE, pageFirst(6), pageCount(8)));
            slots.addAll(read(IMPORT_EXPORT, pageFirst(10), pageCount(12)));
            assertThat(read(TRANSPORT, pageFirst(2), 1)).hasSize(1);
            return slots;
        }

        /** A slot that is not empty cannot be where the drive's cartridge came from. */
        private static int slotOf(List<Element> slots, int address) {
            for (int i = 0; i < slots.size(); i++) {
                if (slots.get(i).address() == address && !slots.get(i).full()) {
                    return i + 1;
                }
            }
            return 0;
        }

        private String move(int source, int destination, int eepos) {
            return host.send(
                            "A5 00 0001 %04X %04X 0000 00 %02X"
                                    .formatted(source, destination, eepos << 6))
                    .outcome();
        }

        private int slotAddress(int slot) {
            int storageCount = pageCount(8);
            return slot <= storageCount
                    ? pageFirst(6) + slot - 1
                    : pageFirst(10) + slot - storageCount - 1;
        }

        private int driveAddress(int drive) {
            return pageFirst(14) + drive;
        }

        private int pageFirst(int offset) {
            FakeReply page = host.receive("1A 08 1D 00 88 00", MODE_SENSE_BYTES);
            return page.u16(4 + page.u8(3) + offset);
        }

        private int pageCount(int offset) {
            return pageFirst(offset);
        }

        private List<Element> read(int type, int first, int count) {
            int total = pageCount(4) + pageCount(8) + pageCount(12) + pageCount(16);
            int bytes = 8 + 4 * 8 + total * ELEMENT_DESCRIPTOR_BYTES;
            FakeReply reply =
                    host.receive(
                            "B8 %02X %04X %04X 00 %06X 00 00"
                                    .formatted(0x10 | type, first, count, bytes),
                            bytes);
            assertThat(reply.outcome()).isEqualTo("GOOD");
            return parse(reply);
        }

        /** Counts down the elements that the header announces, as mtx does, whatever was transferred. */
        private static List<Element> parse(FakeReply reply) {
            List<Element> elements = new ArrayList<>();
            int remaining = reply.u16(2);
            int at = 8;
            while (remaining > 0) {
                int descriptorBytes = reply.u16(at + 2);
                boolean tags = (reply.u8(at + 1) & 0x80) != 0;
                int available = reply.u24(at + 5);
                at += 8;
                for (; available > 0; available -= descriptorBytes) {
                    elements.add(
                            new Element(
                                    reply.u16(at),
                                    (reply.u8(at + 2) & 1) != 0,
                                    reply.u16(at + 10),
                                    tags ? ascii(reply, at + 12, 36) : ""));
                    at += descriptorBytes;
                    remaining--;
                }
            }
            return elements;
        }

        private static String ascii(FakeReply reply, int offset, int lengthBytes) {
            return new String(reply.data(), offset, lengthBytes, StandardCharsets.US_ASCII)
                    .replace("\0", "")
                    .stripTrailing();
        }
    }
}
