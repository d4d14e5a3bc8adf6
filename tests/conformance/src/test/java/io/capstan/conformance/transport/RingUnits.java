package io.capstan.conformance.transport;

import io.capstan.fakes.scsi.Transport;
import io.capstan.scsi.LogicalUnit;
import io.capstan.scsi.LogicalUnitOwner;
import io.capstan.scsi.Nexus;
import io.capstan.tcmu.RingHost;
import java.util.IdentityHashMap;
import org.opentest4j.TestAbortedException;

/** Each logical unit on a TCMU ring in memory. A ring knows no initiators: tests with two of them end there. */
final class RingUnits implements ServedUnits {

    private record Served(RingHost host, String initiatorPort) {}

    private final IdentityHashMap<LogicalUnit, Served> served = new IdentityHashMap<>();

    @Override
    public Transport.Path reach(LogicalUnit unit, LogicalUnitOwner owner, String initiatorPort) {
        Served found = served.get(unit);
        if (found == null) {
            found = new Served(new RingHost(unit, owner), initiatorPort);
            served.put(unit, found);
        }
        if (!found.initiatorPort().equals(initiatorPort)) {
            throw new TestAbortedException("a ring has one nexus for all initiators");
        }
        return new Transport.Path(found.host(), new Nexus(RingHost.INITIATOR_PORT, unit.name()));
    }

    @Override
    public void release() {
        served.values().forEach(unit -> unit.host().close());
        served.clear();
    }
}
