package io.capstan.medium;

import io.capstan.format.VolumeIdentifier;
import java.time.Instant;
import java.util.List;

/**
 * An earlier generation of a cartridge that is kept.
 *
 * @param generation its number
 * @param ended when it was erased, formatted or overwritten
 * @param expires when it is given up, unless a cartridge shows it then
 * @param partitions what was in them
 * @param shownAs cartridges that show it
 */
public record GenerationStatus(
        long generation,
        Instant ended,
        Instant expires,
        List<CartridgeStatus.Partition> partitions,
        List<VolumeIdentifier> shownAs) {

    public GenerationStatus {
        partitions = List.copyOf(partitions);
        shownAs = List.copyOf(shownAs);
    }

    public long usedBytes() {
        return partitions.stream().mapToLong(CartridgeStatus.Partition::usedBytes).sum();
    }
}
