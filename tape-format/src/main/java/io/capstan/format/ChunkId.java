package io.capstan.format;

/**
 * The identity of a chunk: the container it was written for and its place in that container's order of writing.
 * Sequences begin at 1 and are never reused, so that the chunks of a container, replayed by rising sequence, give its
 * content with no catalog at hand, and recovery finds the next possible chunk by name instead of by listing.
 *
 * @param container the container the chunk was written for; another container may share it
 * @param sequence 1 or more
 */
public record ChunkId(ContainerId container, long sequence) implements Comparable<ChunkId> {

    public ChunkId {
        if (sequence < 1) {
            throw new IllegalArgumentException("chunk sequence " + sequence + " is below 1");
        }
    }

    /** The chunk written after this one. */
    public ChunkId next() {
        return new ChunkId(container, sequence + 1);
    }

    @Override
    public int compareTo(ChunkId other) {
        int byContainer = container.compareTo(other.container);
        return byContainer != 0 ? byContainer : Long.compare(sequence, other.sequence);
    }

    @Override
    public String toString() {
        return container + "/" + sequence;
    }
}
