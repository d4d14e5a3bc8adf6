package io.capstan.tcmu;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The binding to libcapstan: one Java method a C function, with the contracts of {@code native/include/capstan.h}.
 *
 * <p>Loaded once, from the directory in the system property {@code capstan.native.dir}. The library's ABI version and
 * every size and offset are compared with {@link Layout} when it is loaded. No call is a critical section: the collector
 * may run while {@link #ringWait} sleeps.
 */
final class Libcapstan {

    static final String DIRECTORY_PROPERTY = "capstan.native.dir";

    private static final int ABI_VERSION = 1;

    private final MethodHandle abi;
    private final MethodHandle layout;
    private final MethodHandle ringOpen;
    private final MethodHandle ringAttach;
    private final MethodHandle ringClose;
    private final MethodHandle ringWait;
    private final MethodHandle ringDrain;
    private final MethodHandle ringComplete;
    private final MethodHandle ringPending;
    private final MethodHandle ringRefuse;
    private final MethodHandle ringKick;
    private final MethodHandle eventOpen;
    private final MethodHandle eventSignal;
    private final MethodHandle eventClose;

    private Libcapstan(SymbolLookup symbols) {
        abi = function(symbols, "capstan_abi", FunctionDescriptor.of(JAVA_INT));
        layout = function(symbols, "capstan_layout", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        ringOpen =
                function(
                        symbols,
                        "capstan_ring_open",
                        FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG));
        ringAttach =
                function(
                        symbols,
                        "capstan_ring_attach",
                        FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT));
        ringClose =
                function(symbols, "capstan_ring_close", FunctionDescriptor.of(JAVA_INT, ADDRESS));
        ringWait =
                function(
                        symbols,
                        "capstan_ring_wait",
                        FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT));
        ringDrain =
                function(
                        symbols,
                        "capstan_ring_drain",
                        FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
        ringComplete =
                function(
                        symbols,
                        "capstan_ring_complete",
                        FunctionDescriptor.of(
                                JAVA_INT, ADDRESS, ADDRESS, JAVA_BYTE, JAVA_INT, ADDRESS,
                                JAVA_INT));
        ringPending =
                function(symbols, "capstan_ring_pending", FunctionDescriptor.of(JAVA_INT, ADDRESS));
        ringRefuse =
                function(
                        symbols,
                        "capstan_ring_refuse",
                        FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_BYTE, ADDRESS, JAVA_INT));
        ringKick = function(symbols, "capstan_ring_kick", FunctionDescriptor.of(JAVA_INT, ADDRESS));
        eventOpen = function(symbols, "capstan_event_open", FunctionDescriptor.of(JAVA_INT));
        eventSignal =
                function(
                        symbols, "capstan_event_signal", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        eventClose =
                function(symbols, "capstan_event_close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    }

    /**
     * The library of this process.
     *
     * @throws UnsatisfiedLinkError with one clear sentence, if it is missing or of another version
     */
    static Libcapstan get() {
        return Holder.LIBRARY;
    }

    private static final class Holder {
        static final Libcapstan LIBRARY = load();
    }

    private static Libcapstan load() {
        Path file = Path.of(System.getProperty(DIRECTORY_PROPERTY, "."), "libcapstan.so");
        if (!Files.isReadable(file)) {
            throw new UnsatisfiedLinkError(
                    file
                            + " is missing: build it with 'make -C native', or set "
                            + DIRECTORY_PROPERTY);
        }
        Libcapstan library = new Libcapstan(SymbolLookup.libraryLookup(file, Arena.global()));
        int version = library.call(library.abi);
        if (version != ABI_VERSION) {
            throw new UnsatisfiedLinkError(
                    file + " has ABI version " + version + ", this program needs " + ABI_VERSION);
        }
        Layout.verify(library);
        return library;
    }

    int layout(int item) {
        return call(layout, item);
    }

    int ringOpen(MemorySegment ring, MemorySegment path, long mapLengthBytes) {
        return call(ringOpen, ring, path, mapLengthBytes);
    }

    int ringAttach(MemorySegment ring, MemorySegment map, long mapLengthBytes, int uioFd) {
        return call(ringAttach, ring, map, mapLengthBytes, uioFd);
    }

    int ringClose(MemorySegment ring) {
        return call(ringClose, ring);
    }

    int ringWait(MemorySegment ring, int eventFd, int timeoutMillis, int spinCount) {
        try {
            return (int) ringWait.invokeExact(ring, eventFd, timeoutMillis, spinCount);
        } catch (Throwable fault) {
            throw unexpected(fault);
        }
    }

    int ringDrain(MemorySegment ring, MemorySegment commands, int capacity) {
        try {
            return (int) ringDrain.invokeExact(ring, commands, capacity);
        } catch (Throwable fault) {
            throw unexpected(fault);
        }
    }

    int ringComplete(
            MemorySegment ring,
            MemorySegment command,
            byte status,
            int dataInLengthBytes,
            MemorySegment sense,
            int senseLengthBytes) {
        try {
            return (int)
                    ringComplete.invokeExact(
                            ring, command, status, dataInLengthBytes, sense, senseLengthBytes);
        } catch (Throwable fault) {
            throw unexpected(fault);
        }
    }

    int ringPending(MemorySegment ring) {
        return call(ringPending, ring);
    }

    int ringRefuse(MemorySegment ring, byte status, MemorySegment sense, int senseLengthBytes) {
        return call(ringRefuse, ring, status, sense, senseLengthBytes);
    }

    int ringKick(MemorySegment ring) {
        try {
            return (int) ringKick.invokeExact(ring);
        } catch (Throwable fault) {
            throw unexpected(fault);
        }
    }

    int eventOpen() {
        return call(eventOpen);
    }

    int eventSignal(int eventFd) {
        return call(eventSignal, eventFd);
    }

    int eventClose(int eventFd) {
        return call(eventClose, eventFd);
    }

    private int call(MethodHandle function, Object... arguments) {
        try {
            return (int) function.invokeWithArguments(arguments);
        } catch (Throwable fault) {
            throw unexpected(fault);
        }
    }

    /** A downcall throws nothing of its own: what comes out is a mistake in this class, or an {@link Error}. */
    private static RuntimeException unexpected(Throwable fault) {
        if (fault instanceof Error error) {
            throw error;
        }
        return new IllegalStateException("libcapstan call failed", fault);
    }

    private static MethodHandle function(
            SymbolLookup symbols, String name, FunctionDescriptor descriptor) {
        return Linker.nativeLinker().downcallHandle(symbols.findOrThrow(name), descriptor);
    }
}
