package io.capstan.changer;

import io.capstan.scsi.LogicalUnit;
import io.capstan.scsi.LogicalUnitOwner;
import io.capstan.scsi.spc.CommandObserver;
import io.capstan.scsi.spc.PersistentReservations;
import io.capstan.scsi.spc.ReservationStore;
import io.capstan.scsi.spc.SpcDeviceServer;
import io.capstan.scsi.spc.UnitAttentions;
import java.time.InstantSource;
import java.util.Optional;

/** The logical unit that hosts see of a {@link Library}: a medium changer of SMC. */
public final class MediumChanger {

    private MediumChanger() {}

    /**
     * The logical unit of a library's changer, named {@code LIBRARY/changer}. From now on the library belongs to {@code
     * owner}.
     *
     * @param unitAttentions of this logical unit alone
     * @param clock for the device's timestamp
     */
    public static LogicalUnit logicalUnit(
            Library library,
            LogicalUnitOwner owner,
            UnitAttentions unitAttentions,
            InstantSource clock,
            CommandObserver observer) {
        return logicalUnit(library, owner, unitAttentions, clock, observer, Optional.empty());
    }

    /**
     * The same, where a transport may leave reservations to the changer.
     *
     * @param reservations where they are saved; empty if a transport keeps them
     */
    public static LogicalUnit logicalUnit(
            Library library,
            LogicalUnitOwner owner,
            UnitAttentions unitAttentions,
            InstantSource clock,
            CommandObserver observer,
            Optional<ReservationStore> reservations) {
        LibraryConfiguration configuration = library.configuration();
        TapeAlerts tapeAlerts = new TapeAlerts();
        SmcDeviceServer server = new SmcDeviceServer(library, tapeAlerts);
        library.onOperatorAccess(unitAttentions::raise);
        SpcDeviceServer.Builder<SmcCommand> spc =
                SpcDeviceServer.builder(
                                configuration.name() + "/changer",
                                owner,
                                SmcCommands.commandSet(reservations.isPresent()),
                                server,
                                ChangerPages.inquiryData(configuration))
                        .vpdPages(ChangerPages.vpdPages(configuration))
                        .modePages(ChangerPages.modePages(library))
                        .logPages(ChangerPages.logPages(tapeAlerts, library.statistics()))
                        .unitAttentions(unitAttentions)
                        .mediumRemoval(library.mediumRemoval())
                        .clock(clock)
                        .observer(observer);
        reservations.ifPresent(store ->
                spc.persistentReservations(new PersistentReservations(unitAttentions, store)));
        return spc.build();
    }
}
