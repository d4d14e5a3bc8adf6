package io.capstan.simulation.upgrade;

import io.capstan.buffer.DataIn;
import io.capstan.format.EncodedBlock;
import io.capstan.medium.AttributeStore;
import io.capstan.medium.Medium;
import io.capstan.medium.ReadOutcome;
import io.capstan.store.StoreException;
import java.lang.foreign.ValueLayout;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** What a cartridge holds as lines of text: a partition's size, and its objects in order. */
final class TapeListing {

    private static final int BLOCK_LENGTH_MAX = 1 << 20;

    private TapeListing() {}

    /** Reads all of a medium. */
    static List<String> of(Medium medium) throws StoreException {
        List<String> lines = new ArrayList<>();
        lines.add("cartridge " + medium.volumeIdentifier().text());
        for (int partition = 0; partition < medium.partitionCount(); partition++) {
            lines.add("partition %d of %d".formatted(partition, medium.capacityBytes(partition)));
            medium.locate(partition, 0);
            addObjects(medium, lines);
        }
        medium.attributes().list(0).forEach(attribute -> lines.add(attribute(attribute)));
        medium.locate(0, 0);
        return lines;
    }

    private static void addObjects(Medium medium, List<String> lines) throws StoreException {
        byte[] buffer = new byte[BLOCK_LENGTH_MAX];
        while (true) {
            switch (medium.read(DataIn.of(buffer), 0, buffer.length)) {
                case ReadOutcome.Block block ->
                        lines.add(
                                "block %d %s"
                                        .formatted(
                                                block.lengthBytes(),
                                                digest(
                                                        Arrays.copyOf(
                                                                buffer, block.lengthBytes()))));
                case ReadOutcome.Encrypted(EncodedBlock block) ->
                        lines.add(
                                "encrypted block %d %s"
                                        .formatted(
                                                block.storedLengthBytes(),
                                                digest(
                                                        block.stored()
                                                                .toArray(ValueLayout.JAVA_BYTE))));
                case ReadOutcome.Filemark() -> lines.add("filemark");
                case ReadOutcome.EndOfData() -> {
                    return;
                }
            }
        }
    }

    private static String attribute(AttributeStore.Attribute attribute) {
        return "attribute %04x %s %s"
                .formatted(
                        attribute.identifier(),
                        attribute.format(),
                        HexFormat.of().formatHex(attribute.value()));
    }

    private static String digest(byte[] block) {
        try {
            byte[] sum = MessageDigest.getInstance("SHA-256").digest(block);
            return HexFormat.of().formatHex(sum, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
