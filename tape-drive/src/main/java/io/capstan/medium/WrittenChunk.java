package io.capstan.medium;

import io.capstan.catalog.ChunkDigest;
import io.capstan.catalog.ChunkRecord;
import io.capstan.catalog.ChunkState;
import io.capstan.catalog.PartitionId;
import io.capstan.catalog.Run;
import io.capstan.format.ChunkHeader;
import io.capstan.format.ChunkId;
import io.capstan.format.ChunkTrailer;
import io.capstan.format.ChunkTrailerDescriptor;
import io.capstan.format.DiskId;
import io.capstan.store.ChunkWriter;
import io.capstan.store.SyncPoint;
import java.util.List;
import java.util.Optional;

/** A chunk that a medium is writing or has just written, and how much of it the catalog knows. Owner thread only. */
final class WrittenChunk {

    private final ChunkWriter writer;
    private final PartitionId partition;
    private boolean inCatalog;
    private long committedLengthBytes;
    private int committedObjects;

    WrittenChunk(ChunkWriter writer, PartitionId partition) {
        this.writer = writer;
        this.partition = partition;
    }

    ChunkWriter writer() {
        return writer;
    }

    ChunkId id() {
        return writer.id();
    }

    PartitionId partition() {
        return partition;
    }

    /** Whether the catalog has a record of it. */
    boolean isInCatalog() {
        return inCatalog;
    }

    /** What of it counts if the rest is dropped. */
    long committedLengthBytes() {
        return committedLengthBytes;
    }

    boolean hasObjects() {
        return writer.objectCount() > 0;
    }

    boolean hasUncommittedObjects() {
        return writer.objectCount() > committedObjects;
    }

    /** Whether the next object of the partition belongs here: after a copy was lost it goes to a chunk with all of them. */
    boolean takes(Place at) {
        return partition.partition() == at.partition()
                && writer.nextObjectNumber() == at.objectNumber()
                && !writer.isFull()
                && !writer.hasLostCopies();
    }

    /** The disks that have all of it. */
    List<DiskId> disks() {
        return writer.disks();
    }

    ChunkRecord openRecord(SyncPoint point) {
        return ChunkRecord.open(id(), disks(), point.lengthBytes(), point.objectCount());
    }

    ChunkRecord sealedRecord(ChunkTrailer trailer) {
        long lengthBytes =
                trailer.contentLengthBytes()
                        + trailer.directoryLengthBytes()
                        + ChunkTrailerDescriptor.TRAILER_LENGTH_BYTES;
        return new ChunkRecord(
                id(),
                ChunkState.SEALED,
                lengthBytes,
                trailer.objectCount(),
                Optional.of(ChunkDigest.of(trailer.digest())),
                disks());
    }

    /** All its objects as a run. */
    Run run() {
        ChunkHeader header = writer.header();
        return new Run(
                partition,
                header.firstObjectNumber(),
                id(),
                writer.objectCount(),
                header.firstFilemarkNumber(),
                writer.filemarkCount(),
                header.firstByteNumber(),
                writer.byteCount());
    }

    /** The catalog has this record now, and a run of all objects. */
    void committed(ChunkRecord record) {
        inCatalog = true;
        committedLengthBytes = record.lengthBytes();
        committedObjects = writer.objectCount();
    }
}
