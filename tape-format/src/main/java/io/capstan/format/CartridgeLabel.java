package io.capstan.format;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What a cartridge says of itself besides its content: enough to put it back on its shelf when the catalog is gone. See
 * {@link CartridgeLabelDescriptor} for the bytes.
 *
 * @param container the container of its content
 * @param partitionSizesBytes nominal size of each partition
 * @param generation of the container that is in force
 * @param writeProtected whether the write-protect switch is set
 * @param libraryName the library it was last in, up to 64 bytes of UTF-8; empty for none
 * @param elementAddress of the element it was last in
 * @param attributes of the medium auxiliary memory
 * @param revision raised by one each time the label is written; of two labels the higher is in force
 */
public record CartridgeLabel(
        ContainerId container,
        MediumDescription medium,
        List<Long> partitionSizesBytes,
        long generation,
        boolean writeProtected,
        String libraryName,
        OptionalInt elementAddress,
        List<MamAttribute> attributes,
        long revision,
        long createdEpochMillis) {

    /** Id of the attribute that is retention, and no cartridge memory: how long what is on the cartridge stays. */
    public static final int RETENTION_ATTRIBUTE = 0xF000;

    /** Longest library name, in bytes of UTF-8. */
    public static final int LIBRARY_NAME_LENGTH_MAX = 64;

    public CartridgeLabel {
        partitionSizesBytes = List.copyOf(partitionSizesBytes);
        attributes = List.copyOf(attributes);
        if (partitionSizesBytes.size() != medium.partitionCount()) {
            throw new IllegalArgumentException(
                    "%d partition sizes for %d partitions"
                            .formatted(partitionSizesBytes.size(), medium.partitionCount()));
        }
        if (partitionSizesBytes.stream().anyMatch(size -> size < 0)) {
            throw new IllegalArgumentException("partition sizes " + partitionSizesBytes);
        }
        if (generation < 0 || revision < 0) {
            throw new IllegalArgumentException("generation or revision is negative");
        }
        if (libraryName.getBytes(StandardCharsets.UTF_8).length > LIBRARY_NAME_LENGTH_MAX
                || libraryName.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("library name '" + libraryName + "'");
        }
        if (elementAddress.isPresent()
                && (elementAddress.getAsInt() < 0 || elementAddress.getAsInt() > 0xFFFF)) {
            throw new IllegalArgumentException("element address " + elementAddress.getAsInt());
        }
        if (CartridgeLabelDescriptor.lengthBytes(attributes)
                > CartridgeLabelDescriptor.LABEL_LENGTH_MAX) {
            throw new IllegalArgumentException(
                    "medium auxiliary memory does not fit the label's 64 KiB");
        }
    }

    /**
     * This label as it is kept beside earlier content: the tab, retention and the place are those of the cartridge now; the
     * generation with its partitions, its medium and its memory those of then.
     *
     * @param earlier what the label said when that content was in force
     */
    public CartridgeLabel besideContentOf(CartridgeLabel earlier) {
        return new CartridgeLabel(
                container,
                earlier.medium,
                earlier.partitionSizesBytes,
                earlier.generation,
                writeProtected,
                libraryName,
                elementAddress,
                Stream.concat(
                                earlier.attributes.stream()
                                        .filter(Predicate.not(CartridgeLabel::isRetention)),
                                attributes.stream().filter(CartridgeLabel::isRetention))
                        .toList(),
                revision,
                createdEpochMillis);
    }

    private static boolean isRetention(MamAttribute attribute) {
        return attribute.id() == RETENTION_ATTRIBUTE;
    }
}
