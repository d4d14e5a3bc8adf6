package io.capstan.drive;

import io.capstan.medium.Medium;
import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.Nexus;
import io.capstan.scsi.SenseData;
import io.capstan.scsi.SenseKey;
import io.capstan.scsi.spc.CheckConditionException;
import io.capstan.scsi.spc.DeferredErrors;
import io.capstan.scsi.spc.MediumRemoval;
import io.capstan.scsi.spc.UnitAttentions;
import io.capstan.store.StoreException;
import java.util.List;
import java.util.Optional;

/**
 * The cartridge in the drive: loading, unloading, ejecting, and what hosts are told when there is none they can use.
 * Owner thread only.
 *
 * @see "SSC-5, LOAD UNLOAD; 4.2.1.6 Removable medium"
 */
final class Loader {

    private sealed interface State {
        record Empty() implements State {}

        record Ready(Mount mount) implements State {}

        /**
         * @param held whether HOLD keeps the cartridge waiting for LOAD instead of offering it to the changer
         */
        record Unloaded(Mount mount, boolean held) implements State {}

        record Refused(Medium medium) implements State {}

        /**
         * @param usedUp whether it had cleaned as often as it can before it came
         */
        record Cleaning(Medium medium, boolean usedUp) implements State {}
    }

    private final Personality personality;
    private final MountFactory mounts;
    private final StoreFaults storeFaults;
    private final UnitAttentions unitAttentions;
    private final DeferredErrors deferredErrors;
    private final MediumRemoval mediumRemoval;
    private final TapeAlerts tapeAlerts;
    private State state = new State.Empty();

    /** Makes mounts, and tells their cartridge memory that a load begins and ends. */
    interface MountFactory {

        Mount begin(Medium medium, CartridgeType type, boolean writableGeneration);

        /** A load begins again, with the cartridge still there. */
        void beginAgain(Mount mount);

        void end(Mount mount);

        /** A cartridge came that the drive cannot read. */
        void refuse();

        /**
         * Cleans, which a drive without mechanics has done at once, and counts it on the cartridge.
         *
         * @return false if the cartridge had cleaned as often as it can
         */
        boolean clean(Medium cartridge, CartridgeType type) throws StoreException;
    }

    Loader(
            Personality personality,
            MountFactory mounts,
            StoreFaults storeFaults,
            UnitAttentions unitAttentions,
            DeferredErrors deferredErrors,
            MediumRemoval mediumRemoval,
            TapeAlerts tapeAlerts) {
        this.personality = personality;
        this.mounts = mounts;
        this.storeFaults = storeFaults;
        this.unitAttentions = unitAttentions;
        this.deferredErrors = deferredErrors;
        this.mediumRemoval = mediumRemoval;
        this.tapeAlerts = tapeAlerts;
    }

    // ---- what others ask

    LoadState state() {
        return switch (state) {
            case State.Empty() -> LoadState.EMPTY;
            case State.Ready(Mount _) -> LoadState.LOADED;
            case State.Unloaded(Mount _, boolean _) -> LoadState.UNLOADED;
            case State.Refused(Medium _) -> LoadState.REFUSED;
            case State.Cleaning(Medium _, boolean _) -> LoadState.CLEANING;
        };
    }

    /** The mount of a loaded cartridge. */
    Optional<Mount> loaded() {
        return state instanceof State.Ready(Mount mount) ? Optional.of(mount) : Optional.empty();
    }

    /** The medium in the drive, whatever its state. */
    Optional<Medium> medium() {
        return switch (state) {
            case State.Empty() -> Optional.empty();
            case State.Ready(Mount mount) -> Optional.of(mount.medium());
            case State.Unloaded(Mount mount, boolean _) -> Optional.of(mount.medium());
            case State.Refused(Medium medium) -> Optional.of(medium);
            case State.Cleaning(Medium medium, boolean _) -> Optional.of(medium);
        };
    }

