package io.capstan.conformance.changer;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.conformance.Conformance;
import io.capstan.fakes.scsi.FakeInitiator;
import io.capstan.fakes.scsi.FakeReply;
import io.capstan.scsi.TaskManagementFunction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** SEND VOLUME TAG and REQUEST VOLUME ELEMENT ADDRESS: finding cartridges by their labels. */
@Conformance(
        subject = "SEND VOLUME TAG, REQUEST VOLUME ELEMENT ADDRESS",
        standard = "SMC-3, the commands of that name")
final class VolumeTagTest extends ChangerConformance {

    private static final String REQUEST_ALL = "B5 10 0000 FFFF 00 00FFFF 00 00";

    @Test
    void findsACartridgeByItsName() {
        assertThat(search("B6 00 0000 00 05 0000 0028 00 00", "CAP002L8").outcome())
                .isEqualTo("GOOD");

        FakeReply reply = request(REQUEST_ALL);
        assertThat(addresses(reply)).containsExactly(1001);
        assertThat(reply.hex())
                .startsWith(
                        "03 E9 00 01 05 00 00 3C 02 80 00 34 00 00 00 34 03 E9 09 00 00 00 00 00 00 01 00 00 43 41 50");
    }

    @Test
    void wildcardsFindMany() {
        move(1001, 500);
        search("B6 00 0000 00 05 0000 0028 00 00", "CAP00?L8");
        assertThat(addresses(request(REQUEST_ALL))).containsExactly(500, 1000, 1002);

        search("B6 00 0000 00 05 0000 0028 00 00", "CAP*");
        assertThat(addresses(request(REQUEST_ALL))).containsExactly(500, 1000, 1002);

        search("B6 00 0000 00 05 0000 0028 00 00", "XYZ*");
        assertThat(request(REQUEST_ALL).hex()).isEqualTo("00 00 00 00 05 00 00 00");
    }

    @Test
    void searchIsLimitedByTypeAndAddress() {
        move(1001, 500);
        search("B6 04 0000 00 05 0000 0028 00 00", "CAP*");
        assertThat(addresses(request(REQUEST_ALL))).containsExactly(500);
        search("B6 00 03E9 00 05 0000 0028 00 00", "CAP*");
        assertThat(addresses(request(REQUEST_ALL))).containsExactly(1002);
    }

    @Test
    void requestIsLimitedToo() {
        move(1001, 500);
        search("B6 00 0000 00 05 0000 0028 00 00", "CAP*");

        assertThat(addresses(request("B5 02 0000 FFFF 00 00FFFF 00 00")))
                .containsExactly(1000, 1002);
        assertThat(addresses(request("B5 00 03E9 FFFF 00 00FFFF 00 00"))).containsExactly(1002);
        assertThat(addresses(request("B5 00 0000 0001 00 00FFFF 00 00"))).containsExactly(500);
        assertThat(request("B5 00 0000 FFFF 00 000008 00 00").hex())
                .isEqualTo("01 F4 00 03 05 00 00 40");
    }

    @Test
    void theAnswerIsWhereCartridgesAreNow() {
        search("B6 00 0000 00 05 0000 0028 00 00", "CAP001L8");
        move(1000, 1015);

        assertThat(addresses(request(REQUEST_ALL))).containsExactly(1015);
    }

    @Test
    void sequenceNumbersAreZero() {
        byte[] fromOne = template("CAP001L8");
        fromOne[35] = 1;
        fromOne[39] = 9;

        assertThat(host.send("B6 00 0000 00 01 0000 0028 00 00", fromOne).isGood()).isTrue();
        assertThat(addresses(request(REQUEST_ALL))).isEmpty();
        assertThat(host.send("B6 00 0000 00 05 0000 0028 00 00", fromOne).isGood()).isTrue();
        assertThat(addresses(request(REQUEST_ALL))).containsExactly(1000);
    }

    @Test
    void thereAreNoAlternateTags() {
        search("B6 00 0000 00 02 0000 0028 00 00", "CAP*");
        assertThat(addresses(request(REQUEST_ALL))).isEmpty();
        search("B6 00 0000 00 06 0000 0028 00 00", "CAP*");
        assertThat(addresses(request(REQUEST_ALL))).isEmpty();
    }

    @Test
    void requestNeedsASearchBefore() {
        assertThat(request(REQUEST_ALL).outcome()).isEqualTo("05/2C/00");

        search("B6 00 0000 00 05 0000 0028 00 00", "CAP*");
        FakeInitiator other = new FakeInitiator(bench.changer, "host1");
        other.clearUnitAttentions();
        assertThat(other.receive(REQUEST_ALL, 0xFFFF).outcome()).isEqualTo("05/2C/00");

        host.manage(TaskManagementFunction.LOGICAL_UNIT_RESET);
        host.clearUnitAttentions();
        assertThat(request(REQUEST_ALL).outcome()).isEqualTo("05/2C/00");
    }

    /** What the Linux ch driver sends for CHIOSVOLTAG: replace the primary tag, with a list of 255 bytes. */
    @Test
    void labelsCannotBeWritten() {
        for (int action : new int[] {3, 7, 8, 9, 0x0A, 0x0B, 0x0C, 0x0D, 0x1F}) {
            FakeReply reply =
                    host.send(
                            "B6 02 03E8 00 %02X 0000 00FF 00 00".formatted(action), new byte[256]);
            assertThat(reply.outcome()).as("action %02X", action).isEqualTo("05/24/00");
            assertThat(reply.sense().encode()).endsWith(0xCC, 0x00, 0x05);
        }
        assertThat(volumeIn(1000)).isEqualTo("CAP001L8");
    }

    @Test
    void shortListsAreRefused() {
        assertThat(host.send("B6 00 0000 00 05 0000 0027 00 00", new byte[39]).outcome())
                .isEqualTo("05/1A/00");
        assertThat(host.send("B6 00 0000 00 05 0000 0028 00 00", new byte[10]).outcome())
                .isEqualTo("05/1A/00");
        assertThat(host.send("B6 00 0000 00 05 0000 0000 00 00").outcome()).isEqualTo("05/1A/00");
    }

    private FakeReply search(String cdb, String template) {
        return host.send(cdb, template(template));
    }

    private FakeReply request(String cdb) {
        return host.receive(cdb, 0xFFFF);
    }

    private static byte[] template(String text) {
        byte[] list = new byte[40];
        Arrays.fill(list, 0, 32, (byte) ' ');
        byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(ascii, 0, list, 0, ascii.length);
        list[38] = (byte) 0xFF;
        list[39] = (byte) 0xFF;
        return list;
    }
}
