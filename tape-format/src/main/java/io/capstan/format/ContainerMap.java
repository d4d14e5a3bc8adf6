package io.capstan.format;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The content of a container, found by replaying its chunks: what the catalog says of a cartridge, computed from chunks
 * alone. One owner thread.
 *
 * <p>Chunks are replayed by rising sequence. A chunk without effect (no object, no end of data) is passed over. A chunk
 * of a higher generation first drops all content of lower ones, in every partition. Then the chunk ends the content of
 * its partition at its first object number and adds its own objects there. So overwriting, erasing and formatting need no
 * record of what they removed, and a chunk can be deleted once a later one begins at or before its first object: what
 * that cut off stays cut off.
 *
 * <p>Where a run is cut short, its filemarks and bytes are exact without reading the chunk: the header of the chunk that
 * cuts names the filemarks and bytes before it in the partition.
 *
 * <p>What does not fit together (missing objects, counts that contradict one another) becomes a finding, never an
 * exception: damage to one chunk must not hide the others.
 */
public final class ContainerMap {

    private final ContainerId container;
    private final List<Deque<ChunkSummary>> partitions = new ArrayList<>();
    private final Set<ChunkId> added = new HashSet<>();
    private final List<Finding> findings = new ArrayList<>();
    private Optional<ChunkId> last = Optional.empty();
    private long generation;
    private long generationReplayed;

    /**
     * The map of a container with no chunks.
     *
     * @param generation the lowest generation in force, which the cartridge's label says: a format that wrote nothing
     *     since has raised it there alone; 0 without a label
     */
    public ContainerMap(ContainerId container, long generation) {
        this.container = container;
        this.generation = generation;
        for (int i = 0; i < ChunkHeader.PARTITION_COUNT_MAX; i++) {
            partitions.add(new ArrayDeque<>());
        }
    }

    /**
     * Replays the next chunk.
     *
     * @throws IllegalArgumentException if the chunk is of another container or not behind all chunks added
     */
    public void add(ChunkSummary chunk) {
        if (!chunk.chunk().container().equals(container)) {
            throw new IllegalArgumentException(chunk.chunk() + " is no chunk of " + container);
        }
        if (last.isPresent() && last.get().compareTo(chunk.chunk()) >= 0) {
            throw new IllegalArgumentException(chunk.chunk() + " is added after " + last.get());
        }
        last = Optional.of(chunk.chunk());
        added.add(chunk.chunk());
        if (chunk.hasEffect() && isOfThisGeneration(chunk)) {
            Deque<ChunkSummary> content = partitions.get(chunk.partition());
            cut(content, chunk);
            content.addLast(chunk);
        }
    }

    private boolean isOfThisGeneration(ChunkSummary chunk) {
        if (chunk.generation() > generation) {
            generation = chunk.generation();
            partitions.forEach(Deque::clear);
        }
        if (chunk.generation() < generationReplayed) {
            damage(
                    chunk,
                    "generation %d was written after generation %d"
                            .formatted(chunk.generation(), generationReplayed));
        }
        generationReplayed = Math.max(generationReplayed, chunk.generation());
        return chunk.generation() == generation;
    }

    private void cut(Deque<ChunkSummary> content, ChunkSummary by) {
        while (!content.isEmpty()
                && content.getLast().firstObjectNumber() >= by.firstObjectNumber()) {
            content.removeLast();
        }
        if (content.isEmpty()) {
            checkStart(by);
            return;
        }
        ChunkSummary before = content.getLast();
        if (endObjectNumber(before) > by.firstObjectNumber()) {
            content.removeLast();
            content.addLast(head(before, by));
        } else {
            checkContinues(before, by);
        }
    }

