package io.capstan.simulation;

import io.capstan.drive.DriveIdentity;
import io.capstan.drive.LoadOutcome;
import io.capstan.drive.Personality;
import io.capstan.drive.TapeDrive;
import io.capstan.fakes.scsi.FakeInitiator;
import io.capstan.fakes.scsi.FakeReply;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.Medium;
import io.capstan.medium.SimpleTape;
import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.TaskManagementFunction;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/** Two drives that get the same commands: one with a cartridge of the node, one with a simple tape, which is the oracle. */
final class TwinDrive {

    private static final String READ_POSITION_LONG = "34 06 00 00 00 00 00 00 00 00";

    private final InstantSource clock;
    private final int blockLengthBytes;
    private TapeDrive real;
    private TapeDrive model;
    private FakeInitiator realHost;
    private FakeInitiator modelHost;
    private Medium medium;
    private SimpleTape tape;

    /** What may be on the cartridge besides what the model says, because a command did not come to its end. */
    private List<Contents> interrupted = List.of();

    /** If not empty, what may be on the cartridge whatever the model says. */
    private List<Contents> uncertain = List.of();

    /** Faults of the disk when the two last agreed for certain. */
    private long faultsExcused;

    TwinDrive(
            InstantSource clock,
            int blockLengthBytes,
            Medium medium,
            SimpleTape tape,
            long faultsExcused) {
        this.clock = clock;
        this.blockLengthBytes = blockLengthBytes;
        load(medium, tape, faultsExcused);
    }

    /** Goes on with another medium of the same cartridge, and a model that says what is on it, in new drives. */
    void load(Medium newMedium, SimpleTape newTape, long newFaultsExcused) {
        medium = newMedium;
        tape = newTape;
        interrupted = List.of();
        uncertain = List.of();
        faultsExcused = newFaultsExcused;
        real = drive().build();
        model = drive().compressingAtOnce().build();
        realHost = loaded(real, newMedium);
        modelHost = loaded(model, newTape);
    }

    private TapeDrive.Builder drive() {
        return TapeDrive.builder(
                        "lib0/drive0",
                        Personality.byName("ULT3580-TD8").orElseThrow(),
                        new DriveIdentity("0007812345", "0007899999_LL0", OptionalInt.empty()))
                .clock(clock);
    }

    private FakeInitiator loaded(TapeDrive drive, Medium newMedium) {
        FakeInitiator host = new FakeInitiator(drive, "initiator0");
        if (drive.load(newMedium).join() != LoadOutcome.LOADED) {
            throw new AssertionError("the drive does not take the cartridge");
        }
        host.clearUnitAttentions();
        FakeReply reply =
                host.send(
                        "15 10 00 00 0C 00",
                        "00 00 10 08 00 00 00 00 00 " + Commands.u24(blockLengthBytes));
        if (!reply.isGood()) {
            throw new AssertionError("block length: " + reply);
        }
        return host;
    }

    int blockLengthBytes() {
        return blockLengthBytes;
    }

    VolumeIdentifier volume() {
        return medium.volumeIdentifier();
    }

    Medium medium() {
        return medium;
    }

    TapeDrive real() {
        return real;
    }

    SimpleTape tape() {
        return tape;
    }

    long faultsExcused() {
        return faultsExcused;
    }

    FakeReply sendToReal(Commands.Command command) {
        return send(realHost, command.cdbHex(), command);
    }

    FakeReply sendToModel(Commands.Command command) {
        return send(modelHost, command.cdbHex(), command);
    }

    /**
     * A task management function of the host's.
     *
     * @return whether the two are told the same of it
     */
    boolean manage(TaskManagementFunction function) {
        real.manage(function, realHost.nexus());
        model.manage(function, modelHost.nexus());
        List<AdditionalSense> told = realHost.clearUnitAttentions();
        List<AdditionalSense> expected = modelHost.clearUnitAttentions();
        return told.equals(expected) && isPositionSame();
    }

    private static FakeReply send(FakeInitiator host, String cdbHex, Commands.Command command) {
        return host.send(
                io.capstan.scsi.Cdb.parse(cdbHex), command.dataOut(), command.dataInBytes());
    }

    /** The model does what a command may have come to that did not come to its end. */
    void interrupt(Commands.Command command) {
        List<Contents> before = Contents.acceptable(tape);
        send(modelHost, command.interrupted(), command);
        List<Contents> all = new ArrayList<>(before);
        all.addAll(Contents.acceptable(tape));
        all.add(Contents.of(tape));
        interrupted = all;
    }

    /** It is not known what is on the cartridge, but it is one of these. */
    void mayHold(List<Contents> possible) {
        uncertain = possible;
    }

    /** All that may be on the cartridge now. */
    List<Contents> acceptable() {
        if (!uncertain.isEmpty()) {
            return uncertain;
        }
        List<Contents> all = new ArrayList<>(Contents.acceptable(tape));
        all.addAll(interrupted);
        return all;
    }

    /** Asks for the position, for which a drive has to do what it still has to do for commands that it answered. */
    boolean isPositionSame() {
        return Arrays.equals(position(realHost), position(modelHost));
    }

    private static byte[] position(FakeInitiator host) {
        return host.receive(READ_POSITION_LONG, 32).data();
    }

    String positions() {
        return "%s, model %s".formatted(medium.position(), tape.position());
    }
}
