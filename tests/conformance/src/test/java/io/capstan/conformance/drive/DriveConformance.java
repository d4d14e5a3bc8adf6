package io.capstan.conformance.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.drive.DriveIdentity;
import io.capstan.drive.EjectOutcome;
import io.capstan.drive.LoadOutcome;
import io.capstan.drive.Personality;
import io.capstan.drive.TapeDrive;
import io.capstan.fakes.scsi.FakeInitiator;
import io.capstan.fakes.scsi.FakeReply;
import io.capstan.medium.Medium;
import io.capstan.medium.SimpleTape;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.OptionalInt;
import java.util.Random;

/**
 * A ULT3580-TD8 with a blank LTO-8 cartridge, an initiator that has seen its unit attentions, and the commands tests use
 * to get somewhere.
 */
abstract class DriveConformance {

    static final long MIB = 1 << 20;
    static final long CAPACITY_BYTES = 1000 * MIB;
    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    static final DriveIdentity IDENTITY =
            new DriveIdentity("0007812345", "0007899999_LL0", OptionalInt.of(0x101));

    TapeDrive drive = builder().build();
    FakeInitiator host = new FakeInitiator(drive, "initiator0");
    SimpleTape tape = SimpleTape.blank("TST001L8", CAPACITY_BYTES);

    DriveConformance() {
        load(tape);
    }

    static TapeDrive.Builder builder() {
        return builder("ULT3580-TD8");
    }

    static TapeDrive.Builder builder(String personality) {
        return TapeDrive.builder(
                        "lib0/drive0", Personality.byName(personality).orElseThrow(), IDENTITY)
                .clock(InstantSource.fixed(NOW));
    }

    /** Goes on with another drive, empty, whose power-on unit attention is still pending. */
    final void use(TapeDrive newDrive) {
        drive = newDrive;
        host = new FakeInitiator(drive, "initiator0");
    }

    /** Goes on with another drive, its cartridge loaded. */
    final void use(TapeDrive newDrive, SimpleTape newTape) {
        use(newDrive);
        tape = newTape;
        load(newTape);
    }

    /** Puts another cartridge in the drive. */
    final void exchange(SimpleTape newTape) {
        assertThat(drive.eject().join()).isInstanceOf(EjectOutcome.Ejected.class);
        tape = newTape;
        load(newTape);
    }

    private void load(Medium medium) {
        assertThat(drive.load(medium).join()).isEqualTo(LoadOutcome.LOADED);
        host.clearUnitAttentions();
    }

    // ---- commands

    /** Writes a block of {@code lengthBytes} bytes that {@link #block} makes of {@code seed}. */
    final FakeReply write(int seed, int lengthBytes) {
        return host.send("0A 00 " + u24(lengthBytes) + " 00", block(seed, lengthBytes));
    }

    final FakeReply writeFixed(int blocks, byte[] data) {
        return host.send("0A 01 " + u24(blocks) + " 00", data);
    }

    final FakeReply read(int lengthBytes) {
        return host.receive("08 00 " + u24(lengthBytes) + " 00", lengthBytes);
    }

    final FakeReply readSuppressingIncorrectLength(int lengthBytes) {
        return host.receive("08 02 " + u24(lengthBytes) + " 00", lengthBytes);
    }

    final FakeReply readFixed(int blocks, int blockLengthBytes) {
        return host.receive("08 01 " + u24(blocks) + " 00", blocks * blockLengthBytes);
    }

    final FakeReply writeFilemarks(int count) {
        return host.send("10 00 " + u24(count) + " 00");
    }

    final FakeReply spaceBlocks(int count) {
        return host.send("11 00 " + u24(count) + " 00");
    }

    final FakeReply spaceFilemarks(int count) {
        return host.send("11 01 " + u24(count) + " 00");
    }

    final FakeReply rewind() {
        return host.send("01 00 00 00 00 00");
    }

    final FakeReply locate(long objectNumber) {
        return host.send("2B 00 00 " + u32(objectNumber) + " 00 00 00");
    }

    final FakeReply testUnitReady() {
        return host.send("00 00 00 00 00 00");
    }

    final void setBlockLength(int lengthBytes) {
        assertGood(
                host.send("15 10 00 00 0C 00", "00 00 10 08 00 00 00 00 00 " + u24(lengthBytes)));
    }

    /** READ POSITION long form: the logical object number. */
    final long objectNumber() {
        return readPosition().u64(8);
    }

    /** READ POSITION long form: the logical file identifier. */
    final long fileNumber() {
        return readPosition().u64(16);
    }

    final FakeReply readPosition() {
        FakeReply reply = host.receive("34 06 00 00 00 00 00 00 00 00", 32);
        assertGood(reply);
        return reply;
    }

    // ---- values

    /** The same bytes for the same seed and length, different ones for another seed. */
    static byte[] block(int seed, int lengthBytes) {
        byte[] block = new byte[lengthBytes];
        new Random(seed).nextBytes(block);
        return block;
    }

    static String u24(int value) {
        return "%06X".formatted(value & 0xFF_FFFF);
    }

    static String u32(long value) {
        return "%08X".formatted(value & 0xFFFF_FFFFL);
    }

    static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
    }

    // ---- assertions

    static void assertGood(FakeReply reply) {
        assertThat(reply.outcome()).isEqualTo("GOOD");
    }

    static void assertOutcome(FakeReply reply, String keyAndCode) {
        assertThat(reply.outcome()).isEqualTo(keyAndCode);
    }

    /** Compares all 18 bytes of fixed format sense data. */
    static void assertSense(FakeReply reply, String expectedHex) {
        assertThat(HexFormat.ofDelimiter(" ").withUpperCase().formatHex(reply.sense().encode()))
                .isEqualTo(expectedHex);
    }

    static void assertData(FakeReply reply, String expectedHex) {
        assertThat(reply.hex()).isEqualTo(expectedHex.strip().replaceAll("\\s+", " "));
    }
}
