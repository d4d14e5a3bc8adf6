package io.capstan.medium;

/**
 * What kind of cartridge a medium is.
 *
 * @param mediumType medium type byte of the mode parameter header
 * @param densityCode density the medium is written in
 * @param nativeCapacityBytes capacity of the whole medium
 * @param worm whether what is written can never be overwritten
 * @param writeProtected whether it must not be written: by its write-protect switch, or because part of it is only in a tier
 */
public record MediumDescription(
        int mediumType,
        int densityCode,
        long nativeCapacityBytes,
        boolean worm,
        boolean writeProtected) {}
