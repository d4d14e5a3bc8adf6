package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.medium.SimpleTape;
import io.capstan.store.StoreException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** BUFFERED MODE 0: GOOD means on stable storage. */
@Conformance(subject = "BUFFERED MODE", standard = "SSC-4, Mode parameter header")
class WriteUnbufferedTest extends DriveConformance {

    @BeforeEach
    void switchBufferingOff() {
        assertGood(host.send("15 10 00 00 04 00", "00 00 00 00"));
    }

    @Test
    void everyBlockIsOnStableStorage() {
        assertGood(write(1, 512));

        assertThat(tape.hasUnsynchronizedObjects()).isFalse();
    }

    @Test
    void faultIsTheCommandsOwn() {
        tape.failNextSynchronize(new StoreException.WriteFailed("disk is gone", null));

        assertSense(write(1, 512), "F0 00 03 00 00 02 00 0A 00 00 00 00 0C 00 00 00 00 00");
        assertThat(tape.objects(0)).isEmpty();
    }

    @Test
    void immediateFilemarksAreRefused() {
        assertSense(
                host.send("10 01 00 00 01 00"),
                "70 00 05 00 00 00 00 0A 00 00 00 00 24 00 00 C8 00 01");
        assertThat(tape.objects(0)).isEmpty();
    }

    @Test
    void isSeenInTheModeParameterHeader() {
        assertThat(host.receive("1A 00 00 00 0C 00", 12).u8(2)).isZero();
    }

    @Test
    void bufferedModeIsTheDefault() {
        use(builder().build(), SimpleTape.blank("TST002L8", CAPACITY_BYTES));

        assertGood(write(1, 512));

        assertThat(tape.hasUnsynchronizedObjects()).isTrue();
    }
}
