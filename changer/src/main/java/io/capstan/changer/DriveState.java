package io.capstan.changer;

import io.capstan.format.VolumeIdentifier;

/** Whether a drive holds a cartridge, and what it is doing with it. */
public sealed interface DriveState {

    /** There is no cartridge in the drive. */
    record Empty() implements DriveState {}

    /** The cartridge is on its way to being readable: it is loading, or its data has to come from another tier first. */
    record BecomingReady(VolumeIdentifier volume) implements DriveState {}

    /** The cartridge is loaded; a host can use it. */
    record Loaded(VolumeIdentifier volume) implements DriveState {}

    /** A host has unloaded the cartridge, which waits to be taken by the medium transport. */
    record Unloaded(VolumeIdentifier volume) implements DriveState {}
}
