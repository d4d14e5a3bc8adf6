package io.capstan.drive;

import io.capstan.drive.EarlyWarning.Zone;
import io.capstan.drive.Transformation.Decoded;
import io.capstan.format.ChunkId;
import io.capstan.format.EncodedBlock;
import io.capstan.medium.Medium;
import io.capstan.medium.MediumPosition;
import io.capstan.medium.ReadOutcome;
import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.SenseData;
import io.capstan.scsi.SenseKey;
import io.capstan.scsi.Task;
import io.capstan.scsi.spc.CheckConditionException;
import io.capstan.store.StoreException;
import java.util.Optional;

/**
 * READ, WRITE and WRITE FILEMARKS. Owner thread only.
 *
 * <p>A WRITE is answered GOOD once the medium took the block, which in buffered mode is before it is on stable storage.
 * WRITE FILEMARKS with IMMED zero, a count of zero included, is answered once everything before it is.
 *
 * @see "SSC-5, READ(6), WRITE(6), WRITE FILEMARKS(6)"
 */
final class ReadWrite {

    private final Loader loader;
    private final DriveParameters parameters;
    private final WriteProtection protection;
    private final WriteFaults writeFaults;
    private final StoreFaults storeFaults;
    private final DriveCounters counters;
    private final Transformation transformation;
    private final RecalledReads recalledReads;
    private final CompressingBuffer buffer;
    private final int blockLengthMaxBytes;

    ReadWrite(
            Loader loader,
            DriveParameters parameters,
            WriteProtection protection,
            WriteFaults writeFaults,
            StoreFaults storeFaults,
            DriveCounters counters,
            Transformation transformation,
            RecalledReads recalledReads,
            CompressingBuffer buffer,
            int blockLengthMaxBytes) {
        this.loader = loader;
        this.parameters = parameters;
        this.protection = protection;
        this.writeFaults = writeFaults;
        this.storeFaults = storeFaults;
        this.counters = counters;
        this.transformation = transformation;
        this.recalledReads = recalledReads;
        this.buffer = buffer;
        this.blockLengthMaxBytes = blockLengthMaxBytes;
    }

    // ---- READ

    CommandResult read(SscCommand.Read command, Task task) {
        transformation.checkRead(task.nexus());
        Medium medium = loader.ready().medium();
        CommandResult result = read(medium, command, task);
        storeFaults.noteTroubledReads(medium);
        return result;
    }

    private CommandResult read(Medium medium, SscCommand.Read command, Task task) {
        BlockCount blocks =
                BlockCount.of(
                        command.fixed(), command.transferLength(), parameters.blockLengthBytes());
        blocks.checkBuffer(task.dataIn().capacityBytes());
        boolean suppress = command.suppressIncorrectLength();
        MediumPosition start = medium.position();
        int done = 0;
        try {
            Optional<CommandResult> waiting =
                    recalledReads.stillWaiting(medium, blocks.residual(0));
            if (waiting.isPresent()) {
                task.dataIn().transferred(0);
                return waiting.get();
            }
            while (done < blocks.count()) {
                long offsetBytes = blocks.offsetBytes(done);
                ReadOutcome outcome = medium.read(task.dataIn(), offsetBytes, blocks.lengthBytes());
                Decoded decoded;
                switch (outcome) {
                    case ReadOutcome.Block block ->
                            decoded = transformation.decode(task.nexus(), block);
                    case ReadOutcome.Encrypted block ->
                            decoded =
                                    transformation.decode(
                                            task.nexus(),
                                            block,
                                            task.dataIn(),
                                            offsetBytes,
                                            blocks.lengthBytes());
                    case ReadOutcome.Filemark(), ReadOutcome.EndOfData() -> {
                        task.dataIn().transferred(offsetBytes);
                        return endOfBlocks(outcome, blocks.residual(done));
                    }
                }
                switch (decoded) {
                    case Decoded.Block unprotected -> {
                        Decoded.Block block =
                                transformation.protect(
                                        task.nexus(),
                                        unprotected,
                                        task.dataIn(),
                                        offsetBytes,
                                        blocks.lengthBytes());
                        counters.add(DriveCounter.BLOCKS_READ, 1);
                        counters.add(DriveCounter.BYTES_READ, block.lengthBytes());
                        counters.add(DriveCounter.MEDIUM_BYTES_READ, block.storedLengthBytes());
                        if (block.lengthBytes() != blocks.lengthBytes()) {
                            return incorrectLength(block, blocks, done, suppress, task);
                        }
                        done++;
                    }
                    case Decoded.Refused(SenseData sense) -> {
                        task.dataIn().transferred(offsetBytes);
                        goBackOverBlock(medium);
                        return CommandResult.checkCondition(
                                sense.withInformation(blocks.residual(done)));
                    }
                }
            }
        } catch (StoreException.InTier notHere) {
            task.dataIn().transferred(0);
            return waitFor(notHere.chunk(), medium, start, blocks.residual(0));
        } catch (StoreException fault) {
            task.dataIn().transferred(blocks.offsetBytes(done));
            return CommandResult.checkCondition(
                    storeFaults.sense(fault).withInformation(blocks.residual(done)));
        }
        task.dataIn().transferred(blocks.totalBytes());
        return CommandResult.GOOD;
    }

