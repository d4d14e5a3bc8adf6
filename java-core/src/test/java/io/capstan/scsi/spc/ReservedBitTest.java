package io.capstan.scsi.spc;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.scsi.Cdb;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReservedBitTest {

    private final SpcBench bench = new SpcBench();

    @ParameterizedTest
    @CsvSource({
        "01 02 00 00 00 00, 1, 1",
        "01 80 00 00 00 00, 7, 1",
        "01 82 00 00 00 00, 7, 1",
        "01 00 01 00 00 00, 0, 2",
        "01 00 00 00 40 00, 6, 4",
        "01 00 00 10 40 00, 4, 3",
    })
    void pointsAtTheFirstByteAndItsHighestBit(String cdb, int bit, int offset) {
        String pointer = "%02X 00 %02X".formatted(0xC8 | bit, offset);

        assertThat(bench.send(cdb).outcomeWithPointer()).isEqualTo("05/24/00 " + pointer);
        assertThat(bench.device.executed).isEmpty();
    }

    @Test
    void usedBitsPass() {
        assertThat(bench.send("01 01 00 00 00 00").outcome()).isEqualTo("GOOD");
        assertThat(bench.device.executed).containsExactly(new TinyCommand.Rewind(true));
    }

    @Test
    void everyBitOutsideTheBitmapIsRefusedAtItsPlace() {
        for (CommandDescriptor<?> command : SpcBench.commands().descriptors()) {
            int controlAt = command.cdbLengthBytes() - 1;
            for (int bit = 8; bit < controlAt * 8; bit++) {
                int offset = bit / 8;
                int mask = 0x80 >> bit % 8;
                boolean serviceAction =
                        offset == 1 && mask < 0x20 && command.serviceAction().isPresent();
                if (serviceAction || (command.usage()[offset] & mask) != 0) {
                    continue;
                }
                byte[] cdb = new byte[command.cdbLengthBytes()];
                cdb[0] = (byte) command.operationCode();
                cdb[1] = (byte) command.serviceAction().orElse(0);
                cdb[offset] |= (byte) mask;

                String outcome =
                        bench.send(SpcBench.A, Cdb.of(cdb), new byte[0], 16).outcomeWithPointer();

                assertThat(outcome)
                        .as("%s byte %d mask %02X", command.name(), offset, mask)
                        .isEqualTo("05/24/00 %02X 00 %02X".formatted(0xC8 | (7 - bit % 8), offset));
            }
        }
    }
}
