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
    private final List<Finding> generationFindings = new ArrayList<>();
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
            generationFindings.add(
                    damage(
                            chunk,
                            "generation %d was written after generation %d"
                                    .formatted(chunk.generation(), generationReplayed)));
        }
        generationReplayed = Math.max(generationReplayed, chunk.generation());
        return chunk.generation() == generation;
    }

    /** Drops what stood at and behind the place where {@code by} begins; a chunk it begins within is cut by run(). */
    private static void cut(Deque<ChunkSummary> content, ChunkSummary by) {
        while (!content.isEmpty()
                && content.getLast().firstObjectNumber() >= by.firstObjectNumber()) {
            content.removeLast();
        }
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
        List<ContainerRun> runs = new ArrayList<>();
        Optional<ChunkSummary> next = Optional.empty();
        for (ChunkSummary chunk : partitions.get(partition).reversed()) {
            if (chunk.objectCount() > 0) {
                runs.add(run(chunk, next));
            }
            next = Optional.of(chunk);
        }
        return runs.reversed();
    }

    private static ContainerRun run(ChunkSummary chunk, Optional<ChunkSummary> next) {
        if (next.isPresent() && isCut(chunk, next.get())) {
            return head(chunk, next.get());
        }
        return run(chunk, chunk.objectCount(), chunk.filemarkCount(), chunk.byteCount());
    }

    private static boolean isCut(ChunkSummary chunk, ChunkSummary next) {
        return chunk.endObjectNumber() > next.firstObjectNumber();
    }

    /** The part of a chunk that stands before the chunk that cuts it, which says what stands before it. */
    private static ContainerRun head(ChunkSummary chunk, ChunkSummary next) {
        int objectCount = (int) (next.firstObjectNumber() - chunk.firstObjectNumber());
        int filemarkCount =
                Math.clamp(
                        next.firstFilemarkNumber() - chunk.firstFilemarkNumber(), 0, objectCount);
        long byteCount =
                Math.clamp(next.firstByteNumber() - chunk.firstByteNumber(), 0, chunk.byteCount());
        return run(chunk, objectCount, filemarkCount, byteCount);
    }

    private static ContainerRun run(
            ChunkSummary chunk, int objectCount, int filemarkCount, long byteCount) {
        return new ContainerRun(
                chunk.chunk(),
                chunk.partition(),
                chunk.firstObjectNumber(),
                objectCount,
                chunk.firstFilemarkNumber(),
                filemarkCount,
                chunk.firstByteNumber(),
                byteCount);
    }

    /** The number of the object that would be written next at the end of data of a partition. */
    public long endOfDataObjectNumber(int partition) {
        Deque<ChunkSummary> content = partitions.get(partition);
        return content.isEmpty() ? 0 : content.getLast().endObjectNumber();
    }

    /**
     * What does not fit together in the content as it is now. What was overwritten is not looked at: chunks of it may
     * have been deleted already.
     */
    public List<Finding> findings() {
        List<Finding> findings = new ArrayList<>(generationFindings);
        for (Deque<ChunkSummary> content : partitions) {
            Optional<ChunkSummary> before = Optional.empty();
            for (ChunkSummary chunk : content) {
                (before.isPresent() ? checkContinues(before.get(), chunk) : checkStart(chunk))
                        .ifPresent(findings::add);
                before = Optional.of(chunk);
            }
        }
        return findings;
    }

    private static Optional<Finding> checkStart(ChunkSummary first) {
        if (first.firstObjectNumber() > 0) {
            return Optional.of(hole(first, 0));
        }
        return first.firstFilemarkNumber() == 0 && first.firstByteNumber() == 0
                ? Optional.empty()
                : Optional.of(
                        damage(
                                first,
                                "begins the partition, but says that filemarks or bytes stand"
                                        + " before it"));
    }

    private static Optional<Finding> checkContinues(ChunkSummary before, ChunkSummary next) {
        if (before.endObjectNumber() < next.firstObjectNumber()) {
            return Optional.of(hole(next, before.endObjectNumber()));
        }
        long filemarks = next.firstFilemarkNumber() - before.firstFilemarkNumber();
        long bytes = next.firstByteNumber() - before.firstByteNumber();
        return (isCut(before, next)
                        ? isPossibleHead(before, next, filemarks, bytes)
                        : filemarks == before.filemarkCount() && bytes == before.byteCount())
                ? Optional.empty()
                : Optional.of(
                        damage(
                                next,
                                "says %d filemarks and %d bytes stand before it, which %s contradicts"
                                        .formatted(
                                                next.firstFilemarkNumber(),
                                                next.firstByteNumber(),
                                                before.chunk())));
    }

    private static boolean isPossibleHead(
            ChunkSummary chunk, ChunkSummary next, long filemarks, long bytes) {
        long objectCount = next.firstObjectNumber() - chunk.firstObjectNumber();
        return filemarks >= 0
                && filemarks <= Math.min(objectCount, chunk.filemarkCount())
                && bytes >= 0
                && bytes <= chunk.byteCount();
    }

    private static Finding hole(ChunkSummary next, long fromObjectNumber) {
        return damage(
                next,
                "objects %d to %d of partition %d before it are missing"
                        .formatted(
                                fromObjectNumber, next.firstObjectNumber() - 1, next.partition()));
    }

    private static Finding damage(ChunkSummary chunk, String text) {
        return Finding.damage("chunk " + chunk.chunk(), text);
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