    /** Nothing was read: the host sends the whole command again. */
    private CommandResult waitFor(
            ChunkId chunk, Medium medium, MediumPosition start, long residual) {
        try {
            if (!medium.position().equals(start)) {
                medium.locate(start.partition(), start.objectNumber());
            }
            return recalledReads.answer(medium, chunk, residual);
        } catch (StoreException fault) {
            return CommandResult.checkCondition(storeFaults.sense(fault).withInformation(residual));
        }
    }

    /** Why a READ that a host was told of still waits; empty if none does. */
    Optional<SenseData> becomingReady() {
        return loader.loaded().flatMap(mount -> recalledReads.notReady(mount.medium()));
    }

    /** A block that was refused can be read again, with another key. */
    static void goBackOverBlock(Medium medium) throws StoreException {
        MediumPosition behind = medium.position();
        medium.locate(behind.partition(), behind.objectNumber() - 1);
    }

    /**
     * In variable block mode the block's bytes are delivered as far as they go, and INFORMATION is how much shorter the
     * block is than asked for (negative if longer). In fixed block mode it is the number of blocks that were not
     * delivered, this one included.
     */
    private CommandResult incorrectLength(
            Decoded.Block block, BlockCount blocks, int done, boolean suppress, Task task) {
        if (blocks.fixed()) {
            task.dataIn().transferred(blocks.offsetBytes(done));
            return incorrectLength(blocks.residual(done));
        }
        task.dataIn().transferred(Math.min(block.lengthBytes(), blocks.lengthBytes()));
        boolean overlength = block.lengthBytes() > blocks.lengthBytes();
        boolean told = !suppress || (overlength && parameters.blockLengthBytes() != 0);
        return told
                ? incorrectLength((long) blocks.lengthBytes() - block.lengthBytes())
                : CommandResult.GOOD;
    }

    static CommandResult incorrectLength(long information) {
        return CommandResult.checkCondition(
                SenseData.of(SenseKey.NO_SENSE, AdditionalSense.NO_ADDITIONAL_SENSE_INFORMATION)
                        .withIncorrectLength()
                        .withInformation(information));
    }

    /** A filemark or end-of-data where a block was wanted. */
    private CommandResult endOfBlocks(ReadOutcome outcome, long residual) {
        if (outcome instanceof ReadOutcome.Filemark) {
            counters.add(DriveCounter.FILEMARKS_READ, 1);
            return filemark(residual);
        }
        return endOfData(residual);
    }

    static CommandResult filemark(long residual) {
        return CommandResult.checkCondition(
                SenseData.of(SenseKey.NO_SENSE, AdditionalSense.FILEMARK_DETECTED)
                        .withFilemark()
                        .withInformation(residual));
    }

