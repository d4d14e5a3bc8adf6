package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.SenseData;
import io.capstan.scsi.SenseKey;
import org.junit.jupiter.api.Test;

class DeferredErrorReportTest {

    private final SpcBench bench = new SpcBench();

    private final SenseData writeError =
            SenseData.of(SenseKey.MEDIUM_ERROR, AdditionalSense.WRITE_ERROR);

    @Test
    void endsTheNextCommandOfItsNexusUnexecuted() {
        bench.deferredErrors.post(SpcBench.A, writeError);

        assertThat(bench.send(SpcBench.B, "01 00 00 00 00 00").outcome()).isEqualTo("GOOD");
        SpcBench.Reply reply = bench.send(SpcBench.A, "01 00 00 00 00 00");

        assertThat(reply.outcome()).isEqualTo("03/0C/00");
        assertThat(reply.result().sense().orElseThrow().encode()[0]).isEqualTo((byte) 0x71);
        assertThat(bench.device.executed).hasSize(1);
        assertThat(bench.send(SpcBench.A, "01 00 00 00 00 00").outcome()).isEqualTo("GOOD");
    }

    @Test
    void passesInquiryBy() {
        bench.deferredErrors.post(writeError);

        assertThat(bench.receive("12 00 00 00 24 00").outcome()).isEqualTo("GOOD");
        assertThat(bench.send("00 00 00 00 00 00").outcome()).isEqualTo("03/0C/00");
    }

    @Test
    void isDataOfRequestSense() {
        bench.deferredErrors.post(writeError);

        assertThat(bench.receive("03 00 00 00 FF 00").hex())
                .isEqualTo("71 00 03 00 00 00 00 0A 00 00 00 00 0C 00 00 00 00 00");
        assertThat(bench.send("00 00 00 00 00 00").outcome()).isEqualTo("GOOD");
    }

    @Test
    void comesAfterAUnitAttention() {
        bench.deferredErrors.post(writeError);
        bench.unitAttentions.raise(AdditionalSense.MODE_PARAMETERS_CHANGED);

        assertThat(bench.send("00 00 00 00 00 00").outcome()).isEqualTo("06/2A/01");
        assertThat(bench.send("00 00 00 00 00 00").outcome()).isEqualTo("03/0C/00");
    }
}