    /** The part of a chunk that stands before the chunk that cuts it. */
    private ChunkSummary head(ChunkSummary chunk, ChunkSummary by) {
        int objectCount = (int) (by.firstObjectNumber() - chunk.firstObjectNumber());
        long filemarkCount = by.firstFilemarkNumber() - chunk.firstFilemarkNumber();
        long byteCount = by.firstByteNumber() - chunk.firstByteNumber();
        boolean plausible =
                filemarkCount >= 0
                        && filemarkCount <= Math.min(objectCount, chunk.filemarkCount())
                        && byteCount >= 0
                        && byteCount <= chunk.byteCount();
        if (!plausible) {
            damage(
                    by,
                    "says %d filemarks and %d bytes stand before it, which %s contradicts"
                            .formatted(
                                    by.firstFilemarkNumber(), by.firstByteNumber(), chunk.chunk()));
        }
        return new ChunkSummary(
                chunk.chunk(),
                chunk.generation(),
                chunk.partition(),
                chunk.firstObjectNumber(),
                objectCount,
                chunk.firstFilemarkNumber(),
                Math.clamp(filemarkCount, 0, objectCount),
                chunk.firstByteNumber(),
                Math.max(0, byteCount),
                chunk.endOfDataObjectNumber());
    }

    private void checkStart(ChunkSummary first) {
        if (first.firstObjectNumber() > 0) {
            hole(first, 0);
        } else if (first.firstFilemarkNumber() != 0 || first.firstByteNumber() != 0) {
            damage(first, "begins the partition, but says that filemarks or bytes stand before it");
        }
    }

    private void checkContinues(ChunkSummary before, ChunkSummary next) {
        long end = endObjectNumber(before);
        if (end < next.firstObjectNumber()) {
            hole(next, end);
        } else if (before.firstFilemarkNumber() + before.filemarkCount()
                        != next.firstFilemarkNumber()
                || before.firstByteNumber() + before.byteCount() != next.firstByteNumber()) {
            damage(
                    next,
                    "says %d filemarks and %d bytes stand before it, which %s contradicts"
                            .formatted(
                                    next.firstFilemarkNumber(),
                                    next.firstByteNumber(),
                                    before.chunk()));
        }
    }

    private void hole(ChunkSummary next, long fromObjectNumber) {
        damage(
                next,
                "objects %d to %d of partition %d before it are missing"
                        .formatted(
                                fromObjectNumber, next.firstObjectNumber() - 1, next.partition()));
    }

    private void damage(ChunkSummary chunk, String text) {
        findings.add(Finding.damage("chunk " + chunk.chunk(), text));
    }

    private static long endObjectNumber(ChunkSummary chunk) {
        return chunk.firstObjectNumber() + chunk.objectCount();
    }

    public ContainerId container() {
        return container;
    }

    /** The generation of the content. */
    public long generation() {
        return generation;
    }

    /** The content of a partition by rising object number; a hole is where a run begins behind the end of the one before. */
    public List<ContainerRun> runs(int partition) {
        return partitions.get(partition).stream()
                .filter(chunk -> chunk.objectCount() > 0)
                .map(ContainerMap::run)
                .toList();
    }

    private static ContainerRun run(ChunkSummary chunk) {
        return new ContainerRun(
                chunk.chunk(),
                chunk.partition(),
                chunk.firstObjectNumber(),
                chunk.objectCount(),
                chunk.firstFilemarkNumber(),
                chunk.filemarkCount(),
                chunk.firstByteNumber(),
                chunk.byteCount());
    }

    /** The number of the object that would be written next at the end of data of a partition. */
    public long endOfDataObjectNumber(int partition) {
        Deque<ChunkSummary> content = partitions.get(partition);
        return content.isEmpty() ? 0 : endObjectNumber(content.getLast());
    }

    /** What did not fit together, in the order of replay. */
    public List<Finding> findings() {
        return List.copyOf(findings);
    }

    /**
     * Chunks that can be deleted without changing the outcome of any later replay. The last one is never among them,
     * so that its sequence is not used again.
     */
    public Set<ChunkId> garbage() {
        Set<ChunkId> garbage = new HashSet<>(added);
        for (Deque<ChunkSummary> content : partitions) {
            content.forEach(chunk -> garbage.remove(chunk.chunk()));
        }
        last.ifPresent(garbage::remove);
        return garbage;
    }
}