    static CommandResult endOfData(long residual) {
        return CommandResult.checkCondition(
                SenseData.of(SenseKey.BLANK_CHECK, AdditionalSense.END_OF_DATA_DETECTED)
                        .withInformation(residual));
    }

    // ---- WRITE

    CommandResult write(SscCommand.Write command, Task task) {
        Mount mount = loader.ready();
        BlockCount blocks =
                BlockCount.ofWrite(
                        command.fixed(),
                        command.transferLength(),
                        parameters.blockLengthBytes(),
                        blockLengthMaxBytes,
                        parameters.writeProtectionMethod(task.nexus()).informationLengthBytes());
        task.dataOut().wanted(blocks.totalBytes());
        blocks.checkBuffer(task.dataOut().lengthBytes());
        protection.checkAppend(mount);
        if (blocks.count() == 0) {
            return CommandResult.GOOD;
        }
        transformation.checkWrite(task.nexus(), task.dataOut(), blocks);
        return write(mount, blocks, task);
    }

    private CommandResult write(Mount mount, BlockCount blocks, Task task) {
        Medium medium = mount.medium();
        long unsynchronizedBefore = medium.unsynchronizedObjects();
        Zone before = zone(mount);
        int informationBytes =
                parameters.writeProtectionMethod(task.nexus()).informationLengthBytes();
        int done = 0;
        try {
            mount.memory().noteModification();
            while (done < blocks.count()) {
                long offsetBytes = blocks.offsetBytes(done);
                if (!transformation.isWholeAsSent(
                        task.nexus(), task.dataOut(), offsetBytes, blocks.lengthBytes())) {
                    return guardCheckFailed(blocks.residual(done));
                }
                Optional<CommandResult> end =
                        put(
                                mount,
                                task,
                                offsetBytes,
                                blocks.lengthBytes() - informationBytes,
                                blocks.residual(done));
                if (end.isPresent()) {
                    return end.get();
                }
                done++;
            }
            return finish(mount, before, !parameters.buffered());
        } catch (StoreException.NoSpace full) {
            return writeFaults.full(full, blocks.residual(done));
        } catch (StoreException fault) {
            return writeFaults.result(fault, unsynchronizedBefore, blocks.residual(0));
        }
    }

    /**
     * Gives a block to the buffer, or appends it behind what is there.
     *
     * @param residual blocks of the command that are not written yet
     * @return how the command ends, if it cannot go on
     */
    private Optional<CommandResult> put(
            Mount mount, Task task, long offsetBytes, int lengthBytes, long residual)
            throws StoreException {
        if (buffer.isFor(mount, task, lengthBytes)) {
            Optional<SenseData> lost = buffer.makeRoom();
            if (lost.isPresent()) {
                return lost.map(CommandResult::checkCondition);
            }
            if (buffer.add(task, offsetBytes, lengthBytes)) {
                return Optional.empty();
            }
        }
        Optional<SenseData> lost = buffer.settle();
        if (lost.isPresent()) {
            return lost.map(CommandResult::checkCondition);
        }
        return append(mount, task, offsetBytes, lengthBytes)
                ? Optional.empty()
                : Optional.of(overflow(residual));
    }

    /**
     * Appends a block in the form in which the medium is to keep it.
     *
     * @return false if it does not fit
     */
    private boolean append(Mount mount, Task task, long offsetBytes, int lengthBytes)
            throws StoreException {
        Medium medium = mount.medium();
        Optional<EncodedBlock> encoded =
                transformation.encode(task.nexus(), task.dataOut(), offsetBytes, lengthBytes);
        int storedLengthBytes =
                encoded.isPresent() ? encoded.get().storedLengthBytes() : lengthBytes;
        if (medium.remainingBytes() < storedLengthBytes) {
            noteFullStorage(medium, storedLengthBytes);
            return false;
        }
        if (encoded.isPresent()) {
            medium.append(encoded.get());
        } else {
            medium.append(task.dataOut(), offsetBytes, lengthBytes);
        }
        buffer.noteBlock(mount, encoded.filter(block -> block.encryption() != 0).isPresent());
        buffer.count(lengthBytes, storedLengthBytes);
        return true;
    }

