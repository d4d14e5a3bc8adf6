package io.capstan.conformance.transport;

import io.capstan.fakes.scsi.Transport;
import io.capstan.scsi.LogicalUnit;
import io.capstan.scsi.LogicalUnitOwner;

/** Method calls. */
final class DirectUnits implements ServedUnits {

    @Override
    public Transport.Path reach(LogicalUnit unit, LogicalUnitOwner owner, String initiatorPort) {
        return Transport.DIRECT.reach(unit, initiatorPort);
    }

    @Override
    public void release() {}
}
