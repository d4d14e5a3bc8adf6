package io.capstan.changer;

import io.capstan.format.VolumeIdentifier;

/**
 * A drive, as far as the changer can see it.
 *
 * <p>Called on the changer's owner thread. {@link #load} and {@link #eject} hop to the drive's own owner and wait for it, so
 * they take as long as the command the drive is executing; the others answer at once from what the drive last published.
 *
 * <p>Order against the catalog: the changer commits a cartridge into the drive's element before it calls {@link #load}, and
 * out of it only after {@link #eject}. So a drive never holds a cartridge that the catalog does not place in its element.
 * After a restart the changer loads again whatever the catalog says is in a drive.
 */
public interface DataTransferElement {

    /** Never changes. */
    DriveIdentity identity();

    /** The latest state; does not wait for the drive. */
    DriveState state();

    /** Whether any host prevents removal from this drive; does not wait for the drive. */
    boolean removalPrevented();

    /**
     * Gives the cartridge to the drive, which loads it. The hosts of the drive learn of it by a unit attention.
     *
     * @param volume a cartridge whose element in the catalog is this drive's; the drive is empty
     */
    LoadOutcome load(VolumeIdentifier volume);

    /**
     * Unloads the cartridge if a host has not done so, and takes it out of the drive. A drive that is empty has ejected.
     */
    EjectOutcome eject();
}
