package io.capstan.fakes.scsi;

import io.capstan.scsi.LogicalUnit;
import io.capstan.scsi.Nexus;
import java.util.ServiceLoader;

/**
 * How {@link FakeInitiator}s reach logical units: by method calls, or over a transport that is tested with them. The one
 * that is used is a service of the class path; where there is none, it is {@link #DIRECT}.
 */
public interface Transport {

    /** Commands are method calls on the thread of the test. */
    Transport DIRECT = (unit, initiatorPort) -> new Path(unit, new Nexus(initiatorPort, "target"));

    /**
     * A way to a logical unit.
     *
     * @param unit the logical unit, or what stands for it at this end
     * @param nexus as the logical unit knows it
     */
    record Path(LogicalUnit unit, Nexus nexus) {}

    /** The way of an initiator port to a logical unit; the same port gets the same way. */
    Path reach(LogicalUnit unit, String initiatorPort);

    /** The transport of this class path. */
    static Transport current() {
        return ServiceLoader.load(Transport.class).findFirst().orElse(DIRECT);
    }
}
