package io.capstan.conformance.changer;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeReply;
import org.junit.jupiter.api.Test;

/** What loaderinfo of mtx asks: INQUIRY, the serial number, and the three pages of a changer with room for all of a page. */
@Conformance(subject = "replay of loaderinfo", standard = "SMC-3", clients = "loaderinfo (replay)")
final class LoaderinfoReplayTest extends ChangerConformance {

    @Test
    void everythingItPrints() {
        FakeReply inquiry = host.receive("12 00 00 00 38 00", 56);
        assertThat(inquiry.u8(0) & 0x1F).as("medium changer").isEqualTo(8);
        assertThat(inquiry.u8(6) & 0x08).as("attached changer").isZero();

        assertThat(host.receive("12 01 80 00 FF 00", 255).u8(3)).as("serial").isEqualTo(12);

        FakeReply elements = page("1A 08 1D 00 88 00", 136);
        assertThat(elements.u16(4)).as("medium transport elements").isEqualTo(1);
        assertThat(elements.u16(8)).as("storage elements").isEqualTo(20);
        assertThat(elements.u16(12)).as("import/export elements").isEqualTo(4);
        assertThat(elements.u16(16)).as("data transfer elements").isEqualTo(2);

        FakeReply geometry = page("1A 08 1E 00 88 00", 136);
        assertThat(geometry.u8(2) & 1).as("invertible").isZero();

        FakeReply capabilities = page("1A 08 1F 00 88 00", 136);
        assertThat(capabilities.u8(2)).as("storage: DT, I/E, ST").isEqualTo(0x0E);
        assertThat(capabilities.u8(5)).as("from storage: DT, I/E, ST").isEqualTo(0x0E);
    }

    /** The page alone, behind the mode parameter header. */
    private FakeReply page(String cdb, int capacityBytes) {
        FakeReply reply = host.receive(cdb, capacityBytes);
        assertThat(reply.outcome()).isEqualTo("GOOD");
        int pageAt = 4 + reply.u8(3);
        return new FakeReply(
                reply.result(),
                java.util.Arrays.copyOfRange(reply.data(), pageAt, reply.data().length));
    }
}
