package io.capstan.drive;

import io.capstan.medium.Medium;
import io.capstan.medium.ReadOutcome;
import io.capstan.scsi.CommandResult;
import io.capstan.store.StoreException;

/**
 * VERIFY: reads and checks blocks without delivering them, by blocks, by filemarks or to end-of-data.
 *
 * @see "SSC-5, VERIFY(6)"
 */
final class Verification {

    private final Loader loader;
    private final DriveParameters parameters;
    private final StoreFaults storeFaults;

    Verification(Loader loader, DriveParameters parameters, StoreFaults storeFaults) {
        this.loader = loader;
        this.parameters = parameters;
        this.storeFaults = storeFaults;
    }

    CommandResult verify(SscCommand.Verify command) {
        Medium medium = loader.ready().medium();
        if (command.toEndOfData()) {
            return verifyToEndOfData(medium);
        }
        if (command.byFilemarks()) {
            return verifyByFilemarks(medium, command.verificationLength());
        }
        return verifyBlocks(
                medium,
                BlockCount.of(
                        command.fixed(),
                        command.verificationLength(),
                        parameters.blockLengthBytes()));
    }

    private CommandResult verifyBlocks(Medium medium, BlockCount blocks) {
        for (int done = 0; done < blocks.count(); done++) {
            long residual = blocks.residual(done);
            try {
                switch (medium.verify()) {
                    case ReadOutcome.Block(int lengthBytes) -> {
                        if (lengthBytes != blocks.lengthBytes()) {
                            return ReadWrite.incorrectLength(
                                    blocks.fixed()
                                            ? residual
                                            : (long) blocks.lengthBytes() - lengthBytes);
                        }
                    }
                    case ReadOutcome.Filemark() -> {
                        return ReadWrite.filemark(residual);
                    }
                    case ReadOutcome.EndOfData() -> {
                        return ReadWrite.endOfData(residual);
                    }
                }
            } catch (StoreException fault) {
                return CommandResult.checkCondition(
                        storeFaults.sense(fault).withInformation(residual));
            }
        }
        return CommandResult.GOOD;
    }

    private CommandResult verifyByFilemarks(Medium medium, int count) {
        int passed = 0;
        while (passed < count) {
            try {
                ReadOutcome outcome = medium.verify();
                if (outcome instanceof ReadOutcome.EndOfData) {
                    return ReadWrite.endOfData(count - passed);
                }
                passed += outcome instanceof ReadOutcome.Filemark ? 1 : 0;
            } catch (StoreException fault) {
                return CommandResult.checkCondition(
                        storeFaults.sense(fault).withInformation(count - passed));
            }
        }
        return CommandResult.GOOD;
    }

    private CommandResult verifyToEndOfData(Medium medium) {
        try {
            while (!(medium.verify() instanceof ReadOutcome.EndOfData)) {
                // The checksum was checked; there is nothing else to do with the object.
            }
            return CommandResult.GOOD;
        } catch (StoreException fault) {
            return CommandResult.checkCondition(storeFaults.sense(fault));
        }
    }
}
