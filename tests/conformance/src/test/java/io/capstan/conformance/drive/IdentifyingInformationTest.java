package io.capstan.conformance.drive;

import io.capstan.conformance.Conformance;
import io.capstan.medium.SimpleTape;
import io.capstan.scsi.spc.SavedIdentifyingInformation;
import org.junit.jupiter.api.Test;

/** REPORT and SET IDENTIFYING INFORMATION: what hosts write on a drive outlives it. */
@Conformance(
        subject = "REPORT and SET IDENTIFYING INFORMATION",
        standard = "SPC-4, the commands of that name",
        clients = "sg3_utils")
class IdentifyingInformationTest extends DriveConformance {

    @Test
    void outlivesTheDrive() {
        SavedIdentifyingInformation saved = SavedIdentifyingInformation.inMemory();
        use(builder().savedIdentifyingInformation(saved).build());
        host.clearUnitAttentions();
        assertGood(host.send("A4 06 00 00 00 00 00 00 00 05 04 00", "52 41 43 4B 00"));

        use(
                builder().savedIdentifyingInformation(saved).build(),
                SimpleTape.blank("TST002L8", CAPACITY_BYTES));

        assertData(
                host.receive("A3 05 00 00 00 00 00 00 00 FF 04 00", 255),
                "00 00 00 05 52 41 43 4B 00");
    }
}
