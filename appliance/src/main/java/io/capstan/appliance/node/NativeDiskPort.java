package io.capstan.appliance.node;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.capstan.smart.collect.DiskPort;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Sends commands to disks by libcapstan.
 *
 * @see "native/include/capstan.h"
 */
final class NativeDiskPort implements DiskPort {

    private static final int SENSE_BYTES = 32;
    private static final int COMMAND_LIMIT_MILLIS = (int) TimeUnit.SECONDS.toMillis(10);

    private final Library library;
    private final int descriptor;

    private NativeDiskPort(Library library, int descriptor) {
        this.library = library;
        this.descriptor = descriptor;
    }

    static DiskPort open(String path) throws IOException {
        Library library = Library.get();
        try (Arena arena = Arena.ofConfined()) {
            int descriptor = library.call(library.open, arena.allocateFrom(path));
            if (descriptor < 0) {
                throw new IOException("%s cannot be opened: errno %d".formatted(path, -descriptor));
            }
            return new NativeDiskPort(library, descriptor);
        }
    }

    @Override
    public Answer scsi(byte[] cdb, int lengthBytes) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocate(Math.max(1, lengthBytes), 8);
            MemorySegment sense = arena.allocate(SENSE_BYTES);
            int outcome =
                    library.call(
                            library.scsi,
                            descriptor,
                            arena.allocateFrom(JAVA_BYTE, cdb),
                            cdb.length,
                            data,
                            lengthBytes,
                            sense,
                            COMMAND_LIMIT_MILLIS);
            if (outcome < 0) {
                throw new IOException("command %02Xh: errno %d".formatted(cdb[0] & 0xff, -outcome));
            }
            return new Answer(
                    outcome & 0xff,
                    outcome >> 8 & 0xff,
                    data.asSlice(0, lengthBytes).toArray(JAVA_BYTE),
                    sense.toArray(JAVA_BYTE));
        }
    }

    @Override
    public byte[] nvme(int opcode, int namespace, int dword10, int lengthBytes) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocate(lengthBytes, 8);
            int status =
                    library.call(
                            library.nvme,
                            descriptor,
                            (byte) opcode,
                            namespace,
                            dword10,
                            data,
                            lengthBytes,
                            COMMAND_LIMIT_MILLIS);
            if (status != 0) {
                throw new IOException(
                        status < 0
                                ? "NVMe command %02Xh: errno %d".formatted(opcode, -status)
                                : "NVMe command %02Xh: status %04Xh".formatted(opcode, status));
            }
            return data.toArray(JAVA_BYTE);
        }
    }

    @Override
    public void close() {
        library.call(library.close, descriptor);
    }

    /** Looked up when the first disk is asked: a node whose disks smartctl reads does without. */
    private record Library(
            MethodHandle open, MethodHandle close, MethodHandle scsi, MethodHandle nvme) {

        private static final class Holder {
            static final Library LIBRARY = load();
        }

        static Library get() throws IOException {
            if (!Files.isReadable(file())) {
                throw new IOException(
                        file() + " is missing, and smartctl too: install smartmontools");
            }
            return Holder.LIBRARY;
        }

        private static Path file() {
            return Path.of(System.getProperty("capstan.native.dir", "."), "libcapstan.so");
        }

        private static Library load() {
            SymbolLookup symbols = SymbolLookup.libraryLookup(file(), Arena.global());
            return new Library(
                    function(
                            symbols, "capstan_disk_open", FunctionDescriptor.of(JAVA_INT, ADDRESS)),
                    function(
                            symbols,
                            "capstan_disk_close",
                            FunctionDescriptor.of(JAVA_INT, JAVA_INT)),
                    function(
                            symbols,
                            "capstan_disk_scsi",
                            FunctionDescriptor.of(
                                    JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT,
                                    ADDRESS, JAVA_INT)),
                    function(
                            symbols,
                            "capstan_disk_nvme",
                            FunctionDescriptor.of(
                                    JAVA_INT, JAVA_INT, JAVA_BYTE, JAVA_INT, JAVA_INT, ADDRESS,
                                    JAVA_INT, JAVA_INT)));
        }

        private static MethodHandle function(
                SymbolLookup symbols, String name, FunctionDescriptor type) {
            return Linker.nativeLinker().downcallHandle(symbols.findOrThrow(name), type);
        }

        int call(MethodHandle function, Object... arguments) {
            try {
                return (int) function.invokeWithArguments(arguments);
            } catch (Throwable fault) {
                throw new IllegalStateException("libcapstan", fault);
            }
        }
    }
}
