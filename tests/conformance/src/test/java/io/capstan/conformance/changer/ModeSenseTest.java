package io.capstan.conformance.changer;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.changer.ChangerPersonality;
import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeReply;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** MODE SENSE(6) and (10): element addresses, transport geometry, capabilities and informational exceptions. */
@Conformance(
        subject = "mode pages 1Ch, 1Dh, 1Eh, 1Fh, 1Fh/41h",
        standard = "SMC-3, Mode parameters",
        clients = {"ch", "mtx", "sg3_utils", "Proxmox (replay)"})
final class ModeSenseTest extends ChangerConformance {

    private static final String ELEMENT_ADDRESS_ASSIGNMENT =
            "1D 12 00 01 00 01 03 E8 00 14 00 0A 00 04 01 F4 00 02 00 00";
    private static final String TRANSPORT_GEOMETRY = "1E 02 00 00";
    private static final String DEVICE_CAPABILITIES =
            "1F 12 0E 00 00 0E 0E 0E 00 00 00 00 00 0E 0E 0E 00 00 00 00";
    private static final String EXTENDED_DEVICE_CAPABILITIES =
            "5F 41 00 10 00 00 02 00 00 00 00 00 00 00 00 00 00 00 00 00";
    private static final String INFORMATIONAL_EXCEPTIONS = "1C 0A 08 03 00 00 00 00 00 00 00 00";

    @Test
    void elementAddressAssignmentIsFourAndTwentyBytes() {
        assertThat(sense("1A 08 1D 00 FF 00").hex())
                .isEqualTo("17 00 00 00 " + ELEMENT_ADDRESS_ASSIGNMENT);
    }

    @Test
    void thereAreNoBlockDescriptorsToDisable() {
        assertThat(sense("1A 00 1D 00 FF 00").hex()).isEqualTo(sense("1A 08 1D 00 FF 00").hex());
    }

    @Test
    void tenByteHeader() {
        assertThat(sense("5A 08 1D 00 00 00 00 01 00 00").hex())
                .isEqualTo("00 1A 00 00 00 00 00 00 " + ELEMENT_ADDRESS_ASSIGNMENT);
    }

    @Test
    void eachPage() {
        assertThat(sense("1A 08 1E 00 FF 00").hex()).isEqualTo("07 00 00 00 " + TRANSPORT_GEOMETRY);
        assertThat(sense("1A 08 1F 00 FF 00").hex())
                .isEqualTo("17 00 00 00 " + DEVICE_CAPABILITIES);
        assertThat(sense("1A 08 1C 00 FF 00").hex())
                .isEqualTo("0F 00 00 00 " + INFORMATIONAL_EXCEPTIONS);
    }

    @Test
    void extendedDeviceCapabilitiesIsASubpage() {
        assertThat(sense("1A 08 1F 41 FF 00").hex())
                .isEqualTo("17 00 00 00 " + EXTENDED_DEVICE_CAPABILITIES);
    }

    @Test
    void allPages() {
        String pages =
                String.join(
                        " ",
                        INFORMATIONAL_EXCEPTIONS,
                        ELEMENT_ADDRESS_ASSIGNMENT,
                        TRANSPORT_GEOMETRY,
                        DEVICE_CAPABILITIES);

        assertThat(sense("1A 08 3F 00 FF 00").hex()).isEqualTo("3B 00 00 00 " + pages);
        assertThat(sense("1A 08 3F FF FF 00").hex())
                .as("with subpages")
                .isEqualTo("4F 00 00 00 " + pages + " " + EXTENDED_DEVICE_CAPABILITIES);
    }

    @Test
    void noPageIsTheHeaderAlone() {
        assertThat(sense("1A 08 00 00 FF 00").hex()).isEqualTo("03 00 00 00");
    }

    @Test
    void pageControl() {
        assertThat(sense("1A 08 5D 00 FF 00").hex())
                .as("changeable: nothing")
                .isEqualTo(
                        "17 00 00 00 1D 12 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00");
        assertThat(sense("1A 08 9D 00 FF 00").hex())
                .as("default")
                .endsWith(ELEMENT_ADDRESS_ASSIGNMENT);
        assertThat(sense("1A 08 DD 00 FF 00").outcome()).as("saved").isEqualTo("05/39/00");
    }

    @Test
    void unknownPagesAreRefused() {
        assertThat(sense("1A 08 0F 00 FF 00").outcome()).isEqualTo("05/24/00");
        assertThat(sense("1A 08 1D 01 FF 00").outcome()).isEqualTo("05/24/00");
    }

    @Test
    void allocationLengthCutsOff() {
        assertThat(sense("1A 08 1D 00 04 00").hex()).isEqualTo("17 00 00 00");
        assertThat(sense("1A 08 1D 00 00 00").isGood()).isTrue();
    }

    /** The Linux ch driver puts the logical unit number where SCSI-2 had it. */
    @Test
    void logicalUnitNumberInByteOneIsIgnored() {
        assertThat(sense("1A E8 1D 00 FF 00").isGood()).isTrue();
    }

    @Test
    void anArchivalLibraryHasNoDrives(@TempDir Path elsewhere) {
        ChangerPersonality ibm = ChangerPersonality.named("ibm-03584l32");
        try (Bench archive = new Bench(elsewhere, ibm, 100, 2, 0)) {
            assertThat(archive.host.receive("1A 08 1D 00 FF 00", 255).hex())
                    .endsWith("1D 12 00 01 00 01 04 00 00 64 03 00 00 02 00 00 00 00 00 00");
            assertThat(archive.host.receive("1A 08 1F 00 FF 00", 255).hex())
                    .endsWith("1F 12 06 00 00 06 06 00 00 00 00 00 00 06 06 00 00 00 00 00");
        }
    }

    private FakeReply sense(String cdb) {
        return host.receive(cdb, 256);
    }
}
