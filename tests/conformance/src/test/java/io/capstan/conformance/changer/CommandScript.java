package io.capstan.conformance.changer;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.changer.ChangerPersonality;
import io.capstan.changer.ElementStatus;
import io.capstan.scsi.Cdb;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Commands made of arbitrary bytes: of any operation code, or, where the first byte says so, of one the changer knows and
 * with element addresses it has.
 */
final class CommandScript {

    /** Bytes of one command: how, operation, addresses, the rest of the CDB, buffer lengths. */
    static final int STEP_BYTES = 24;

    /** First byte of a command with a known operation code; others are taken as CDBs as they are. */
    static final byte KNOWN_OPERATION = 0;

    private static final int[] OPERATION_CODES = {
        0x00, 0x03, 0x07, 0x12, 0x15, 0x1A, 0x1B, 0x1C, 0x1D, 0x1E, 0x2B, 0x37, 0x3B, 0x3C, 0x4C,
        0x4D, 0x55, 0x5A, 0xA3, 0xA4, 0xA5, 0xA5, 0xA5, 0xA5, 0xA6, 0xA6, 0xA6, 0xB5, 0xB6, 0xB8,
        0xB8, 0xE7
    };

    private final Bench bench;
    private final List<String> volumes = List.of("CAP001L8", "CAP002L8", "CAP003L8", "CAP004L8");
    private final int[] addresses;

    CommandScript(Bench bench) {
        this.bench = bench;
        this.addresses = bench.library.addresses().addresses().toArray();
    }

    /** A library with four cartridges. */
    static Bench bench(Path directory, String personality) {
        ChangerPersonality named = ChangerPersonality.named(personality);
        Bench bench = new Bench(directory, named, 6, 2, 2);
        for (int i = 0; i < 4; i++) {
            bench.place("CAP00%dL8".formatted(i + 1), named.firstStorageAddress() + i);
        }
        return bench;
    }

    /**
     * Runs one command.
     *
     * @param step {@link #STEP_BYTES} bytes
     * @return its outcome in short form
     */
    String run(byte[] step) {
        byte[] cdb = Arrays.copyOfRange(step, 1, 17);
        if (step[0] == KNOWN_OPERATION) {
            cdb[0] = (byte) OPERATION_CODES[(cdb[0] & 0xFF) % OPERATION_CODES.length];
            tame(cdb);
        }
        byte[] dataOut = new byte[(step[17] & 0xFF) << 1];
        for (int i = 0; i < dataOut.length; i++) {
            dataOut[i] = step[18 + i % 4];
        }
        int capacityBytes = (step[22] & 0xFF) << 8 | (step[23] & 0xFF);
        return bench.host.send(Cdb.of(cdb), dataOut, capacityBytes).outcome();
    }

    /** Every cartridge is in one element, and every drive has loaded what is in its element. */
    void assertNothingLost(String context) {
        List<ElementStatus> inventory = bench.library.inventory();
        assertThat(
                        inventory.stream()
                                .flatMap(element -> element.content().stream())
                                .map(content -> content.volume().text())
                                .toList())
                .as(context)
                .containsExactlyInAnyOrderElementsOf(volumes);
        assertThat(inventory).as(context).allMatch(element -> element.exception().isEmpty());
    }

    /** Clears what would be refused for reserved bits, and makes addresses of what is in the address fields. */
    private void tame(byte[] cdb) {
        switch (cdb[0] & 0xFF) {
            case 0xA5 -> {
                putAddresses(cdb, 4, 6);
                clear(cdb, 8, 12);
            }
            case 0xA6 -> {
                putAddresses(cdb, 4, 6, 8);
                clear(cdb, 10, 12);
            }
            case 0xB8, 0xB5 -> {
                cdb[1] &= 0x17;
                cdb[6] &= (byte) (cdb[0] == (byte) 0xB8 ? 0x07 : 0);
                clear(cdb, 10, 12);
            }
            case 0x1B -> {
                putAddresses(cdb, 2);
                cdb[1] = 0;
                cdb[4] = 1;
                cdb[5] = 0;
            }
            default -> clear(cdb, cdb.length - 1, cdb.length);
        }
    }

    private void putAddresses(byte[] cdb, int... offsets) {
        cdb[1] = 0;
        cdb[2] = 0;
        cdb[3] = 0;
        for (int offset : offsets) {
            int address = addresses[(cdb[offset] & 0xFF) % addresses.length];
            cdb[offset] = (byte) (address >> 8);
            cdb[offset + 1] = (byte) address;
        }
    }

    private static void clear(byte[] cdb, int from, int to) {
        Arrays.fill(cdb, from, to, (byte) 0);
    }
}
