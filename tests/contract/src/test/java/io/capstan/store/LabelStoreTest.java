package io.capstan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.fakes.store.SimulatedDisk;
import io.capstan.format.CartridgeLabel;
import io.capstan.format.ContainerId;
import io.capstan.format.MediumDescription;
import io.capstan.format.StoreLayout;
import io.capstan.format.VolumeIdentifier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class LabelStoreTest {

    private static final VolumeIdentifier CARTRIDGE = new VolumeIdentifier("CAP001L8");
    private static final Path DISK_A = Path.of("/a");
    private static final Path DISK_B = Path.of("/b");
    private static final Path ON_A = new StoreLayout(DISK_A).labelFile(CARTRIDGE);
    private static final Path ON_B = new StoreLayout(DISK_B).labelFile(CARTRIDGE);

    private final SimulatedDisk disk = new SimulatedDisk(5);
    private final LabelStore labels = new LabelStore(List.of(DISK_A, DISK_B), disk);

    @Test
    void keepsALabelInEveryDirectory() throws StoreException {
        labels.write(label(1));
        labels.write(label(2));

        assertThat(labels.read(CARTRIDGE)).contains(label(2));
        assertThat(labels.list()).containsExactly(CARTRIDGE);
        assertThat(disk.files()).containsExactly(ON_A, ON_B);
    }

    @Test
    void takesTheNewerOfTwo() throws Exception {
        labels.write(label(1));
        disk.failNext(SimulatedDisk.Call.CREATE, new IOException("Input/output error"));
        labels.write(label(2));

        assertThat(disk.content(ON_A)).isNotEqualTo(disk.content(ON_B));
        assertThat(labels.read(CARTRIDGE)).contains(label(2));
    }

    @Test
    void readsTheIntactOneOfTwo() throws StoreException {
        labels.write(label(1));
        disk.flipBit(ON_A, 300);

        assertThat(labels.read(CARTRIDGE)).contains(label(1));
    }

    @Test
    void saysSoWhenNoneIsIntact() throws StoreException {
        labels.write(label(1));
        disk.flipBit(ON_A, 300);
        disk.flipBit(ON_B, 400);

        assertThatThrownBy(() -> labels.read(CARTRIDGE))
                .isInstanceOf(StoreException.ReadFailed.class)
                .hasMessageContaining("CAP001L8");
    }

    @Test
    void knowsNothingOfACartridgeWithoutLabel() throws StoreException {
        assertThat(labels.read(CARTRIDGE)).isEmpty();
        assertThat(labels.list()).isEmpty();
    }

    @Test
    void deletesEverywhere() throws StoreException {
        labels.write(label(1));

        labels.delete(CARTRIDGE);
        labels.delete(CARTRIDGE);

        assertThat(disk.files()).isEmpty();
    }

    @Test
    void isEitherTheOldOrTheNewOneWhereverPowerIsLost() throws Exception {
        for (int seed = 0; seed < 200; seed++) {
            SimulatedDisk powered = new SimulatedDisk(seed);
            LabelStore crashing = new LabelStore(List.of(DISK_A), powered);
            crashing.write(label(1));
            // Every call of the write, and one after it.
            powered.losePowerAt(1 + seed % 7);
            boolean acknowledged = false;
            try {
                crashing.write(label(2));
                acknowledged = true;
            } catch (StoreException e) {
                assertThat(powered.isPowerLost()).isTrue();
            }
            powered.restart();

            long revision = crashing.read(CARTRIDGE).orElseThrow().revision();
            assertThat(revision).as("seed %d", seed).isBetween(acknowledged ? 2L : 1L, 2L);
        }
    }

    private static CartridgeLabel label(long revision) {
        return new CartridgeLabel(
                new ContainerId(1, 2),
                new MediumDescription(CARTRIDGE, 0x88, 0x5E, 12_000_000_000_000L, 1, false),
                List.of(12_000_000_000_000L),
                3,
                false,
                "lib0",
                OptionalInt.of(1000),
                List.of(),
                revision,
                1_700_000_000_000L);
    }
}
