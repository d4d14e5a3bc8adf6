package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.scsi.AdditionalSense;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReservationConflictTest {

    private final SpcBench bench = new SpcBench();

    @Test
    void refusesWhatAReservationRefuses() {
        bench.reservedByOther = true;

        assertThat(bench.send("01 00 00 00 00 00").outcome()).isEqualTo("RESERVATION_CONFLICT");
        assertThat(bench.receive("1A 00 0F 00 FF 00").outcome()).isEqualTo("RESERVATION_CONFLICT");
        assertThat(bench.device.executed).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00 00 00 00 00 00",
                "03 00 00 00 FF 00",
                "12 00 00 00 FF 00",
                "4D 00 40 00 00 00 00 00 FF 00",
                "A3 0C 00 00 00 00 00 00 0F FF 00 00",
                "A3 0D 00 00 00 00 00 00 0F FF 00 00"
            })
    void passesWhatTheStandardLetsPass(String cdb) {
        bench.reservedByOther = true;

        assertThat(bench.receive(cdb).outcome()).isEqualTo("GOOD");
    }

    @Test
    void aUnitAttentionComesFirst() {
        bench.reservedByOther = true;
        bench.unitAttentions.raise(AdditionalSense.RESERVATIONS_PREEMPTED);

        assertThat(bench.send("01 00 00 00 00 00").outcome()).isEqualTo("06/2A/03");
        assertThat(bench.send("01 00 00 00 00 00").outcome()).isEqualTo("RESERVATION_CONFLICT");
    }

    @Test
    void anUnknownCommandIsRefusedAsSuch() {
        bench.reservedByOther = true;

        assertThat(bench.send("02 00 00 00 00 00").outcome()).isEqualTo("05/20/00");
    }
}
