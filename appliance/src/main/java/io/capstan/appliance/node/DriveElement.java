package io.capstan.appliance.node;

import io.capstan.changer.DataTransferElement;
import io.capstan.changer.DriveIdentity;
import io.capstan.changer.DriveState;
import io.capstan.changer.EjectOutcome;
import io.capstan.changer.LoadOutcome;
import io.capstan.drive.DriveStatus;
import io.capstan.drive.TapeDrive;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.Medium;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.LogicalUnit;
import io.capstan.scsi.Nexus;
import io.capstan.scsi.Task;
import io.capstan.scsi.TaskManagementFunction;
import io.capstan.store.StoreException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A drive as its changer sees it: hops to the drive's owner for what moves a cartridge, and answers everything else from
 * what the owner published last.
 */
final class DriveElement implements DataTransferElement {

    private static final Logger LOG = LoggerFactory.getLogger(DriveElement.class);

    private static final int LOAD_UNLOAD = 0x1B;
    private static final int PREVENT_ALLOW_MEDIUM_REMOVAL = 0x1E;

    private final TapeDrive drive;
    private final DriveIdentity identity;
    private final Mounter mounter;

    private volatile DriveState state = new DriveState.Empty();
    private volatile boolean removalPrevented;

    /** Opens cartridges. */
    interface Mounter {

        /** The medium of a cartridge, at its beginning; belongs to the caller. */
        Medium mount(VolumeIdentifier volume) throws StoreException;
    }

    DriveElement(TapeDrive drive, Mounter mounter) {
        this.drive = drive;
        this.mounter = mounter;
        this.identity =
                new DriveIdentity(
                        drive.personality().vendorIdentification(),
                        drive.personality().productIdentification(),
                        drive.identity().serialNumber());
    }

    @Override
    public DriveIdentity identity() {
        return identity;
    }

    @Override
    public DriveState state() {
        return state;
    }

    @Override
    public boolean removalPrevented() {
        return removalPrevented;
    }

    @Override
    public LoadOutcome load(VolumeIdentifier volume) {
        try {
            return call(() -> loadNow(volume));
        } catch (RejectedExecutionException e) {
            return new LoadOutcome.Failed("the drive is not in service");
        }
    }

    @Override
    public EjectOutcome eject() {
        return eject(false);
    }

    /**
     * @param force whether hosts that prevent removal are overruled
     */
    EjectOutcome eject(boolean force) {
        try {
            return call(() -> ejectNow(force));
        } catch (RejectedExecutionException e) {
            return new EjectOutcome.Failed("the drive is not in service");
        }
    }

    /** The logical unit for transports: the drive, with a look at its state behind whatever may have changed that. */
    LogicalUnit logicalUnit() {
        return new Published();
    }

    private LoadOutcome loadNow(VolumeIdentifier volume) {
        Medium medium;
        try {
            medium = mounter.mount(volume);
        } catch (StoreException e) {
            LOG.error("{}: cannot load {}: {}", drive.name(), volume, e.getMessage());
            drive.noteLoadFailure().join();
            return new LoadOutcome.Failed(String.valueOf(e.getMessage()));
        }
        io.capstan.drive.LoadOutcome outcome;
        try {
            outcome = drive.load(medium).join();
        } catch (RuntimeException bug) {
            letGo(medium);
            throw bug;
        }
        publish();
        return switch (outcome) {
            // A cartridge that the drive cannot use is in it all the same, and hosts are told why.
            case LOADED, REFUSED, CLEANED -> new LoadOutcome.Loaded();
            case OCCUPIED -> {
                letGo(medium);
                yield new LoadOutcome.Failed("there is a cartridge in the drive already");
            }
        };
    }

    private EjectOutcome ejectNow(boolean force) {
        io.capstan.drive.EjectOutcome outcome =
                force ? drive.forceEject().join() : drive.eject().join();
        EjectOutcome forChanger =
                switch (outcome) {
                    case io.capstan.drive.EjectOutcome.Ejected(Medium medium) -> {
                        letGo(medium);
                        yield new EjectOutcome.Ejected();
                    }
                    case io.capstan.drive.EjectOutcome.Empty() -> new EjectOutcome.Ejected();
                    case io.capstan.drive.EjectOutcome.Prevented() -> new EjectOutcome.Prevented();
                    case io.capstan.drive.EjectOutcome.Failed(var sense) ->
                            new EjectOutcome.Failed(
                                    "what was written could not be put on stable storage ("
                                            + sense.additionalSense()
                                            + ")");
                };
        publish();
        return forChanger;
    }

    /** What was written is on stable storage already: a drive synchronizes before it gives a medium up. */
    private void letGo(Medium medium) {
        try {
            medium.close();
        } catch (StoreException e) {
            LOG.error(
                    "{}: cartridge {} was not closed in order, and is recovered when it is loaded again: {}",
                    drive.name(),
                    medium.volumeIdentifier(),
                    e.getMessage());
        }
    }

    /** On the drive's owner, where its status is there at once. */
    private void publish() {
        DriveStatus status = drive.status().join();
        state = state(status);
        removalPrevented = status.removalPrevented();
    }

    private static DriveState state(DriveStatus status) {
        Optional<VolumeIdentifier> volume = status.volumeIdentifier();
        if (volume.isEmpty()) {
            return new DriveState.Empty();
        }
        return switch (status.state()) {
            case EMPTY -> new DriveState.Empty();
            case LOADED -> new DriveState.Loaded(volume.get());
            case UNLOADED, REFUSED, CLEANING -> new DriveState.Unloaded(volume.get());
        };
    }

    private <T> T call(Callable<T> work) {
        try {
            return drive.owner().submit(work).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RejectedExecutionException rejected) {
                throw rejected;
            }
            throw e;
        }
    }

    private final class Published implements LogicalUnit {

        @Override
        public String name() {
            return drive.name();
        }

        @Override
        public int peripheralDeviceType() {
            return drive.peripheralDeviceType();
        }

        @Override
        public CommandResult execute(Task task) {
            CommandResult result = drive.execute(task);
            int operationCode = task.cdb().operationCode();
            if (operationCode == LOAD_UNLOAD || operationCode == PREVENT_ALLOW_MEDIUM_REMOVAL) {
                publish();
            }
            return result;
        }

        @Override
        public void manage(TaskManagementFunction function, Nexus nexus) {
            drive.manage(function, nexus);
            publish();
        }

        @Override
        public void commandsCleared(Nexus nexus) {
            drive.commandsCleared(nexus);
        }

        @Override
        public void prepare() {
            drive.prepare();
        }
    }
}
