package io.capstan.bench.micro;

import io.capstan.drive.DriveIdentity;
import io.capstan.drive.Personality;
import io.capstan.drive.TapeDrive;
import io.capstan.scsi.LogicalUnitOwner;
import io.capstan.tcmu.BenchRing;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A command through a TCMU ring in plain memory, from the entry to its completion, to a drive without a cartridge. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls open() first
public class RingTrip {

    private static final byte[] TEST_UNIT_READY = new byte[6];
    private static final byte[] INQUIRY = {0x12, 0, 0, 0, 96, 0};

    private BenchRing ring;

    @Setup(Level.Trial)
    public void open() throws InterruptedException {
        LogicalUnitOwner owner = new LogicalUnitOwner();
        TapeDrive drive =
                TapeDrive.builder(
                                "bench",
                                Personality.byName("ULT3580-TD9").orElseThrow(),
                                DriveIdentity.of("0007812345"))
                        .owner(owner)
                        .build();
        ring = new BenchRing(drive, owner, 1 << 20, BenchRing.SPIN_COUNT);
    }

    @Benchmark
    public int testUnitReady() {
        return ring.execute(TEST_UNIT_READY, 0, 0);
    }

    @Benchmark
    public int inquiry() {
        return ring.execute(INQUIRY, 0, 96);
    }

    @TearDown(Level.Trial)
    public void close() {
        ring.close();
    }
}
