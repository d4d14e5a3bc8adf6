package io.capstan.tcmu;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * One mapped TCMU ring with a batch of drained commands.
 *
 * <p>Used by one thread at a time; the order of calls is that of {@code native/include/capstan.h}. Memory handed out for
 * a command's data stays valid until that command is completed.
 */
final class Ring implements AutoCloseable {

    static final int BATCH_MAX = 16;

    static final int WAKE_RING = 1;
    static final int WAKE_GONE = 4;

    private final Libcapstan library = Libcapstan.get();
    // Automatic rather than confined: set-up and the owner are different threads, and closing a
    // shared arena stops
    // every thread of the VM. A ring lives as long as its device, so the collector has little to
    // do.
    private final Arena arena = Arena.ofAuto();
    private final MemorySegment ring = arena.allocate(Layout.RING);
    private final MemorySegment commands = arena.allocate(Layout.COMMAND, BATCH_MAX);
    private final MemorySegment sense = arena.allocate(Layout.SENSE_MAX_BYTES);
    private final boolean mappedHere;
    private MemorySegment map = MemorySegment.NULL;

    private Ring(boolean mappedHere) {
        this.mappedHere = mappedHere;
    }

    /**
     * Opens and maps a uio device.
     *
     * @param mapLengthBytes exactly what {@code /sys/class/uio/uioN/maps/map0/size} says
     */
    static Ring open(Path device, long mapLengthBytes) throws RingException {
        Ring opened = new Ring(true);
        MemorySegment path = opened.arena.allocateFrom(device.toString());
        checked("open " + device, opened.library.ringOpen(opened.ring, path, mapLengthBytes));
        opened.adoptMap();
        return opened;
    }

    /**
     * Attaches to a ring in memory the caller keeps.
     *
     * @param uioFd what to wait on and kick, or -1
     */
    static Ring attach(MemorySegment map, int uioFd) throws RingException {
        Ring attached = new Ring(false);
        checked("attach", attached.library.ringAttach(attached.ring, map, map.byteSize(), uioFd));
        attached.map = map;
        return attached;
    }

    /** Takes up the kernel's positions anew after it has reset the ring; commands drained before are void. */
    void reattach() throws RingException {
        checked(
                "attach",
                library.ringAttach(
                        ring, map, map.byteSize(), ring.get(JAVA_INT, Layout.RING_UIO_FD)));
    }

    /**
     * Sleeps until there is something to do.
     *
     * @param timeoutMillis -1 for ever
     * @return WAKE bits, 0 when time is up
     */
    int await(WakeEvent event, int timeoutMillis, int spinCount) throws RingException {
        return checked(
                "capstan_ring_wait", library.ringWait(ring, event.fd(), timeoutMillis, spinCount));
    }

    /** Drains up to {@link #BATCH_MAX} commands and returns how many; they take the place of the batch before. */
    int drain() throws RingException {
        return checked("capstan_ring_drain", library.ringDrain(ring, commands, BATCH_MAX));
    }

    RingCommand command(int index) {
        return new RingCommand(
                map,
                commands.asSlice(index * Layout.COMMAND.byteSize(), Layout.COMMAND.byteSize()));
    }

    /**
     * Answers the oldest command that is not answered yet.
     *
     * @param dataInLengthBytes valid bytes of the Data-In Buffer, 0 for none
     * @param senseBytes up to 96 bytes, empty for none
     */
    void complete(RingCommand command, int status, int dataInLengthBytes, byte[] senseBytes)
            throws RingException {
        MemorySegment.copy(senseBytes, 0, sense, JAVA_BYTE, 0, senseBytes.length);
        checked(
                "capstan_ring_complete",
                library.ringComplete(
                        ring,
                        command.descriptor(),
                        (byte) status,
                        dataInLengthBytes,
                        sense,
                        senseBytes.length));
    }

    /** Bytes of the ring that hold entries nobody has answered. */
    int pendingBytes() throws RingException {
        return checked("capstan_ring_pending", library.ringPending(ring));
    }

    /** Answers all entries nobody has answered, without looking into them, and returns how many there were. */
    int refuseAll(int status, byte[] senseBytes) throws RingException {
        MemorySegment.copy(senseBytes, 0, sense, JAVA_BYTE, 0, senseBytes.length);
        return checked(
                "capstan_ring_refuse",
                library.ringRefuse(ring, (byte) status, sense, senseBytes.length));
    }

    /** Makes the kernel look at the answers. */
    void kick() throws RingException {
        checked("capstan_ring_kick", library.ringKick(ring));
    }

    /** Unmaps what {@link #open} mapped; unanswered entries stay for whoever opens the device next. */
    @Override
    public void close() {
        map = MemorySegment.NULL;
        if (mappedHere) {
            library.ringClose(ring);
        }
    }

    /**
     * @throws RingException if {@code result} is -errno
     */
    static int checked(String call, int result) throws RingException {
        if (result < 0) {
            throw new RingException(call, -result);
        }
        return result;
    }

    private void adoptMap() {
        map =
                ring.get(ADDRESS, Layout.RING_MAP)
                        .reinterpret(ring.get(JAVA_LONG, Layout.RING_MAP_LENGTH_BYTES));
    }

    /** One drained command: a view of its descriptor, and of its data in the map. */
    static final class RingCommand {

        static final int KIND_TASK_MANAGEMENT = 2;
        static final int FAULT_NONE = 0;
        static final int FAULT_HALF_ANSWERED = 1;
        static final int FAULT_CDB = 2;

        private final MemorySegment map;
        private final MemorySegment descriptor;

        RingCommand(MemorySegment map, MemorySegment descriptor) {
            this.map = map;
            this.descriptor = descriptor;
        }

        MemorySegment descriptor() {
            return descriptor;
        }

        boolean isTaskManagement() {
            return descriptor.get(JAVA_INT, Layout.COMMAND_KIND) == KIND_TASK_MANAGEMENT;
        }

        int taskManagementCode() {
            return descriptor.get(JAVA_INT, Layout.COMMAND_TASK_MANAGEMENT);
        }

        int fault() {
            return descriptor.get(JAVA_INT, Layout.COMMAND_FAULT);
        }

        long dataLengthBytes() {
            return descriptor.get(JAVA_LONG, Layout.COMMAND_DATA_LENGTH_BYTES);
        }

        byte[] cdb() {
            int lengthBytes =
                    Short.toUnsignedInt(
                            descriptor.get(JAVA_SHORT, Layout.COMMAND_CDB_LENGTH_BYTES));
            return descriptor.asSlice(Layout.COMMAND_CDB, lengthBytes).toArray(JAVA_BYTE);
        }

        int dataPieceCount() {
            return descriptor.get(JAVA_INT, Layout.COMMAND_IOV_COUNT);
        }

        /** A piece of the command's data, in the map: valid until the command is completed. */
        MemorySegment dataPiece(int index) {
            long iov = Layout.COMMAND_IOV + index * Layout.IOV.byteSize();
            return map.asSlice(
                    descriptor.get(JAVA_LONG, iov + Layout.IOV_OFFSET_BYTES),
                    descriptor.get(JAVA_LONG, iov + Layout.IOV_LENGTH_BYTES));
        }
    }
}