    /**
     * @throws CheckConditionException with {@link #notReady} if there is no loaded cartridge
     */
    Mount ready() {
        if (state instanceof State.Ready(Mount mount)) {
            return mount;
        }
        throw new CheckConditionException(notReady().orElseThrow());
    }

    /** Why a command that needs the medium fails; empty if there is one. */
    Optional<SenseData> notReady() {
        return switch (state) {
            case State.Ready(Mount _) -> Optional.empty();
            case State.Unloaded(Mount _, boolean held) when held ->
                    Optional.of(
                            SenseData.of(
                                    SenseKey.NOT_READY,
                                    AdditionalSense
                                            .LOGICAL_UNIT_NOT_READY_INITIALIZING_COMMAND_REQUIRED));
            case State.Empty(), State.Unloaded(Mount _, boolean _) ->
                    Optional.of(
                            SenseData.of(SenseKey.NOT_READY, AdditionalSense.MEDIUM_NOT_PRESENT));
            case State.Refused(Medium _) -> Optional.of(incompatible());
            case State.Cleaning(Medium _, boolean usedUp) ->
                    Optional.of(
                            SenseData.of(
                                    SenseKey.NOT_READY,
                                    usedUp
                                            ? AdditionalSense.CLEANING_VOLUME_EXPIRED
                                            : AdditionalSense.CLEANING_CARTRIDGE_INSTALLED));
        };
    }

    private static SenseData incompatible() {
        return SenseData.of(SenseKey.MEDIUM_ERROR, AdditionalSense.INCOMPATIBLE_MEDIUM_INSTALLED);
    }

    // ---- the changer and the operator

    /** Takes a cartridge in and loads it, at its beginning. */
    LoadOutcome load(Medium medium) {
        if (!(state instanceof State.Empty)) {
            return LoadOutcome.OCCUPIED;
        }
        storeFaults.startOver();
        tapeAlerts.clear();
        LoadOutcome outcome = accept(medium);
        unitAttentions.raise(AdditionalSense.NOT_READY_TO_READY_CHANGE_MEDIUM_MAY_HAVE_CHANGED);
        return outcome;
    }

    private LoadOutcome accept(Medium medium) {
        boolean unreadableWorm = medium.description().worm() && !personality.has(DataFunction.WORM);
        Optional<CartridgeType> readable =
                typeOf(medium, personality.readableCartridges()).filter(type -> !unreadableWorm);
        Optional<CartridgeType> cleaning = typeOf(medium, personality.cleaningCartridges());
        if (readable.isPresent()) {
            boolean writable = personality.readWriteCartridges().contains(readable.get());
            if (!writable) {
                tapeAlerts.raise(TapeAlert.READ_ONLY_FORMAT);
            }
            state = new State.Ready(mounts.begin(medium, readable.get(), writable));
            return LoadOutcome.LOADED;
        }
        if (cleaning.isPresent()) {
            state = new State.Cleaning(medium, !clean(medium, cleaning.get()));
            return LoadOutcome.CLEANED;
        }
        state = new State.Refused(medium);
        mounts.refuse();
        tapeAlerts.raise(TapeAlert.UNSUPPORTED_FORMAT);
        return LoadOutcome.REFUSED;
    }

    private static Optional<CartridgeType> typeOf(Medium medium, List<CartridgeType> types) {
        int densityCode = medium.description().densityCode();
        return types.stream().filter(type -> type.densityCode() == densityCode).findFirst();
    }

    private boolean clean(Medium cartridge, CartridgeType type) {
        try {
            boolean cleaned = mounts.clean(cartridge, type);
            if (!cleaned) {
                tapeAlerts.raise(TapeAlert.EXPIRED_CLEANING_MEDIA);
            }
            return cleaned;
        } catch (StoreException fault) {
            storeFaults.sense(fault);
            return true;
        }
    }

