package io.capstan.changer;

/**
 * The elements of one type, whose addresses follow each other.
 *
 * @param firstAddress lowest element address; without meaning when there are none
 * @param count number of elements, 0 or more
 */
public record ElementRange(ElementType type, int firstAddress, int count) {

    public ElementRange {
        if (count < 0
                || firstAddress < 0
                || firstAddress + count > ElementAddressMap.ADDRESS_MAX + 1) {
            throw new IllegalArgumentException(
                    "%d %s elements from address %d do not fit element addresses 0 to %d"
                            .formatted(count, type, firstAddress, ElementAddressMap.ADDRESS_MAX));
        }
    }

    public boolean contains(int address) {
        return address >= firstAddress && address < firstAddress + count;
    }

    /** The address behind the last element. */
    int endAddress() {
        return firstAddress + count;
    }

    boolean overlaps(ElementRange other) {
        return count > 0
                && other.count > 0
                && firstAddress < other.endAddress()
                && other.firstAddress < endAddress();
    }
}
