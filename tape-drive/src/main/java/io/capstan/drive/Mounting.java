package io.capstan.drive;

import io.capstan.medium.Medium;
import io.capstan.store.StoreException;
import java.time.InstantSource;

/** Begins and ends loads for the {@link Loader}: cartridge memory and counters. */
final class Mounting implements Loader.MountFactory {

    private final Personality personality;
    private final String driveStamp;
    private final DriveCounters counters;
    private final UpTime upTime;
    private final TapeAlerts tapeAlerts;
    private final InstantSource clock;

    Mounting(
            Personality personality,
            String driveStamp,
            DriveCounters counters,
            UpTime upTime,
            TapeAlerts tapeAlerts,
            InstantSource clock) {
        this.personality = personality;
        this.driveStamp = driveStamp;
        this.counters = counters;
        this.upTime = upTime;
        this.tapeAlerts = tapeAlerts;
        this.clock = clock;
    }

    @Override
    public Mount begin(Medium medium, CartridgeType type, boolean writableGeneration) {
        MediumMemory memory = memory(medium, type);
        Mount mount =
                new Mount(
                        medium, type, writableGeneration, personality.earlyWarningBytes(), memory);
        beginAgain(mount);
        return mount;
    }

    @Override
    public void beginAgain(Mount mount) {
        upTime.update(false);
        mount.memory().beginLoad();
    }

    private MediumMemory memory(Medium medium, CartridgeType type) {
        return new MediumMemory(medium, type, driveStamp, counters, tapeAlerts, clock);
    }

    /** A cleaning cartridge counts its loads, each of which cleans. */
    @Override
    public boolean clean(Medium cartridge, CartridgeType type) throws StoreException {
        MediumMemory memory = memory(cartridge, type);
        if (memory.cleanings() >= type.cleaningsMax().orElse(0)) {
            return false;
        }
        upTime.update(false);
        memory.beginLoad();
        counters.add(DriveCounter.CLEANINGS, 1);
        counters.note(DriveCounter.LOADED_SECONDS_AT_CLEANING, DriveCounter.LOADED_SECONDS);
        cartridge.synchronize();
        return true;
    }

    @Override
    public void refuse() {
        upTime.update(false);
        counters.note(DriveCounter.LOADED_SECONDS_AT_REFUSAL, DriveCounter.LOADED_SECONDS);
    }

    @Override
    public void end(Mount mount) {
        upTime.update(true);
        mount.memory().endLoad();
    }
}
