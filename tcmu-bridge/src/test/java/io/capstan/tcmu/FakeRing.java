package io.capstan.tcmu;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The kernel's side of a TCMU ring in plain memory, with a socket pair in the place of the uio device: puts entries into
 * the ring, and finds the answers after a kick, as target_core_user does.
 *
 * @see "include/uapi/linux/target_core_user.h"
 */
final class FakeRing implements AutoCloseable {

    static final int COMMAND_RING_BYTES = 16 * 1024;
    static final int DATA_AREA_BYTES = 1 << 20;
    static final int DATA_AREA_OFFSET = 128 + COMMAND_RING_BYTES;

    private static final int LOOKS_BEFORE_SLEEP = 200;
    private static final short POLLIN = 1;
    private static final int HEAD = 12;
    private static final int TAIL = 64;
    private static final int RESPONSE_ENTRY_BYTES = 112;
    private static final int IOV_OFFSET = 48;
    private static final VarHandle U32 = JAVA_INT.varHandle();
    private static final MethodHandle SOCKETPAIR =
            function("socketpair", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle READ =
            function("read", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
    private static final MethodHandle WRITE =
            function("write", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
    private static final MethodHandle POLL =
            function("poll", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private static final MethodHandle CLOSE = function("close", JAVA_INT, JAVA_INT);

    /** What the kernel would make of a finished entry. */
    record Answer(int commandId, int status, Optional<Integer> readLengthBytes, byte[] sense) {}

    private final Arena arena = Arena.ofShared();
    private final MemorySegment map;
    private final int kernelFd;
    private final int userFd;
    private final MemorySegment kickBuffer = arena.allocate(4096);
    private final MemorySegment pollSet = arena.allocate(8);
    private int kicks;
    private int cleaned;
    private short nextCommandId = 1;

    FakeRing() {
        this(DATA_AREA_BYTES);
    }

    FakeRing(int dataAreaBytes) {
        map = arena.allocate(DATA_AREA_OFFSET + (long) dataAreaBytes, 4096);
        map.set(JAVA_SHORT, 0, (short) 2);
        map.set(JAVA_SHORT, 2, (short) 0xF);
        map.set(JAVA_INT, 4, 128);
        map.set(JAVA_INT, 8, COMMAND_RING_BYTES);
        MemorySegment pair = arena.allocate(8);
        // AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK
        call(SOCKETPAIR, 1, 1 | 0x800, 0, pair);
        kernelFd = pair.get(JAVA_INT, 0);
        userFd = pair.get(JAVA_INT, 4);
        pollSet.set(JAVA_INT, 0, kernelFd);
        pollSet.set(JAVA_SHORT, 4, POLLIN);
    }

    MemorySegment map() {
        return map;
    }

    int userFd() {
        return userFd;
    }

    /** A piece of the data area. */
    MemorySegment data(long offset, long lengthBytes) {
        return map.asSlice(DATA_AREA_OFFSET + offset, lengthBytes);
    }

    /** Submits a command whose data lies in {@code pieces}, {offset in the data area, length} each; returns its id. */
    int submit(byte[] cdb, long[]... pieces) {
        int cdbOffset = IOV_OFFSET + pieces.length * 16;
        int lengthBytes = align8(Math.max(RESPONSE_ENTRY_BYTES, cdbOffset + cdb.length));
        long entry = reserve(lengthBytes);
        int id = header(entry, lengthBytes, 1);
        map.set(JAVA_INT, entry + 8, pieces.length);
        map.set(JAVA_LONG, entry + 24, entry + cdbOffset);
        for (int i = 0; i < pieces.length; i++) {
            map.set(JAVA_LONG, entry + IOV_OFFSET + i * 16L, DATA_AREA_OFFSET + pieces[i][0]);
            map.set(JAVA_LONG, entry + IOV_OFFSET + i * 16L + 8, pieces[i][1]);
        }
        MemorySegment.copy(cdb, 0, map, JAVA_BYTE, entry + cdbOffset, cdb.length);
        publish(lengthBytes);
        return id;
    }

    /** Submits a task management notification. */
    void submitTaskManagement(int type) {
        long entry = reserve(RESPONSE_ENTRY_BYTES);
        header(entry, RESPONSE_ENTRY_BYTES, 2);
        map.set(JAVA_BYTE, entry + 8, (byte) type);
        publish(RESPONSE_ENTRY_BYTES);
    }

    /** Makes the ring senseless: an entry that is longer than the ring. */
    void corrupt() {
        long entry = 128L + head();
        map.set(JAVA_INT, entry, 0x7FFF_FFF8 | 1);
        publish(RESPONSE_ENTRY_BYTES);
    }

    /** What {@code action/reset_ring} does: everything is forgotten. */
    void reset() {
        map.set(JAVA_INT, TAIL, 0);
        cleaned = 0;
        U32.setRelease(map, (long) HEAD, 0);
    }

    /** Waits for one answer: looks for a while, then sleeps until a kick. */
    Answer awaitAnswer() {
        for (int looks = 0; ; looks++) {
            if (cleaned != tail()) {
                List<Answer> answers = answers(1);
                if (!answers.isEmpty()) {
                    return answers.getFirst();
                }
            }
            if (looks < LOOKS_BEFORE_SLEEP) {
                Thread.onSpinWait();
            } else {
                awaitKick();
            }
        }
    }

    private void awaitKick() {
        try {
            int ignored = (int) POLL.invokeExact(pollSet, 1L, -1);
        } catch (Throwable fault) {
            throw new AssertionError(fault);
        }
        takeKicks();
    }

    /** Waits until nothing is left unanswered, and returns the answers. */
    List<Answer> awaitAllAnswers() throws InterruptedException {
        List<Answer> all = new ArrayList<>();
        while (cleaned != head()) {
            all.addAll(answers(Integer.MAX_VALUE));
            Thread.sleep(1);
        }
        return all;
    }

    private List<Answer> answers(int limit) {
        takeKicks();
        List<Answer> answers = new ArrayList<>();
        int tail = tail();
        while (cleaned != tail && answers.size() < limit) {
            long entry = 128L + cleaned;
            int lengthAndOp = map.get(JAVA_INT, entry);
            if ((lengthAndOp & 7) == 1) {
                answers.add(answerOf(entry));
            }
            cleaned = (cleaned + (lengthAndOp & ~7)) % COMMAND_RING_BYTES;
        }
        return answers;
    }

    private Answer answerOf(long entry) {
        boolean hasReadLength = (map.get(JAVA_BYTE, entry + 7) & 2) != 0;
        return new Answer(
                Short.toUnsignedInt(map.get(JAVA_SHORT, entry + 4)),
                Byte.toUnsignedInt(map.get(JAVA_BYTE, entry + 8)),
                hasReadLength ? Optional.of(map.get(JAVA_INT, entry + 12)) : Optional.empty(),
                map.asSlice(entry + 16, 18).toArray(JAVA_BYTE));
    }

    private long reserve(int lengthBytes) {
        int room = COMMAND_RING_BYTES - head();
        if (room < lengthBytes) {
            map.set(JAVA_INT, 128L + head(), room);
            publishHead((head() + room) % COMMAND_RING_BYTES);
        }
        return 128L + head();
    }

    private int header(long entry, int lengthBytes, int operation) {
        map.asSlice(entry, lengthBytes).fill((byte) 0);
        map.set(JAVA_INT, entry, lengthBytes | operation);
        short id = operation == 1 ? nextCommandId++ : 0;
        map.set(JAVA_SHORT, entry + 4, id);
        return Short.toUnsignedInt(id);
    }

    private void publish(int lengthBytes) {
        publishHead((head() + lengthBytes) % COMMAND_RING_BYTES);
        try {
            long ignored = (long) WRITE.invokeExact(kernelFd, kickBuffer, 4L);
        } catch (Throwable fault) {
            throw new AssertionError(fault);
        }
    }

    private void publishHead(int position) {
        U32.setRelease(map, (long) HEAD, position);
    }

    private int tail() {
        return (int) U32.getAcquire(map, (long) TAIL);
    }

    private int head() {
        return map.get(JAVA_INT, HEAD);
    }

    /** Kicks received so far. */
    int kicks() {
        takeKicks();
        return kicks;
    }

    /** Keeps the socket empty, as the kernel never lets a kick wait. */
    private void takeKicks() {
        try {
            long bytes = (long) READ.invokeExact(kernelFd, kickBuffer, kickBuffer.byteSize());
            kicks += Math.toIntExact(Math.max(0, bytes / 4));
        } catch (Throwable fault) {
            throw new AssertionError(fault);
        }
    }

    /** What the kernel does when the device is removed: the poll reports a hang-up. */
    void remove() {
        call(CLOSE, kernelFd);
    }

    /** After the ring's server was closed. */
    @Override
    public void close() {
        call(CLOSE, userFd);
        arena.close();
    }

    private static int align8(int value) {
        return (value + 7) & ~7;
    }

    private static int call(MethodHandle function, Object... arguments) {
        try {
            Object result = function.invokeWithArguments(arguments);
            return ((Number) result).intValue();
        } catch (Throwable fault) {
            throw new AssertionError(fault);
        }
    }

    private static MethodHandle function(
            String name, MemoryLayout result, MemoryLayout... arguments) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, arguments));
    }
}
