package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeReply;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Log page 16h, tape diagnostic data: what failed last, and on which cartridge. */
@Conformance(
        subject = "log page 16h",
        standard = "SSC-4, Tape Diagnostic Data log page",
        clients = "sg3_utils")
class LogTapeDiagnosticDataTest extends DriveConformance {

    private static final int ENTRY_BYTES = 72;

    private FakeReply page() {
        FakeReply page = host.receive("4D 00 56 00 00 00 00 10 00 00", 4096);
        assertGood(page);
        return page;
    }

    @Test
    void isTwelveEmptyParametersAtFirst() {
        assertThat(page().hex())
                .isEqualTo(
                        "96 00 03 60 "
                                + IntStream.range(0, 12)
                                        .mapToObj(code ->
                                                "00 %02X 03 44".formatted(code) + " 00".repeat(68))
                                        .collect(Collectors.joining(" ")));
    }

    @Test
    void tellsWhatFailedLatestFirst() {
        write(1, 512);
        write(2, 512);
        rewind();
        tape.corruptObject(0, 1);
        read(512);
        read(512);
        host.send("13 00 00 00 00 00");

        FakeReply page = page();

        assertThat(page.u16(4 + 6)).isEqualTo(0x5E88);
        assertThat(page.u8(4 + 13)).as("sense key").isEqualTo(0x03);
        assertThat(page.u16(4 + 14)).as("additional sense code").isEqualTo(0x1100);
        assertThat(page.u8(4 + 28)).as("operation code").isEqualTo(0x08);
        assertThat(new String(page.data(), 4 + 32, 8, StandardCharsets.US_ASCII))
                .isEqualTo("TST001L8");
        assertThat(page.u32(4 + 68)).as("timestamp").isEqualTo(NOW.toEpochMilli() & 0xFFFF_FFFFL);
        assertThat(page.u8(4 + ENTRY_BYTES + 13)).as("of the one before").isZero();
    }

    @Test
    void keepsTwelve() {
        write(1, 512);
        for (int i = 0; i < 14; i++) {
            rewind();
            tape.corruptObject(0, 0);
            read(512);
        }

        FakeReply page = page();

        assertThat(page.data()).hasSize(4 + 12 * ENTRY_BYTES);
        assertThat(page.u8(4 + 11 * ENTRY_BYTES + 13)).isEqualTo(0x03);
    }

    @Test
    void illegalRequestsAreNotFailures() {
        host.send("08 03 00 00 01 00");

        assertThat(page().u8(4 + 13)).isZero();
    }
}
