package io.capstan.medium;

import io.capstan.catalog.MamAttribute;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** The cartridge memory of a mounted cartridge: all of it in memory, written back whole with the next commit. */
final class CartridgeMemory implements AttributeStore {

    private record Key(int partition, int identifier) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            return partition != other.partition
                    ? Integer.compare(partition, other.partition)
                    : Integer.compare(identifier, other.identifier);
        }
    }

    private final TreeMap<Key, Attribute> attributes = new TreeMap<>();
    private int usedBytes;
    private boolean changed;

    CartridgeMemory(List<MamAttribute> stored) {
        for (MamAttribute attribute : stored) {
            set(
                    new Attribute(
                            attribute.partition(),
                            attribute.identifier(),
                            Format.of(attribute.format()),
                            attribute.value()));
        }
    }

    @Override
    public Optional<Attribute> get(int partition, int identifier) {
        return Optional.ofNullable(attributes.get(new Key(partition, identifier)));
    }

    @Override
    public void put(Attribute attribute) {
        int replacedBytes =
                get(attribute.partition(), attribute.identifier())
                        .map(Attribute::lengthBytes)
                        .orElse(0);
        if (usedBytes - replacedBytes + attribute.lengthBytes() > CAPACITY_BYTES) {
            throw new IllegalArgumentException(
                    "attribute %04X of %d bytes does not fit the cartridge memory, %d of %d in use"
                            .formatted(
                                    attribute.identifier(),
                                    attribute.value().length,
                                    usedBytes,
                                    CAPACITY_BYTES));
        }
        set(attribute);
        changed = true;
    }

    private void set(Attribute attribute) {
        Attribute replaced =
                attributes.put(new Key(attribute.partition(), attribute.identifier()), attribute);
        usedBytes += attribute.lengthBytes() - (replaced == null ? 0 : replaced.lengthBytes());
    }

    @Override
    public void remove(int partition, int identifier) {
        Attribute removed = attributes.remove(new Key(partition, identifier));
        if (removed != null) {
            usedBytes -= removed.lengthBytes();
            changed = true;
        }
    }

    @Override
    public List<Attribute> list(int partition) {
        return attributes.values().stream().filter(a -> a.partition() == partition).toList();
    }

    @Override
    public int usedBytes() {
        return usedBytes;
    }

    /** Whether anything changed since {@link #committed}. */
    boolean hasChanged() {
        return changed;
    }

    void committed() {
        changed = false;
    }

    List<MamAttribute> toStored() {
        return attributes.values().stream()
                .map(a ->
                        new MamAttribute(
                                a.partition(), a.identifier(), a.format().code(), a.value()))
                .toList();
    }
}