    private static CommandResult guardCheckFailed(long residual) {
        return CommandResult.checkCondition(
                SenseData.of(
                                SenseKey.HARDWARE_ERROR,
                                AdditionalSense.LOGICAL_BLOCK_GUARD_CHECK_FAILED)
                        .withInformation(residual));
    }

    private static CommandResult overflow(long residual) {
        return CommandResult.checkCondition(StoreFaults.volumeOverflow().withInformation(residual));
    }

    // ---- WRITE FILEMARKS

    CommandResult writeFilemarks(SscCommand.WriteFilemarks command) {
        Mount mount = loader.ready();
        if (command.immediate() && !parameters.buffered()) {
            throw CheckConditionException.invalidFieldInCdb(1, 0);
        }
        if (command.count() > 0) {
            protection.checkAppend(mount);
        }
        Medium medium = mount.medium();
        long unsynchronizedBefore = medium.unsynchronizedObjects();
        long filesBefore = medium.position().fileNumber();
        Zone before = zone(mount);
        try {
            if (command.count() > 0) {
                mount.memory().noteModification();
                MediumPosition here = medium.position();
                medium.appendFilemarks(command.count());
                mount.memory().encryptedObjects().endData(here.partition(), here.objectNumber());
                counters.add(DriveCounter.FILEMARKS_WRITTEN, command.count());
            }
            CommandResult result = finish(mount, before, !command.immediate());
            return command.count() > 0 ? result : CommandResult.GOOD;
        } catch (StoreException.NoSpace full) {
            long done = medium.position().fileNumber() - filesBefore;
            return writeFaults.full(full, command.count() - done);
        } catch (StoreException fault) {
            return writeFaults.result(fault, unsynchronizedBefore, command.count());
        }
    }

    /**
     * Ends a write that the medium took. The first command past early-warning synchronizes, as SEW of the device
     * configuration page says: an initiator that changes volumes now has everything before on this one.
     */
    private CommandResult finish(Mount mount, Zone before, boolean synchronize)
            throws StoreException {
        Zone now = zone(mount);
        boolean crossed = now == Zone.EARLY_WARNING && before != Zone.EARLY_WARNING;
        if (crossed) {
            noteFullStorage(mount.medium(), mount.medium().partitionRestBytes());
        }
        if (synchronize || crossed) {
            Optional<SenseData> lost = buffer.settle();
            if (lost.isPresent()) {
                return CommandResult.checkCondition(lost.get());
            }
            counters.add(DriveCounter.SYNCHRONIZATIONS, 1);
            mount.medium().synchronize();
        }
        return switch (now) {
            case EARLY_WARNING -> warning(AdditionalSense.END_OF_PARTITION_MEDIUM_DETECTED);
            case PROGRAMMABLE_EARLY_WARNING ->
                    before == Zone.BEFORE
                            ? warning(AdditionalSense.PROGRAMMABLE_EARLY_WARNING_DETECTED)
                            : CommandResult.GOOD;
            case BEFORE -> CommandResult.GOOD;
        };
    }

    /** Tells the operator when it is the storage that ends a volume, and not the volume itself. */
    private void noteFullStorage(Medium medium, long wantedBytes) {
        if (medium.storageFreeBytes() < wantedBytes) {
            storeFaults.noteFullStorage(medium);
        }
    }

    /** Everything was written: INFORMATION is zero. */
    private static CommandResult warning(AdditionalSense additionalSense) {
        return CommandResult.checkCondition(
                SenseData.of(SenseKey.NO_SENSE, additionalSense)
                        .withEndOfMedium()
                        .withInformation(0));
    }

    private Zone zone(Mount mount) {
        return mount.zone(parameters.programmableEarlyWarningBytes());
    }
}
