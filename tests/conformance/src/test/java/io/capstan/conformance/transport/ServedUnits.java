package io.capstan.conformance.transport;

import io.capstan.fakes.scsi.Transport;
import io.capstan.scsi.LogicalUnit;
import io.capstan.scsi.LogicalUnitOwner;

/** The logical units of one test, and who reaches them. */
interface ServedUnits {

    /** As {@link Transport#reach}; the calling thread owns the logical unit until it is served. */
    Transport.Path reach(LogicalUnit unit, LogicalUnitOwner owner, String initiatorPort);

    /** Ends all sessions and serves none of the logical units any more. */
    void release();
}
