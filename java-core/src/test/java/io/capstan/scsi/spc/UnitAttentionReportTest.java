package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.scsi.AdditionalSense;
import org.junit.jupiter.api.Test;

class UnitAttentionReportTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void endsTheNextCommandUnexecuted() {
        bench.unitAttentions.raise(
                AdditionalSense.NOT_READY_TO_READY_CHANGE_MEDIUM_MAY_HAVE_CHANGED);

        SpcBench.Reply reply = bench.receive("08 00 00 00 10 00");

        assertThat(reply.outcome()).isEqualTo("06/28/00");
        assertThat(reply.data()).isEmpty();
        assertThat(bench.device.executed).isEmpty();
        assertThat(bench.receive("08 00 00 00 10 00").outcome()).isEqualTo("GOOD");
    }

    @Test
    void doesNotKeepInquiryBack() {
        bench.unitAttentions.raise(AdditionalSense.INQUIRY_DATA_HAS_CHANGED);

        assertThat(bench.receive("12 00 00 00 24 00").data()).hasSize(36);
        assertThat(bench.receive("12 01 80 00 FF 00").outcome()).isEqualTo("GOOD");
        assertThat(bench.send("00 00 00 00 00 00").outcome()).isEqualTo("06/3F/03");
    }

    @Test
    void comesBeforeAnIllegalRequest() {
        bench.unitAttentions.raise(AdditionalSense.INQUIRY_DATA_HAS_CHANGED);

        assertThat(bench.send("02 00 00 00 00 00").outcome()).isEqualTo("06/3F/03");
        assertThat(bench.send("02 00 00 00 00 00").outcome()).isEqualTo("05/20/00");
    }

    @Test
    void severalAreReportedOneByOne() {
        assertThat(bench.send("00 00 00 00 00 00").outcome()).isEqualTo("GOOD");
        bench.unitAttentions.raise(
                AdditionalSense.NOT_READY_TO_READY_CHANGE_MEDIUM_MAY_HAVE_CHANGED);
        bench.unitAttentions.raise(AdditionalSense.POWER_ON_RESET_OR_BUS_DEVICE_RESET_OCCURRED);

        assertThat(bench.send("00 00 00 00 00 00").outcome()).isEqualTo("06/29/00");
        assertThat(bench.send("00 00 00 00 00 00").outcome()).isEqualTo("06/28/00");
        assertThat(bench.send("00 00 00 00 00 00").outcome()).isEqualTo("GOOD");
    }
}
