package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.medium.SimpleTape;
import org.junit.jupiter.api.Test;

/** Log pages 02h and 03h, write and read error counters. */
@Conformance(
        subject = "log pages 02h, 03h",
        standard = "SPC-4, Error counter log pages",
        clients = "sg3_utils")
class LogErrorCountersTest extends DriveConformance {

    private long bytes(int page) {
        return host.receive("4D 00 %02X 00 00 00 05 00 40 00".formatted(0x40 | page), 64).u64(8);
    }

    @Test
    void haveSevenParameters() {
        write(1, 1000);
        assertData(
                host.receive("4D 00 42 00 00 00 00 00 FF 00", 255),
                """
                82 00 00 3C
                00 00 00 04 00 00 00 00
                00 01 00 04 00 00 00 00
                00 02 00 04 00 00 00 00
                00 03 00 04 00 00 00 00
                00 04 00 04 00 00 00 00
                00 05 00 08 00 00 00 00 00 00 03 E8
                00 06 00 04 00 00 00 00
                """);
    }

    @Test
    void countBytes() {
        write(1, 1000);
        write(2, 500);
        rewind();
        read(1000);

        assertThat(bytes(0x02)).isEqualTo(1500);
        assertThat(bytes(0x03)).isEqualTo(1000);
    }

    @Test
    void logSelectResetsThem() {
        write(1, 1000);

        assertGood(host.send("4C 02 C0 00 00 00 00 00 00 00"));

        assertThat(bytes(0x02)).isZero();
        write(2, 300);
        assertThat(bytes(0x02)).isEqualTo(300);
    }

    @Test
    void beginWithTheLoad() {
        write(1, 1000);
        exchange(SimpleTape.blank("TST002L8", CAPACITY_BYTES));

        assertThat(bytes(0x02)).isZero();
    }
}
