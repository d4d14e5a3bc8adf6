package io.capstan.changer;

import io.capstan.format.VolumeIdentifier;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;

/** A drive without a tape path: it holds a cartridge, or not, and fails on demand. */
final class FakeDrive implements DataTransferElement {

    private final DriveIdentity identity;
    private final Consumer<String> step;
    private final Queue<LoadOutcome> nextLoads = new ArrayDeque<>();
    private final Queue<EjectOutcome> nextEjects = new ArrayDeque<>();
    private DriveState state = new DriveState.Empty();
    private boolean prevented;

    FakeDrive(int number) {
        this(number, name -> {});
    }

    /**
     * @param step called before and after everything that happens to the drive
     */
    FakeDrive(int number, Consumer<String> step) {
        this.identity = new DriveIdentity("IBM", "ULT3580-TD8", "DRV%07d".formatted(number));
        this.step = step;
    }

    /** What the next load comes to; {@link LoadOutcome.Failed} leaves the drive empty. */
    FakeDrive nextLoad(LoadOutcome outcome) {
        nextLoads.add(outcome);
        return this;
    }

    FakeDrive nextEject(EjectOutcome outcome) {
        nextEjects.add(outcome);
        return this;
    }

    FakeDrive prevent(boolean isPrevented) {
        prevented = isPrevented;
        return this;
    }

    void unloadByHost() {
        held().ifPresent(volume -> state = new DriveState.Unloaded(volume));
    }

    Optional<VolumeIdentifier> held() {
        return switch (state) {
            case DriveState.Empty() -> Optional.empty();
            case DriveState.BecomingReady(VolumeIdentifier volume) -> Optional.of(volume);
            case DriveState.Loaded(VolumeIdentifier volume) -> Optional.of(volume);
            case DriveState.Unloaded(VolumeIdentifier volume) -> Optional.of(volume);
        };
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
        return prevented;
    }

    @Override
    public LoadOutcome load(VolumeIdentifier volume) {
        step.accept("before load " + volume);
        if (held().isPresent()) {
            throw new AssertionError(identity + " is to load " + volume + " over " + held());
        }
        LoadOutcome outcome = nextLoads.isEmpty() ? new LoadOutcome.Loaded() : nextLoads.remove();
        state =
                switch (outcome) {
                    case LoadOutcome.Loaded() -> new DriveState.Loaded(volume);
                    case LoadOutcome.BecomingReady() -> new DriveState.BecomingReady(volume);
                    case LoadOutcome.Failed(String reason) -> new DriveState.Empty();
                };
        step.accept("after load " + volume);
        return outcome;
    }

    @Override
    public EjectOutcome eject() {
        step.accept("before eject");
        EjectOutcome outcome =
                nextEjects.isEmpty() ? new EjectOutcome.Ejected() : nextEjects.remove();
        if (outcome instanceof EjectOutcome.Ejected) {
            state = new DriveState.Empty();
        }
        step.accept("after eject");
        return outcome;
    }
}
