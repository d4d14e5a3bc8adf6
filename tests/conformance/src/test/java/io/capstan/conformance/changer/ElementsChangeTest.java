package io.capstan.conformance.changer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.changer.ElementsOutcome;
import io.capstan.conformance.Conformance;
import org.junit.jupiter.api.Test;

/** Elements and drives that come and go while hosts use the library. */
@Conformance(
        subject = "elements and drives that come and go",
        standard = "SPC-4, Unit attention condition; SMC-3, Element Address Assignment mode page")
final class ElementsChangeTest extends ChangerConformance {

    private static final String TEST_UNIT_READY = "00 00 00 00 00 00";

    @Test
    void hostsLearnOfNewElementsAndFindThem() {
        assertThat(library.resize(30, 6, () -> {})).isEqualTo(new ElementsOutcome.Changed());

        assertThat(host.send(TEST_UNIT_READY).outcome())
                .as("mode parameters changed")
                .isEqualTo("06/2A/01");
        assertThat(host.send(TEST_UNIT_READY).outcome()).isEqualTo("GOOD");
        assertThat(elementAddressAssignment(0x08)).endsWith("00 1E 00 0A 00 06 01 F4 00 02 00 00");
        assertThat(elementAddressAssignment(0x88)).as("default").endsWith("01 F4 00 02 00 00");
        assertThat(move(1000, 1029)).isEqualTo("GOOD");
        assertThat(volumeIn(1029)).isEqualTo("CAP001L8");
        assertThat(move(1001, 15)).isEqualTo("GOOD");
    }

    @Test
    void elementsThatAreGoneAreNotThere() {
        library.resize(10, 0, () -> {});
        host.clearUnitAttentions();

        assertThat(move(1000, 1010)).isEqualTo("05/21/01");
        assertThat(host.receive("B8 13 0000 FFFF 00 00FFFF 00 00", 100).u16(2)).isZero();
        assertThat(elementAddressAssignment(0x08))
                .as("no import/export elements")
                .endsWith("03 E8 00 0A 00 00 00 00 01 F4 00 02 00 00");
    }

    @Test
    void anElementWithACartridgeStays() {
        move(1002, 1019);

        ElementsOutcome outcome = library.resize(19, 4, () -> {});

        assertThat(outcome).isInstanceOf(ElementsOutcome.Occupied.class);
        assertThat(((ElementsOutcome.Refusal) outcome).reason())
                .isEqualTo("element 1019 holds cartridge CAP003L8: move it first");
        assertThat(host.send(TEST_UNIT_READY).outcome()).isEqualTo("GOOD");
        assertThat(volumeIn(1019)).isEqualTo("CAP003L8");
    }

    @Test
    void thereIsNoRoomForEveryNumber() {
        assertThat(library.resize(20, 491, () -> {})).isInstanceOf(ElementsOutcome.NoRoom.class);
        assertThat(library.resize(0, 4, () -> {})).isInstanceOf(ElementsOutcome.NoRoom.class);
        assertThat(library.addresses().addresses()).hasSize(1 + 20 + 4 + 2);
    }

    @Test
    void aNewDriveCanBeUsedAtOnceAndIsAnnounced() {
        FakeDrive third = new FakeDrive(2);

        assertThat(library.addDrive(third, () -> {})).isEqualTo(new ElementsOutcome.Changed());

        assertThat(host.send(TEST_UNIT_READY).outcome())
                .as("reported LUNs data has changed")
                .isEqualTo("06/3F/0E");
        assertThat(host.send(TEST_UNIT_READY).outcome()).isEqualTo("06/2A/01");
        assertThat(host.send(TEST_UNIT_READY).outcome()).isEqualTo("GOOD");
        assertThat(move(1000, 502)).isEqualTo("GOOD");
        assertThat(host.receive("B8 14 01F6 0001 01 001000 00 00", 1000).hex())
                .as("its serial number")
                .contains("44 52 56 30 30 30 30 30 30 32");
    }

    @Test
    void theLastDriveGoesOnceItIsEmpty() {
        move(1000, 501);
        assertThat(library.removeLastDrive(() -> {})).isInstanceOf(ElementsOutcome.Occupied.class);

        move(501, 1000);
        assertThat(library.removeLastDrive(() -> {})).isEqualTo(new ElementsOutcome.Changed());
        host.clearUnitAttentions();
        assertThat(move(1000, 501)).isEqualTo("05/21/01");

        library.removeLastDrive(() -> {});
        host.clearUnitAttentions();
        assertThat(elementAddressAssignment(0x08)).as("no drives").endsWith("00 00 00 00 00 00");
        assertThat(host.receive("1A 08 1F 00 FF 00", 255).hex()).endsWith("06 06 00 00 00 00 00");
        assertThat(library.removeLastDrive(() -> {})).isInstanceOf(ElementsOutcome.NoRoom.class);
    }

    /** What cannot be kept for the next start does not happen. */
    @Test
    void aFaultWhileItIsKeptLeavesAllAsItWas() {
        Runnable fault =
                () -> {
                    throw new IllegalStateException("disk");
                };

        assertThatThrownBy(() -> library.resize(30, 4, fault)).hasMessage("disk");
        assertThatThrownBy(() -> library.addDrive(new FakeDrive(2), fault)).hasMessage("disk");
        assertThatThrownBy(() -> library.removeLastDrive(fault)).hasMessage("disk");

        assertThat(library.addresses().addresses()).hasSize(1 + 20 + 4 + 2);
        assertThat(host.send(TEST_UNIT_READY).outcome()).isEqualTo("GOOD");
        assertThat(move(1000, 501)).isEqualTo("GOOD");
    }

    private String elementAddressAssignment(int pageControlAndDbd) {
        int pageControl = pageControlAndDbd & 0x80;
        return host.receive("1A 08 %02X 00 FF 00".formatted(pageControl | 0x1D), 255).hex();
    }
}
