package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import org.junit.jupiter.api.Test;

/** Log page 11h, DT device status: very high frequency data. */
@Conformance(
        subject = "log page 11h",
        standard = "SSC-4, DT Device Status log page",
        clients = {"sg3_utils", "Proxmox (replay)"})
class LogDeviceStatusTest extends DriveConformance {

    private long veryHighFrequencyData() {
        return host.receive("4D 00 51 00 00 00 00 00 FF 00", 255).u32(8);
    }

    @Test
    void isTwoParameters() {
        assertData(
                host.receive("4D 00 51 00 00 00 00 00 FF 00", 255),
                "91 00 00 0E 00 00 03 04 31 17 00 00 00 01 03 02 03 E8");
    }

    @Test
    void followsTheCartridge() {
        host.send("1B 00 00 00 00 00");
        assertThat(veryHighFrequencyData()).isEqualTo(0x51_34_00_00L);
        drive.eject().join();
        assertThat(veryHighFrequencyData()).isEqualTo(0x11_20_00_00L);
    }

    @Test
    void tellsThatTheBufferIsOnItsWayToTheMedium() {
        write(1, 512);
        assertThat(veryHighFrequencyData()).isEqualTo(0x31_17_06_00L);
        writeFilemarks(0);
        assertThat(veryHighFrequencyData()).isEqualTo(0x31_17_00_00L);
    }

    @Test
    void tellsOfPreventionAndCompression() {
        host.send("1E 00 00 00 01 00");
        host.send(
                "15 10 00 00 14 00", "00 00 10 00 0F 0E 40 80 00 00 00 01 00 00 00 01 00 00 00 00");

        assertThat(veryHighFrequencyData()).isEqualTo(0xA1_17_00_00L);
    }

    @Test
    void tellsThatThereAreTapeAlerts() {
        write(1, 512);
        rewind();
        tape.corruptObject(0, 0);
        read(512);

        assertThat(veryHighFrequencyData()).isEqualTo(0x31_17_00_01L);
    }
}
