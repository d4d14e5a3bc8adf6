package io.capstan.format;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Finds the content of a chunk file by walking its records.
 *
 * <p>Damage and a torn tail look the same where they stand; what tells them apart is what follows. A writer adds nothing
 * behind padding until all before it is stable, so a valid record behind a padding record proves that everything before
 * it was once on the disk: what is invalid there is damage, and the content goes on behind it. What is invalid with no
 * such proof behind it is the torn tail, and the content ends there.
 */
final class ContentScan {

    private final FileBytes file;
    private final ChunkHeader chunk;
    private final RecordWalk walk;
    private final Optional<ChunkTrailer> trailer;
    private final List<FormatException> damage = new ArrayList<>();

    private long[] offsets = new long[256];
    private int[] filemarks = new int[16];
    private State state;
    private State cut;
    private Optional<FormatException> cutFault = Optional.empty();
    private long stableLengthBytes;
    private int damageWithin;

    /** How far the content goes, so that a scan can return to the place of a torn tail. */
    private record State(
            int objectCount,
            int filemarkCount,
            long storedByteCount,
            OptionalLong endOfData,
            long lengthBytes,
            boolean afterPadding) {}

    /**
     * @param stableLengthBytes content known to have been synchronized
     * @param trailer if the chunk is sealed: then {@code walk} ends at its content length, and no tail can be torn
     */
    ContentScan(
            FileBytes file,
            ChunkHeader chunk,
            RecordWalk walk,
            long stableLengthBytes,
            Optional<ChunkTrailer> trailer) {
        this.file = file;
        this.chunk = chunk;
        this.walk = walk;
        this.stableLengthBytes = stableLengthBytes;
        this.trailer = trailer;
        this.state =
                new State(
                        0,
                        0,
                        0,
                        OptionalLong.empty(),
                        ChunkHeaderDescriptor.HEADER_LENGTH_BYTES,
                        false);
        this.cut = state;
    }

    ChunkContent run() throws IOException {
        for (Optional<RecordStep> step = walk.next(); step.isPresent(); step = walk.next()) {
            switch (step.get()) {
                case RecordStep.Whole(RecordHeader header) -> {
                    proveStable();
                    add(header);
                }
                case RecordStep.BadData(RecordHeader header, FormatException fault) -> {
                    proveStable();
                    invalid(fault, header.endOffsetBytes());
                    add(header);
                }
                case RecordStep.Lost(long from, long to, FormatException fault) ->
                        invalid(fault, endOfLost(from, to));
            }
        }
        return content();
    }

    /** A valid header stands here: if padding is before it, no place before the padding's end is a torn tail. */
    private void proveStable() {
        if (state.afterPadding()) {
            stableLengthBytes = Math.max(stableLengthBytes, state.lengthBytes());
            cutFault = Optional.empty();
        }
    }

    /** What is lost up to the end of an open file is content only as far as that was known to be stable. */
    private long endOfLost(long from, long to) {
        boolean nothingFollows = trailer.isEmpty() && to == file.lengthBytes();
        return nothingFollows ? Math.max(from, stableLengthBytes) : to;
    }

    private void invalid(FormatException fault, long endBytes) {
        boolean possiblyTorn =
                trailer.isEmpty() && cutFault.isEmpty() && state.lengthBytes() >= stableLengthBytes;
        if (possiblyTorn) {
            cut = state;
            cutFault = Optional.of(fault);
            damageWithin = damage.size();
        }
        damage.add(fault);
        state =
                new State(
                        state.objectCount(),
                        state.filemarkCount(),
                        state.storedByteCount(),
                        state.endOfData(),
                        endBytes,
                        false);
    }

    private void add(RecordHeader header) {
        int index = (int) (header.objectNumber() - chunk.firstObjectNumber());
        int filemarkCount = state.filemarkCount();
        long storedByteCount = state.storedByteCount();
        OptionalLong endOfData = state.endOfData();
        switch (header.kind()) {
            case BLOCK -> {
                putOffset(index, header.fileOffsetBytes());
                storedByteCount += header.storedLengthBytes();
            }
            case FILEMARK -> {
                putOffset(index, header.fileOffsetBytes());
                putFilemark(filemarkCount++, index);
            }
            case END_OF_DATA -> endOfData = OptionalLong.of(header.objectNumber());
            case PADDING -> {}
        }
        state =
                new State(
                        index + (header.kind().isObject() ? 1 : 0),
                        filemarkCount,
                        storedByteCount,
                        endOfData,
                        header.endOffsetBytes(),
                        header.kind() == RecordKind.PADDING);
    }

    private void putOffset(int index, long offset) {
        if (index >= offsets.length) {
            offsets = Arrays.copyOf(offsets, Math.max(index + 1, offsets.length * 2));
        }
        offsets[index] = offset;
    }

    private void putFilemark(int ordinal, int index) {
        if (ordinal >= filemarks.length) {
            filemarks = Arrays.copyOf(filemarks, filemarks.length * 2);
        }
        filemarks[ordinal] = index;
    }

    private ChunkContent content() throws IOException {
        return trailer.isPresent() ? sealedContent(trailer.get()) : openContent();
    }

    /** The trailer is intact, so its counts hold also for objects that were lost. */
    private ChunkContent sealedContent(ChunkTrailer sealed) {
        int objectCount = Math.max(state.objectCount(), sealed.objectCount());
        return new ChunkContent(
                directory(objectCount, state.filemarkCount()),
                sealed.filemarkCount(),
                sealed.endOfDataObjectNumber(),
                sealed.storedByteCount(),
                sealed.contentLengthBytes(),
                ChunkContent.Tail.SEALED,
                Optional.empty(),
                damage);
    }

    private ChunkContent openContent() throws IOException {
        boolean torn = cutFault.isPresent();
        State end = torn ? cut : state;
        return new ChunkContent(
                directory(end.objectCount(), end.filemarkCount()),
                end.filemarkCount(),
                end.endOfData(),
                end.storedByteCount(),
                end.lengthBytes(),
                torn ? tornTail(end.lengthBytes()) : ChunkContent.Tail.NONE,
                cutFault,
                torn ? damage.subList(0, damageWithin) : damage);
    }

    private ChunkContent.Tail tornTail(long lengthBytes) throws IOException {
        return file.isZeroFrom(lengthBytes) ? ChunkContent.Tail.ZEROS : ChunkContent.Tail.TORN;
    }

    private ChunkDirectory directory(int objectCount, int filemarkCount) {
        return ChunkDirectory.of(
                Arrays.copyOf(offsets, objectCount), Arrays.copyOf(filemarks, filemarkCount));
    }
}
