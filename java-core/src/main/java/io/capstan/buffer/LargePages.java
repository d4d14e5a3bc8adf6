package io.capstan.buffer;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Memory outside the heap that lies in large pages where the kernel has them to give (transparent huge pages, "madvise"
 * or "always"), in ordinary ones elsewhere. A disk takes a transfer in as many pieces as its memory has: with large pages
 * one request carries MiB, with pages of 4 KiB it is cut up, and pinned page by page.
 *
 * <p>Any thread.
 *
 * @see "mmap(2), madvise(2); Linux, Documentation/admin-guide/mm/transhuge.rst"
 */
public final class LargePages {

    private static final long LARGE_PAGE_BYTES = 2 << 20;

    private static final int PROT_READ_WRITE = 1 | 2;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x02 | 0x20;
    private static final int MADV_HUGEPAGE = 14;
    private static final long MAP_FAILED = -1;

    private static final ValueLayout.OfLong SIZE = ValueLayout.JAVA_LONG;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final AddressLayout POINTER = ValueLayout.ADDRESS;

    private static final MethodHandle MMAP =
            function("mmap", FunctionDescriptor.of(POINTER, POINTER, SIZE, INT, INT, INT, SIZE));
    private static final MethodHandle MADVISE =
            function("madvise", FunctionDescriptor.of(INT, POINTER, SIZE, INT));
    private static final MethodHandle MUNMAP =
            function("munmap", FunctionDescriptor.of(INT, POINTER, SIZE));

    private LargePages() {}

    /**
     * Memory of zeros that begins with a large page, touched. It is given back when nothing refers to it any more.
     *
     * @throws OutOfMemoryError if the kernel has no room in the address space
     */
    public static MemorySegment allocate(long lengthBytes) {
        // The kernel may begin a mapping at any page; what is in front of the first large one is
        // never touched.
        long mappedBytes = lengthBytes + LARGE_PAGE_BYTES;
        MemorySegment mapped =
                map(mappedBytes).reinterpret(mappedBytes, Arena.ofAuto(), LargePages::unmap);
        MemorySegment memory =
                mapped.asSlice(-mapped.address() & (LARGE_PAGE_BYTES - 1), lengthBytes);
        advise(memory);
        return memory.fill((byte) 0);
    }

    private static MemorySegment map(long lengthBytes) {
        MemorySegment mapped;
        try {
            mapped =
                    (MemorySegment)
                            MMAP.invokeExact(
                                    MemorySegment.NULL,
                                    lengthBytes,
                                    PROT_READ_WRITE,
                                    MAP_PRIVATE_ANONYMOUS,
                                    -1,
                                    0L);
        } catch (Throwable fault) {
            throw new AssertionError("mmap", fault);
        }
        if (mapped.address() == MAP_FAILED) {
            throw new OutOfMemoryError("no memory of " + lengthBytes + " bytes outside the heap");
        }
        return mapped;
    }

    /** A kernel without large pages refuses, and pages stay small. */
    private static void advise(MemorySegment memory) {
        try {
            int _ = (int) MADVISE.invokeExact(memory, memory.byteSize(), MADV_HUGEPAGE);
        } catch (Throwable fault) {
            throw new AssertionError("madvise", fault);
        }
    }

    private static void unmap(MemorySegment mapped) {
        try {
            int _ = (int) MUNMAP.invokeExact(mapped, mapped.byteSize());
        } catch (Throwable fault) {
            throw new AssertionError("munmap", fault);
        }
    }

    private static MethodHandle function(String name, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
    }
}