    /** Gives the cartridge up. */
    EjectOutcome eject() {
        if (mediumRemoval.isPrevented() && !(state instanceof State.Empty)) {
            return new EjectOutcome.Prevented();
        }
        return switch (state) {
            case State.Empty() -> new EjectOutcome.Empty();
            case State.Ready(Mount mount) -> ejectLoaded(mount);
            case State.Unloaded(Mount mount, boolean _) -> ejected(mount.medium());
            case State.Refused(Medium medium) -> ejected(medium);
            case State.Cleaning(Medium medium, boolean _) -> ejected(medium);
        };
    }

    private EjectOutcome ejectLoaded(Mount mount) {
        try {
            mount.medium().synchronize();
            mounts.end(mount);
            mount.medium().synchronize();
            return ejected(mount.medium());
        } catch (StoreException fault) {
            return ejectFailed(storeFaults.sense(fault));
        }
    }

    /** The cartridge stays, because something written could not be put on stable storage. */
    EjectOutcome ejectFailed(SenseData sense) {
        tapeAlerts.raise(TapeAlert.UNLOAD_FAILURE);
        deferredErrors.post(sense);
        return new EjectOutcome.Failed(sense);
    }

    private EjectOutcome ejected(Medium medium) {
        state = new State.Empty();
        return new EjectOutcome.Ejected(medium);
    }

    // ---- LOAD UNLOAD

    /** The buffer is on stable storage already. */
    CommandResult loadUnload(SscCommand.LoadUnload command, Nexus nexus) {
        return command.load() && !command.hold() ? load(nexus) : unload(command.hold());
    }

    /** Loads what is in the drive; a cartridge that is loaded goes to its beginning. */
    private CommandResult load(Nexus nexus) {
        return switch (state) {
            case State.Ready(Mount mount) -> rewind(mount);
            case State.Unloaded(Mount mount, boolean _) -> {
                CommandResult result = rewind(mount);
                mounts.beginAgain(mount);
                state = new State.Ready(mount);
                unitAttentions.raiseForOthers(
                        nexus, AdditionalSense.NOT_READY_TO_READY_CHANGE_MEDIUM_MAY_HAVE_CHANGED);
                yield result;
            }
            case State.Empty(), State.Refused(Medium _), State.Cleaning(Medium _, boolean _) ->
                    CommandResult.checkCondition(notReady().orElseThrow());
        };
    }

    private CommandResult rewind(Mount mount) {
        try {
            mount.medium().locate(0, 0);
            return CommandResult.GOOD;
        } catch (StoreException fault) {
            return CommandResult.checkCondition(storeFaults.sense(fault));
        }
    }

    /**
     * Unloads what is loaded. HOLD keeps it in the drive, which removal prevention has nothing against. Unloading what
     * is not loaded has nothing to do.
     */
    private CommandResult unload(boolean hold) {
        if (!hold && mediumRemoval.isPrevented()) {
            tapeAlerts.raise(TapeAlert.NO_REMOVAL);
            return CommandResult.checkCondition(
                    SenseKey.ILLEGAL_REQUEST, AdditionalSense.MEDIUM_REMOVAL_PREVENTED);
        }
        return switch (state) {
            case State.Ready(Mount mount) -> unload(mount, hold);
            case State.Unloaded(Mount mount, boolean _) -> {
                state = new State.Unloaded(mount, hold);
                yield CommandResult.GOOD;
            }
            case State.Refused(Medium _), State.Cleaning(Medium _, boolean _) -> CommandResult.GOOD;
            case State.Empty() -> CommandResult.checkCondition(notReady().orElseThrow());
        };
    }

    private CommandResult unload(Mount mount, boolean hold) {
        try {
            mount.medium().locate(0, 0);
            mounts.end(mount);
            mount.medium().synchronize();
            state = new State.Unloaded(mount, hold);
            return CommandResult.GOOD;
        } catch (StoreException fault) {
            return CommandResult.checkCondition(storeFaults.sense(fault));
        }
    }
}
