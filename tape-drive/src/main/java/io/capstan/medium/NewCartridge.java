package io.capstan.medium;

import io.capstan.catalog.ContainerRecord;
import io.capstan.format.VolumeIdentifier;
import java.util.List;

/**
 * What a cartridge is made of.
 *
 * @param mediumType medium type byte of the mode parameter header
 * @param densityCode density code it is written in
 * @param partitionCapacitiesBytes one entry a partition, 1 to {@link Medium#PARTITION_COUNT_MAX}, each 1 or more
 * @param worm whether what is written can never be overwritten
 * @param pool name of the store's pool that its data goes to
 */
public record NewCartridge(
        VolumeIdentifier volume,
        int mediumType,
        int densityCode,
        List<Long> partitionCapacitiesBytes,
        boolean worm,
        String pool) {

    /** In the default pool. */
    public NewCartridge(
            VolumeIdentifier volume,
            int mediumType,
            int densityCode,
            List<Long> partitionCapacitiesBytes,
            boolean worm) {
        this(
                volume,
                mediumType,
                densityCode,
                partitionCapacitiesBytes,
                worm,
                ContainerRecord.POOL_DEFAULT);
    }

    /** The same in another pool. */
    public NewCartridge in(String otherPool) {
        return new NewCartridge(
                volume, mediumType, densityCode, partitionCapacitiesBytes, worm, otherPool);
    }

    public NewCartridge {
        partitionCapacitiesBytes = List.copyOf(partitionCapacitiesBytes);
        ChunkedMedium.checkLayout(partitionCapacitiesBytes);
    }

    /** A cartridge of one partition. */
    public static NewCartridge of(
            VolumeIdentifier volume, int mediumType, int densityCode, long capacityBytes) {
        return new NewCartridge(volume, mediumType, densityCode, List.of(capacityBytes), false);
    }

    long nativeCapacityBytes() {
        return partitionCapacitiesBytes.stream().mapToLong(Long::longValue).sum();
    }
}
