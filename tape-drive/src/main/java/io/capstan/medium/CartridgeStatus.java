package io.capstan.medium;

import io.capstan.catalog.ElementLocation;
import io.capstan.catalog.PartitionState;
import io.capstan.format.ContainerId;
import io.capstan.format.VolumeIdentifier;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What there is to say of a cartridge without mounting it.
 *
 * @param description what kind it is
 * @param partitions what is in it, as committed
 * @param element where it is, unless it is outside every library
 * @param retention how long what is on it is kept, as far as it says so itself
 * @param isMounted whether a drive has it mounted now
 */
public record CartridgeStatus(
        VolumeIdentifier volume,
        ContainerId container,
        MediumDescription description,
        List<Partition> partitions,
        Optional<ElementLocation> element,
        Retention retention,
        boolean isMounted,
        long loadCount,
        Instant created) {

    /**
     * @param objectCount blocks and filemarks
     * @param usedBytes bytes of the blocks
     */
    public record Partition(
            long capacityBytes, long objectCount, long filemarkCount, long usedBytes) {

        static Partition of(PartitionState state) {
            return new Partition(
                    state.capacityBytes(),
                    state.endOfDataObject(),
                    state.filemarkCount(),
                    state.byteCount());
        }
    }

    public CartridgeStatus {
        partitions = List.copyOf(partitions);
    }

    /** Bytes of all blocks. */
    public long usedBytes() {
        return partitions.stream().mapToLong(Partition::usedBytes).sum();
    }
}
