package io.capstan.drive;

import io.capstan.buffer.DataIn;
import io.capstan.drive.Transformation.Decoded;
import io.capstan.medium.Medium;
import io.capstan.medium.ReadOutcome;
import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.Nexus;
import io.capstan.scsi.SenseData;
import io.capstan.scsi.SenseKey;
import io.capstan.scsi.Task;
import io.capstan.store.StoreException;

/**
 * VERIFY: reads and checks blocks without delivering them, by blocks, by filemarks or to end-of-data. A block that the
 * host could not read is not verified either.
 *
 * @see "SSC-5, VERIFY(6)"
 */
final class Verification {

    private final Loader loader;
    private final DriveParameters parameters;
    private final StoreFaults storeFaults;
    private final Transformation transformation;

    Verification(
            Loader loader,
            DriveParameters parameters,
            StoreFaults storeFaults,
            Transformation transformation) {
        this.loader = loader;
        this.parameters = parameters;
        this.storeFaults = storeFaults;
        this.transformation = transformation;
    }

    /** The next object, as a read would find it. */
    private sealed interface Verified {

        record Block(int lengthBytes) implements Verified {}

        record Filemark() implements Verified {}

        record EndOfData() implements Verified {}

        record Refused(SenseData sense) implements Verified {}
    }

    CommandResult verify(SscCommand.Verify command, Task task) {
        transformation.checkRead(task.nexus());
        Medium medium = loader.ready().medium();
        CommandResult result = verify(medium, command, task);
        storeFaults.noteTroubledReads(medium);
        return result;
    }

    private CommandResult verify(Medium medium, SscCommand.Verify command, Task task) {
        if (command.toEndOfData()) {
            return verifyToEndOfData(command, medium, task.nexus());
        }
        if (command.byFilemarks()) {
            return verifyByFilemarks(command, medium, task.nexus());
        }
        return verifyBlocks(
                command,
                medium,
                task.nexus(),
                BlockCount.of(
                        command.fixed(),
                        command.verificationLength(),
                        parameters.blockLengthBytes()));
    }

    private CommandResult verifyBlocks(
            SscCommand.Verify command, Medium medium, Nexus nexus, BlockCount blocks) {
        for (int done = 0; done < blocks.count(); done++) {
            long residual = blocks.residual(done);
            try {
                switch (next(command, medium, nexus)) {
                    case Verified.Block(int lengthBytes) -> {
                        if (lengthBytes != blocks.lengthBytes()) {
                            return ReadWrite.incorrectLength(
                                    blocks.fixed()
                                            ? residual
                                            : (long) blocks.lengthBytes() - lengthBytes);
                        }
                    }
                    case Verified.Filemark() -> {
                        return ReadWrite.filemark(residual);
                    }
                    case Verified.EndOfData() -> {
                        return ReadWrite.endOfData(residual);
                    }
                    case Verified.Refused(SenseData sense) -> {
                        return CommandResult.checkCondition(sense.withInformation(residual));
                    }
                }
            } catch (StoreException fault) {
                return CommandResult.checkCondition(
                        storeFaults.sense(fault).withInformation(residual));
            }
        }
        return CommandResult.GOOD;
    }

    private CommandResult verifyByFilemarks(SscCommand.Verify command, Medium medium, Nexus nexus) {
        int count = command.verificationLength();
        int passed = 0;
        while (passed < count) {
            try {
                switch (next(command, medium, nexus)) {
                    case Verified.Block _ -> {}
                    case Verified.Filemark() -> passed++;
                    case Verified.EndOfData() -> {
                        return ReadWrite.endOfData(count - passed);
                    }
                    case Verified.Refused(SenseData sense) -> {
                        return CommandResult.checkCondition(sense.withInformation(count - passed));
                    }
                }
            } catch (StoreException fault) {
                return CommandResult.checkCondition(
                        storeFaults.sense(fault).withInformation(count - passed));
            }
        }
        return CommandResult.GOOD;
    }

    private CommandResult verifyToEndOfData(SscCommand.Verify command, Medium medium, Nexus nexus) {
        try {
            while (true) {
                switch (next(command, medium, nexus)) {
                    case Verified.Block _, Verified.Filemark() -> {}
                    case Verified.EndOfData() -> {
                        return CommandResult.GOOD;
                    }
                    case Verified.Refused(SenseData sense) -> {
                        return CommandResult.checkCondition(sense);
                    }
                }
            }
        } catch (StoreException fault) {
            return CommandResult.checkCondition(storeFaults.sense(fault));
        }
    }

    private Verified next(SscCommand.Verify command, Medium medium, Nexus nexus)
            throws StoreException {
        return switch (medium.verify()) {
            case ReadOutcome.Block block ->
                    isOtherMethod(command, nexus, block.protection())
                            ? methodError()
                            : verified(medium, nexus, transformation.decode(nexus, block));
            case ReadOutcome.Encrypted block ->
                    isOtherMethod(command, nexus, block.block().protection())
                            ? methodError()
                            : verified(
                                    medium,
                                    nexus,
                                    transformation.decode(nexus, block, DataIn.none(), 0, 0));
            case ReadOutcome.Filemark() -> new Verified.Filemark();
            case ReadOutcome.EndOfData() -> new Verified.EndOfData();
        };
    }

    private boolean isOtherMethod(SscCommand.Verify command, Nexus nexus, int method) {
        return command.protectionMethodMatches()
                && method != parameters.protectionMethod(nexus).code();
    }

    /** Lengths are those of a read, which would deliver the protection information too. */
    private int protectionLengthBytes(Nexus nexus) {
        return parameters.readProtectionMethod(nexus).informationLengthBytes();
    }

    private static Verified methodError() {
        return new Verified.Refused(
                SenseData.of(
                        SenseKey.MEDIUM_ERROR,
                        AdditionalSense.LOGICAL_BLOCK_PROTECTION_METHOD_ERROR));
    }

    private Verified verified(Medium medium, Nexus nexus, Decoded decoded) throws StoreException {
        return switch (decoded) {
            case Decoded.Block block ->
                    new Verified.Block(block.lengthBytes() + protectionLengthBytes(nexus));
            case Decoded.Refused(SenseData sense) -> {
                ReadWrite.goBackOverBlock(medium);
                yield new Verified.Refused(sense);
            }
        };
    }
}
