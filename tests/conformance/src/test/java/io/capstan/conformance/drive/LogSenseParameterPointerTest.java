package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeReply;
import org.junit.jupiter.api.Test;

/** LOG SENSE: parameter pointer and allocation length, and that neither loses a TapeAlert flag. */
@Conformance(
        subject = "LOG SENSE, parameter pointer and allocation length",
        standard = "SPC-4, LOG SENSE command",
        clients = {"sg3_utils"})
class LogSenseParameterPointerTest extends DriveConformance {

    private void fail() {
        write(1, 512);
        rewind();
        tape.corruptObject(0, 0);
        read(512);
    }

    private FakeReply alerts(int pointer, int allocationLengthBytes) {
        return host.receive(
                "4D 00 6E 00 00 %04X %04X 00".formatted(pointer, allocationLengthBytes), 512);
    }

    @Test
    void beginsWithTheFirstParameterFromThePointer() {
        FakeReply page = host.receive("4D 00 57 00 00 02 02 04 00 00", 1024);

        assertThat(page.u16(4)).isEqualTo(0x0202);
        assertThat(page.u16(2)).isEqualTo(page.data().length - 4);
        assertThat(host.receive("4D 00 57 00 00 01 03 04 00 00", 1024).u16(4)).isEqualTo(0x0200);
    }

    @Test
    void refusesAPointerBehindTheLastParameter() {
        assertSense(
                host.receive("4D 00 57 00 00 FF FF 04 00 00", 1024),
                "70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 C0 00 05");
    }

    @Test
    void aShortAnswerTellsTheWholeLength() {
        FakeReply whole = host.receive("4D 00 54 00 00 00 00 04 00 00", 1024);
        FakeReply header = host.receive("4D 00 54 00 00 00 00 00 04 00", 1024);

        assertThat(header.data()).hasSize(4);
        assertThat(header.u16(2)).isEqualTo(whole.u16(2));
    }

    @Test
    void flagsThatWereNotReadStay() {
        fail();
        alerts(0, 4);
        alerts(0, 323);
        alerts(6, 512);

        FakeReply page = alerts(0, 324);

        assertThat(page.u8(4 + 5 * 4 + 4)).isEqualTo(1);
        assertThat(alerts(0, 324).u8(4 + 5 * 4 + 4)).isZero();
    }
}
