package io.capstan.appliance.daemon;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * Tells the service manager how the daemon is doing, over the datagram socket that it named in {@code NOTIFY_SOCKET}; does
 * nothing where there is none. The JDK has no datagram Unix sockets, so this calls the C library.
 *
 * @see "sd_notify(3)"
 */
final class ServiceManager {

    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final int MSG_NOSIGNAL = 0x4000;

    private static final ValueLayout.OfShort FAMILY = ValueLayout.JAVA_SHORT;
    private static final long PATH_AT = FAMILY.byteSize();
    private static final int PATH_BYTES = 108;
    private static final StructLayout ERRNO = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO_VALUE =
            ERRNO.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private final Optional<String> address;

    private ServiceManager(Optional<String> address) {
        this.address = address;
    }

    /** The service manager that started this process, if one did. */
    static ServiceManager of(Map<String, String> environment) {
        return new ServiceManager(
                Optional.ofNullable(environment.get("NOTIFY_SOCKET"))
                        .filter(name -> name.startsWith("/") || name.startsWith("@")));
    }

    void ready(String status) throws IOException {
        send("READY=1\nSTATUS=" + status);
    }

    void status(String status) throws IOException {
        send("STATUS=" + status);
    }

    void stopping() throws IOException {
        send("STOPPING=1\nSTATUS=stopping");
    }

    private void send(String message) throws IOException {
        if (address.isPresent()) {
            try (Arena arena = Arena.ofConfined()) {
                new Call(arena).send(address.get(), message.getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    /** One message's way through the C library. */
    private static final class Call {

        private static final Linker LINKER = Linker.nativeLinker();

        private final Arena arena;
        private final MemorySegment state;

        Call(Arena arena) {
            this.arena = arena;
            this.state = arena.allocate(ERRNO);
        }

        void send(String name, byte[] message) throws IOException {
            byte[] path = name.getBytes(StandardCharsets.UTF_8);
            if (path.length >= PATH_BYTES) {
                throw new IOException("NOTIFY_SOCKET is too long: " + name);
            }
            if (path[0] == '@') {
                path[0] = 0;
            }
            MemorySegment target = arena.allocate(PATH_AT + PATH_BYTES, FAMILY.byteAlignment());
            target.set(FAMILY, 0, (short) AF_UNIX);
            MemorySegment.copy(path, 0, target, ValueLayout.JAVA_BYTE, PATH_AT, path.length);
            MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, message);
            int socket = socket();
            try {
                sendTo(socket, bytes, target, (int) PATH_AT + path.length);
            } finally {
                close(socket);
            }
        }

        private int socket() throws IOException {
            MethodHandle socket =
                    function(
                            "socket",
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT));
            try {
                return (int) check((int) socket.invokeExact(state, AF_UNIX, SOCK_DGRAM_CLOEXEC, 0));
            } catch (Throwable fault) {
                throw asIoException(fault);
            }
        }

        private void sendTo(int socket, MemorySegment bytes, MemorySegment target, int targetBytes)
                throws IOException {
            MethodHandle sendTo =
                    function(
                            "sendto",
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_LONG,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.ADDRESS,
                                    ValueLayout.JAVA_LONG,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.ADDRESS,
                                    ValueLayout.JAVA_INT));
            try {
                check(
                        (long)
                                sendTo.invokeExact(
                                        state,
                                        socket,
                                        bytes,
                                        bytes.byteSize(),
                                        MSG_NOSIGNAL,
                                        target,
                                        targetBytes));
            } catch (Throwable fault) {
                throw asIoException(fault);
            }
        }

        private void close(int socket) throws IOException {
            MethodHandle close =
                    function(
                            "close",
                            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
            try {
                check((int) close.invokeExact(state, socket));
            } catch (Throwable fault) {
                throw asIoException(fault);
            }
        }

        private static MethodHandle function(String name, FunctionDescriptor descriptor) {
            return LINKER.downcallHandle(
                    LINKER.defaultLookup().findOrThrow(name),
                    descriptor,
                    Linker.Option.captureCallState("errno"));
        }

        private long check(long result) throws IOException {
            if (result < 0) {
                throw new IOException(
                        "the service manager was not reached, errno "
                                + (int) ERRNO_VALUE.get(state, 0L));
            }
            return result;
        }

        private static IOException asIoException(Throwable fault) {
            return fault instanceof IOException io ? io : new IOException(fault);
        }
    }
}
