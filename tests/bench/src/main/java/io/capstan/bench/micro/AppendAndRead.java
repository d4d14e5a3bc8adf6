package io.capstan.bench.micro;

import io.capstan.buffer.DataIn;
import io.capstan.buffer.DataOut;
import io.capstan.buffer.LentBytes;
import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogOptions;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.Cartridges;
import io.capstan.medium.Medium;
import io.capstan.medium.MountOutcome;
import io.capstan.medium.NewCartridge;
import io.capstan.medium.ReadOutcome;
import io.capstan.store.ChunkStore;
import io.capstan.store.DiskFileIo;
import io.capstan.store.StoreException;
import io.capstan.store.StoreOptions;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One block appended to a cartridge, or read from it, with the disk in the background; and one random LOCATE. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls open() first
public class AppendAndRead {

    private static final long TAPE_BYTES = 2L << 30;
    private static final long READ_BYTES = 128L << 20;

    @Param({"65536", "262144", "1048576"})
    int blockBytes;

    private Path directory;
    private Catalog catalog;
    private Cartridges cartridges;
    private Medium written;
    private Medium read;
    private DataOut block;
    private MemorySegment memory;
    private DataIn target;
    private long appendedBytes;
    private long locateTo;

    @Setup(Level.Trial)
    public void open() throws IOException {
        directory = Files.createTempDirectory(Path.of("."), "bench");
        catalog = Catalog.open(directory.resolve("catalog"), CatalogOptions.defaults());
        DiskFileIo io = new DiskFileIo();
        ChunkStore store =
                ChunkStore.open(List.of(directory.resolve("store")), StoreOptions.DEFAULTS, io);
        cartridges = Cartridges.open(catalog, store, io, InstantSource.system(), UUID::randomUUID);
        block = new DataOut(List.of(Arena.global().allocate(blockBytes, 4096)));
        memory = Arena.global().allocate(blockBytes, 4096);
        target = new DataIn(List.of(memory));
        written = mount("MICRO1");
        read = mount("MICRO2");
        for (long bytes = 0; bytes < READ_BYTES; bytes += blockBytes) {
            read.append(block, 0, blockBytes);
        }
        read.locate(0, 0);
    }

    private Medium mount(String name) throws StoreException {
        VolumeIdentifier volume = new VolumeIdentifier(name);
        cartridges.create(NewCartridge.of(volume, 0x98, 0x60, 18_000_000_000_000L));
        if (cartridges.mount(volume) instanceof MountOutcome.Mounted(Medium medium)) {
            return medium;
        }
        throw new IllegalStateException(name);
    }

    /** A WRITE's work on the medium; the tape is begun again before it fills the disk. */
    @Benchmark
    public void append() throws StoreException {
        if (appendedBytes >= TAPE_BYTES) {
            written.locate(0, 0);
            appendedBytes = 0;
        }
        written.append(block, 0, blockBytes);
        appendedBytes += blockBytes;
    }

    /** A READ's work on the medium, checksums included. */
    @Benchmark
    public ReadOutcome read() throws StoreException {
        ReadOutcome outcome = read.read(target, 0, blockBytes);
        if (outcome instanceof ReadOutcome.EndOfData) {
            read.locate(0, 0);
        }
        return outcome;
    }

    /** The same for a transport that sends blocks from where they are, and lets the medium look ahead. */
    @Benchmark
    public ReadOutcome readInPlace() throws StoreException {
        DataIn borrowing = DataIn.borrowing(memory);
        ReadOutcome outcome = read.read(borrowing, 0, blockBytes);
        LentBytes loan = borrowing.loan();
        if (loan != null) {
            loan.giveBack();
        }
        if (outcome instanceof ReadOutcome.EndOfData) {
            read.locate(0, 0);
        }
        read.prepareRead();
        return outcome;
    }

    @Benchmark
    public boolean locate() throws StoreException {
        locateTo = (locateTo + 7919) % read.endOfData(0);
        return read.locate(0, locateTo);
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
        written.close();
        read.close();
        cartridges.close();
        catalog.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
