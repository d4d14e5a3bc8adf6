package io.capstan.medium;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Cartridge memory in memory. */
final class SimpleAttributes implements AttributeStore {

    private record Key(int partition, int identifier) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            return partition != other.partition
                    ? Integer.compare(partition, other.partition)
                    : Integer.compare(identifier, other.identifier);
        }
    }

    private final TreeMap<Key, Attribute> attributes = new TreeMap<>();

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
        if (usedBytes() - replacedBytes + attribute.lengthBytes() > CAPACITY_BYTES) {
            throw new IllegalArgumentException("attribute does not fit the cartridge memory");
        }
        attributes.put(new Key(attribute.partition(), attribute.identifier()), attribute);
    }

    @Override
    public void remove(int partition, int identifier) {
        attributes.remove(new Key(partition, identifier));
    }

    @Override
    public List<Attribute> list(int partition) {
        return attributes.values().stream().filter(a -> a.partition() == partition).toList();
    }

    @Override
    public int usedBytes() {
        return attributes.values().stream().mapToInt(Attribute::lengthBytes).sum();
    }
}
