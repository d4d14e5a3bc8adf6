package io.capstan.conformance.changer;

import io.capstan.changer.DataTransferElement;
import io.capstan.changer.DriveIdentity;
import io.capstan.changer.DriveState;
import io.capstan.changer.EjectOutcome;
import io.capstan.changer.LoadOutcome;
import io.capstan.format.VolumeIdentifier;

/** A drive that only holds a cartridge, and fails on demand. */
final class FakeDrive implements DataTransferElement {

    private final DriveIdentity identity;
    private DriveState state = new DriveState.Empty();
    private LoadOutcome nextLoad = new LoadOutcome.Loaded();
    private EjectOutcome nextEject = new EjectOutcome.Ejected();
    private boolean removalPrevented;

    FakeDrive(int number) {
        identity = new DriveIdentity("IBM", "ULT3580-TD8", "DRV%07d".formatted(number));
    }

    void removalPrevented(boolean isPrevented) {
        removalPrevented = isPrevented;
    }

    /** What every load comes to from now on. */
    void loads(LoadOutcome outcome) {
        nextLoad = outcome;
    }

    /** What every eject comes to from now on. */
    void ejects(EjectOutcome outcome) {
        nextEject = outcome;
    }

    void unloadedByHost() {
        if (state instanceof DriveState.Loaded(VolumeIdentifier volume)) {
            state = new DriveState.Unloaded(volume);
        }
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
        state =
                switch (nextLoad) {
                    case LoadOutcome.Loaded() -> new DriveState.Loaded(volume);
                    case LoadOutcome.BecomingReady() -> new DriveState.BecomingReady(volume);
                    case LoadOutcome.Failed(String reason) -> new DriveState.Empty();
                };
        return nextLoad;
    }

    @Override
    public EjectOutcome eject() {
        if (nextEject instanceof EjectOutcome.Ejected) {
            state = new DriveState.Empty();
        }
        return nextEject;
    }
}
