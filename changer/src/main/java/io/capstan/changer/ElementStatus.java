package io.capstan.changer;

import io.capstan.format.VolumeIdentifier;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One element at one moment: what a host reads with READ ELEMENT STATUS, and an operator in the inventory.
 *
 * @param accessible whether the medium transport can get at it: not while a drive has its cartridge loaded, nor an
 *     import/export element while the station is open
 * @param exception what is wrong with it, one sentence; empty when it is in order
 * @param drive the drive, for a data transfer element
 * @param identifier what an import/export element that leads elsewhere is known by
 */
public record ElementStatus(
        int address,
        ElementType type,
        Optional<Content> content,
        boolean accessible,
        Optional<String> exception,
        Optional<DriveIdentity> drive,
        Optional<String> identifier) {

    /**
     * The cartridge in an element.
     *
     * @param sourceElementAddress the storage or import/export element it was last moved from; empty if an operator brought
     *     it here
     */
    public record Content(
            VolumeIdentifier volume, MediumKind kind, OptionalInt sourceElementAddress) {}

    public boolean full() {
        return content.isPresent();
    }

    /** Whether an operator put the cartridge here: IMPEXP of an import/export element. */
    public boolean placedByOperator() {
        return type == ElementType.IMPORT_EXPORT
                && content.isPresent()
                && content.get().sourceElementAddress().isEmpty();
    }
}
