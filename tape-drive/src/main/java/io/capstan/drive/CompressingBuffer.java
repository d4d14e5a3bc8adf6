package io.capstan.drive;

import io.capstan.drive.EarlyWarning.Zone;
import io.capstan.format.CompressionQueue;
import io.capstan.format.EncodedBlock;
import io.capstan.medium.Medium;
import io.capstan.medium.MediumPosition;
import io.capstan.scsi.SenseData;
import io.capstan.scsi.Task;
import io.capstan.store.StoreException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Blocks that hosts were told GOOD for and that other threads are still compressing, a few at most. They follow what was
 * appended to the medium, which knows nothing of them. Owner thread only: the other threads see no more than a block's bytes.
 *
 * <p>Whatever looks at the medium, moves it, counts what is on it or gives it up calls {@link #settle} first. For commands {@link
 * SscDeviceServer#settle} does that, unless they are said not to need it.
 *
 * <p>A block comes here only where nothing can come of it but that it is on the medium, storage that fails aside: in buffered mode,
 * at end of data behind a block that was appended since the last synchronize, and so far from early-warning that all blocks here
 * may be stored as they are. So a host is answered as if it had been appended at once.
 */
final class CompressingBuffer {

    private static final Logger LOG = LoggerFactory.getLogger(CompressingBuffer.class);

    private final boolean isInUse;
    private final Loader loader;
    private final DriveParameters parameters;
    private final Transformation transformation;
    private final WriteFaults writeFaults;
    private final DriveCounters counters;
    private final CompressionQueue blocks;
    private boolean faultWasLogged;

    /**
     * @param isInUse whether it takes blocks at all
     */
    CompressingBuffer(
            boolean isInUse,
            Loader loader,
            DriveParameters parameters,
            Transformation transformation,
            WriteFaults writeFaults,
            DriveCounters counters) {
        this.isInUse = isInUse;
        this.loader = loader;
        this.parameters = parameters;
        this.transformation = transformation;
        this.writeFaults = writeFaults;
        this.counters = counters;
        this.blocks = transformation.newQueue();
    }

    // ---- coming in

    /** Whether a block is to be given to {@link #add}, behind {@link #makeRoom}. */
    boolean isFor(Mount mount, Task task, int lengthBytes) {
        return isInUse
                && parameters.buffered()
                && blocks.isPromising()
                && transformation.onlyCompresses(task.nexus())
                && mount.medium().hasUnsynchronizedObjects()
                && mount.zone(
                                parameters.programmableEarlyWarningBytes(),
                                blocks.lengthBytes() + lengthBytes)
                        == Zone.BEFORE;
    }

    /**
     * Makes room for one block.
     *
     * @return the deferred error to end the command with, if blocks before it could not be appended
     */
    Optional<SenseData> makeRoom() {
        return blocks.isFull() ? append(blocks.count() - 1) : Optional.empty();
    }

    /**
     * Takes a block in.
     *
     * @return false if it has to be appended by the caller, with the buffer settled first
     */
    boolean add(Task task, long offsetBytes, int lengthBytes) {
        return blocks.offer(
                task.dataOut().slice(offsetBytes, lengthBytes),
                lengthBytes,
                parameters.writeProtectionMethod(task.nexus()).code());
    }

    // ---- going out

    /**
     * Appends all blocks to the medium.
     *
     * @return the deferred error to tell, if they could not be appended; they are gone then, and the medium's position says how far
     *     it came
     */
    Optional<SenseData> settle() {
        return append(0);
    }

    private Optional<SenseData> append(int remainingCount) {
        boolean appended = false;
        try {
            while (blocks.count() > remainingCount) {
                appendFirst();
            }
            appended = true;
            return Optional.empty();
        } catch (StoreException fault) {
            return Optional.of(writeFaults.lost(fault));
        } finally {
            if (!appended) {
                // What follows a block that is not on the medium must not be there either.
                blocks.clear();
            }
        }
    }

    private void appendFirst() throws StoreException {
        Mount mount = loader.loaded().orElseThrow();
        EncodedBlock block = blocks.first();
        blocks.faultOfFirst().ifPresent(this::note);
        mount.medium().append(block);
        blocks.removeFirst();
        noteBlock(mount, block.encryption() != 0);
        count(block.logicalLengthBytes(), block.storedLengthBytes());
    }

    private void note(Throwable fault) {
        if (!faultWasLogged) {
            faultWasLogged = true;
            LOG.error("a block could not be compressed, and is stored as it is", fault);
        }
    }

    /** A block was appended to the medium, from here or directly. */
    void noteBlock(Mount mount, boolean encrypted) {
        MediumPosition behind = mount.medium().position();
        mount.memory()
                .encryptedObjects()
                .noteBlock(behind.partition(), behind.objectNumber() - 1, encrypted);
    }

    void count(int lengthBytes, int storedLengthBytes) {
        counters.add(DriveCounter.BLOCKS_WRITTEN, 1);
        counters.add(DriveCounter.BYTES_WRITTEN, lengthBytes);
        counters.add(DriveCounter.MEDIUM_BYTES_WRITTEN, storedLengthBytes);
    }

    /** Where the medium will be once all is appended. */
    Optional<MediumPosition> position() {
        return loader.loaded().map(Mount::medium).map(this::position);
    }

    private MediumPosition position(Medium medium) {
        MediumPosition at = medium.position();
        return blocks.isEmpty()
                ? at
                : new MediumPosition(
                        at.partition(), at.objectNumber() + blocks.count(), at.fileNumber());
    }
}
