package io.capstan.conformance.transport;

import io.capstan.drive.TapeDrive;
import io.capstan.fakes.scsi.Transport;
import io.capstan.scsi.LogicalUnit;
import io.capstan.scsi.LogicalUnitOwner;
import java.util.IdentityHashMap;

/** The transport that this JVM's tests run over. One test at a time. */
public final class ChosenTransport implements Transport {

    private static final ServedUnits SERVED =
            switch (System.getProperty("capstan.conformance.transport", "direct")) {
                case "direct" -> new DirectUnits();
                case "iscsi" -> new IscsiUnits();
                case "tcmu" -> new RingUnits();
                case String other -> throw new IllegalArgumentException("no transport " + other);
            };

    private static final IdentityHashMap<LogicalUnit, LogicalUnitOwner> OWNERS =
            new IdentityHashMap<>();

    /** Says who owns a logical unit that does not say so itself. */
    public static void owner(LogicalUnit unit, LogicalUnitOwner owner) {
        OWNERS.put(unit, owner);
    }

    @Override
    public Path reach(LogicalUnit unit, String initiatorPort) {
        return SERVED.reach(unit, ownerOf(unit), initiatorPort);
    }

    private static LogicalUnitOwner ownerOf(LogicalUnit unit) {
        LogicalUnitOwner owner = unit instanceof TapeDrive drive ? drive.owner() : OWNERS.get(unit);
        return owner == null ? new LogicalUnitOwner() : owner;
    }

    /** Ends what one test has begun. */
    static void release() {
        SERVED.release();
        OWNERS.clear();
    }
}
