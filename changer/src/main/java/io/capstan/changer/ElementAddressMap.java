package io.capstan.changer;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Which element address is what: one range for each element type, as mode page 1Dh reports them. Immutable.
 *
 * @see "SMC-3, 7.3.4 Element Address Assignment mode page"
 */
public final class ElementAddressMap {

    /** The highest element address a 16-bit field can hold. */
    public static final int ADDRESS_MAX = 0xFFFF;

    private final Map<ElementType, ElementRange> ranges = new EnumMap<>(ElementType.class);
    private final List<ElementRange> byAddress;

    /**
     * @param ranges one for each element type
     * @throws IllegalArgumentException if a type is missing or named twice, or two ranges overlap
     */
    public ElementAddressMap(List<ElementRange> ranges) {
        for (ElementRange range : ranges) {
            if (this.ranges.put(range.type(), range) != null) {
                throw new IllegalArgumentException("two ranges of " + range.type() + " elements");
            }
        }
        if (this.ranges.size() != ElementType.values().length) {
            throw new IllegalArgumentException("no range for some element type: " + ranges);
        }
        byAddress =
                ranges.stream()
                        .sorted(Comparator.comparingInt(ElementRange::firstAddress))
                        .toList();
        refuseOverlaps();
    }

    public ElementRange range(ElementType type) {
        return ranges.getOrDefault(type, new ElementRange(type, 0, 0));
    }

    /** The type of the element at {@code address}; empty if there is no element. */
    public Optional<ElementType> typeOf(int address) {
        return byAddress.stream()
                .filter(range -> range.contains(address))
                .map(ElementRange::type)
                .findFirst();
    }

    /** Every element address, rising. */
    public IntStream addresses() {
        return byAddress.stream()
                .flatMapToInt(range -> IntStream.range(range.firstAddress(), range.endAddress()));
    }

    /** The element addresses of one type, rising. */
    public IntStream addresses(ElementType type) {
        ElementRange range = range(type);
        return IntStream.range(range.firstAddress(), range.endAddress());
    }

    private void refuseOverlaps() {
        for (int i = 0; i < byAddress.size(); i++) {
            for (ElementRange higher : byAddress.subList(i + 1, byAddress.size())) {
                if (byAddress.get(i).overlaps(higher)) {
                    throw new IllegalArgumentException(
                            "too many elements: %s and %s share addresses"
                                    .formatted(byAddress.get(i), higher));
                }
            }
        }
    }
}
