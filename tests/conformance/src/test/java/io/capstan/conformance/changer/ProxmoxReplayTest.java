package io.capstan.conformance.changer;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.changer.ChangerPersonality;
import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeInitiator;
import io.capstan.fakes.scsi.FakeReply;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the tape tools of Proxmox Backup Server send, and the checks that make them give up. Facts read in
 * pbs-tape/src/sg_pt_changer.rs.
 */
@Conformance(subject = "replay of Proxmox Backup", standard = "SMC-3", clients = "Proxmox (replay)")
final class ProxmoxReplayTest {

    private static final int ALLOCATION_BYTES = 0x10000;
    private static final int ELEMENTS_MAX = 1000;

    @TempDir Path directory;

    @Test
    void aSmallLibrary() {
        assertStatus("stk-l700", 20, 4, 2);
        assertStatus("ibm-03584l32", 20, 4, 2);
    }

    @Test
    void countsAroundTheElementsOfOneRequest() {
        assertStatus("ibm-03584l32", 999, 0, 1);
        assertStatus("ibm-03584l32", 1000, 200, 64);
        assertStatus("ibm-03584l32", 1001, 1, 3);
        assertStatus("stk-l700", 2500, 40, 64);
    }

    private void assertStatus(String personality, int storage, int importExport, int drives) {
        String place = "%s-%d".formatted(personality, storage);
        ChangerPersonality named = ChangerPersonality.named(personality);
        try (Bench bench =
                new Bench(directory.resolve(place), named, storage, importExport, drives)) {
            int first = named.firstStorageAddress();
            bench.place("CAP001L8", first + storage - 1);
            bench.place("CAP002L8", first);
            int drive = named.firstDataTransferAddress();
            bench.library.move(first, drive);
            bench.host.clearUnitAttentions();

            FakeReply setup = addressAssignment(bench.host);
            Map<Integer, Found> slots = read(bench.host, 0x12, 0);
            Map<Integer, Found> found = read(bench.host, 0x14, 0);
            Map<Integer, Found> identified = read(bench.host, 0x04, 1);

            assertThat(slots).hasSize(setup.u16(4 + 8)).hasSize(storage);
            assertThat(read(bench.host, 0x13, 0)).hasSize(setup.u16(4 + 12)).hasSize(importExport);
            assertThat(found).hasSize(setup.u16(4 + 16)).hasSize(drives);
            assertThat(read(bench.host, 0x11, 0)).hasSize(setup.u16(4 + 4)).hasSize(1);
            assertThat(identified.keySet()).isEqualTo(found.keySet());
            assertThat(slots.get(first + storage - 1).volumeTag()).isEqualTo("CAP001L8");
            assertThat(found.get(drive).volumeTag()).isEqualTo("CAP002L8");
            assertThat(found.get(drive).source()).isEqualTo(first);
            assertThat(identified.get(drive + drives - 1).serialNumber())
                    .isEqualTo("DRV%07d".formatted(drives - 1));
        }
    }

    private static FakeReply addressAssignment(FakeInitiator host) {
        FakeReply reply = host.receive("1A 08 1D 00 FF 00", 255);
        assertThat(reply.outcome()).isEqualTo("GOOD");
        assertThat(reply.u8(0)).as("mode data length").isEqualTo(23);
        assertThat(reply.data()).hasSize(24);
        return reply;
    }

    private record Found(int source, String volumeTag, String serialNumber) {}

    private static Map<Integer, Found> read(FakeInitiator host, int byte1, int byte6) {
        Map<Integer, Found> all = new TreeMap<>();
        int start = 0;
        int returned;
        do {
            FakeReply reply =
                    host.receive(
                            "B8 %02X %04X %04X %02X %06X 00 00"
                                    .formatted(byte1, start, ELEMENTS_MAX, byte6, ALLOCATION_BYTES),
                            ALLOCATION_BYTES);
            assertThat(reply.outcome()).isEqualTo("GOOD");
            Map<Integer, Found> page = decode(reply, start);
            returned = page.size();
            all.putAll(page);
            start = page.isEmpty() ? start : ((TreeMap<Integer, Found>) page).lastKey() + 1;
        } while (returned >= ELEMENTS_MAX);
        return all;
    }

    private static Map<Integer, Found> decode(FakeReply reply, int start) {
        Map<Integer, Found> found = new TreeMap<>();
        if (reply.u16(2) == 0) {
            return found;
        }
        assertThat(reply.u16(0)).as("first element").isGreaterThanOrEqualTo(start);
        assertThat(reply.u24(5)).as("byte count").isEqualTo(reply.data().length - 8);
        int at = 8;
        while (at < reply.data().length) {
            boolean tags = (reply.u8(at + 1) & 0x80) != 0;
            int descriptorBytes = reply.u16(at + 2);
            int end = at + 8 + reply.u24(at + 5);
            assertThat(descriptorBytes).isPositive();
            for (at += 8; at < end; at += descriptorBytes) {
                found.put(reply.u16(at), element(reply, at, tags));
            }
        }
        return found;
    }

    private static Found element(FakeReply reply, int at, boolean tags) {
        boolean full = (reply.u8(at + 2) & 1) != 0;
        boolean sourceValid = (reply.u8(at + 9) & 0x80) != 0;
        int identifier = at + 12 + (tags ? 36 : 0);
        String serialNumber = "";
        if (reply.u8(identifier) == 2 && reply.u8(identifier + 1) == 1) {
            assertThat(reply.u8(identifier + 3)).as("DVCID length").isEqualTo(34);
            serialNumber = ascii(reply, identifier + 4 + 24, 10);
        }
        return new Found(
                sourceValid ? reply.u16(at + 10) : -1,
                tags && full ? ascii(reply, at + 12, 36) : "",
                serialNumber);
    }

    private static String ascii(FakeReply reply, int offset, int lengthBytes) {
        return new String(reply.data(), offset, lengthBytes, StandardCharsets.US_ASCII)
                .replace("\0", "")
                .strip();
    }
}
