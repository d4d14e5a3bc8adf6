package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ERASE(6), short, long and immediate: the data ends where it stands. */
@Conformance(
        subject = "ERASE(6)",
        standard = "SSC-4, ERASE(6) command",
        clients = {"st", "mt"})
class EraseTest extends DriveConformance {

    @BeforeEach
    void writeThreeBlocks() {
        write(1, 100);
        write(2, 100);
        write(3, 100);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "19 00 00 00 00 00",
                "19 01 00 00 00 00",
                "19 02 00 00 00 00",
                "19 03 00 00 00 00"
            })
    void endsTheDataAtThePosition(String cdb) {
        locate(1);

        assertGood(host.send(cdb));

        assertThat(tape.objects(0)).containsExactly(block(1, 100));
        assertThat(objectNumber()).isEqualTo(1);
        assertOutcome(read(100), "08/00/05");
    }

    @ParameterizedTest
    @ValueSource(strings = {"19 00 00 00 00 00", "19 01 00 00 00 00"})
    void leavesNothingFromTheBeginning(String cdb) {
        rewind();

        assertGood(host.send(cdb));

        assertThat(tape.objects(0)).isEmpty();
    }
}
