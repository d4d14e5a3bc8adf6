package io.capstan.catalog;

import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.DiskId;
import io.capstan.format.VolumeIdentifier;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Records for tests. */
final class Samples {

    static final ContainerId CONTAINER = new ContainerId(0x0102030405060708L, 0x090A0B0C0D0E0F10L);
    static final PartitionId PARTITION = new PartitionId(CONTAINER, 3, 0);
    static final VolumeIdentifier VOLUME = new VolumeIdentifier("CAP001L8");

    static final DiskId DISK = new DiskId(0xD15C, 1);
    static final DiskRecord DISK_RECORD = DiskRecord.added(DISK, "/data/disk0", "default");

    private Samples() {}

    static CartridgeRecord cartridge(VolumeIdentifier volume, ContainerId container) {
        return new CartridgeRecord(
                volume,
                container,
                0x28,
                0x5E,
                12_000_000_000_000L,
                false,
                false,
                1_700_000_000_000L,
                5,
                1,
                List.of(new MamAttribute(0, 0x0806, 1, new byte[] {'a', 'b'})),
                CartridgeState.PRESENT);
    }

    static ContainerRecord container(ContainerId container, long generation, Run... lastRuns) {
        List<PartitionState> partitions =
                lastRuns.length == 0
                        ? List.of(PartitionState.empty(1 << 30))
                        : java.util.Arrays.stream(lastRuns)
                                .map(run ->
                                        new PartitionState(
                                                1 << 30,
                                                run.endObject(),
                                                run.endFilemark(),
                                                run.endByte()))
                                .toList();
        return new ContainerRecord(container, generation, 1000, false, partitions);
    }

    static ChunkRecord chunk(long sequence) {
        return ChunkRecord.open(new ChunkId(CONTAINER, sequence), List.of(DISK), 1 << 20, 1000);
    }

    /** A run behind another one. */
    static Run runAfter(Run before, long sequence, long objectCount, long filemarkCount) {
        return new Run(
                before.partition(),
                before.endObject(),
                new ChunkId(CONTAINER, sequence),
                objectCount,
                before.endFilemark(),
                filemarkCount,
                before.endByte(),
                objectCount * 512);
    }

    static Run firstRun(long sequence, long objectCount, long filemarkCount) {
        return new Run(
                PARTITION,
                0,
                new ChunkId(CONTAINER, sequence),
                objectCount,
                0,
                filemarkCount,
                0,
                objectCount * 512);
    }

    static ElementRecord element(String library, int address, VolumeIdentifier volume) {
        return new ElementRecord(
                new ElementLocation(library, address), volume, OptionalInt.empty());
    }

    static TierCopyRecord tierCopy(ChunkId chunk, String tier, long lengthBytes) {
        byte[] digest = new byte[ChunkDigest.LENGTH_BYTES];
        java.util.Arrays.fill(digest, (byte) 7);
        return new TierCopyRecord(chunk, tier, lengthBytes, ChunkDigest.of(digest), 1000);
    }

    static JobRecord job(long job, VolumeIdentifier volume) {
        return JobRecord.queued(
                job,
                volume,
                "vault",
                List.of(TierCopyRecord.ACTIVE),
                Optional.of(new ElementLocation("lib0", 1000)),
                TierCopyRecord.ACTIVE,
                Optional.of(new ElementLocation("vault0", 10)),
                false,
                true,
                2000);
    }
}
