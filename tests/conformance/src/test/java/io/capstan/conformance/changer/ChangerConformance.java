package io.capstan.conformance.changer;

import io.capstan.changer.ChangerPersonality;
import io.capstan.changer.Library;
import io.capstan.fakes.scsi.FakeInitiator;
import io.capstan.fakes.scsi.FakeReply;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * An L700 to be asked: medium transport element 1, import/export elements 10 to 13, drives 500 and 501, storage elements
 * 1000 to 1019. CAP001L8 is in 1000, CAP002L8 in 1001, CAP003L8 in 1002, and no unit attention is pending.
 */
abstract class ChangerConformance {

    private static final int READ_ELEMENT_STATUS_BYTES = 4096;

    @TempDir Path directory;

    Bench bench;
    Library library;
    FakeInitiator host;

    @BeforeEach
    void openBench() {
        bench = new Bench(directory, personality(), 20, 4, 2);
        library = bench.library;
        bench.place("CAP001L8", 1000);
        bench.place("CAP002L8", 1001);
        bench.place("CAP003L8", 1002);
        host = bench.host;
        host.clearUnitAttentions();
    }

    @AfterEach
    void closeBench() {
        bench.close();
    }

    ChangerPersonality personality() {
        return ChangerPersonality.named("stk-l700");
    }

    FakeDrive drive(int number) {
        return bench.drives.get(number);
    }

    /** MOVE MEDIUM with the default transport; returns {@code GOOD} or the sense in short form. */
    String move(int source, int destination) {
        return host.send("A5 00 0000 %04X %04X 0000 00 00".formatted(source, destination))
                .outcome();
    }

    /** EXCHANGE MEDIUM with the default transport. */
    String exchange(int source, int firstDestination, int secondDestination) {
        return host.send(
                        "A6 00 0000 %04X %04X %04X 00 00"
                                .formatted(source, firstDestination, secondDestination))
                .outcome();
    }

    /** The descriptor of one element, with volume tag, as READ ELEMENT STATUS has it. */
    byte[] descriptor(int address) {
        FakeReply reply =
                host.receive(
                        "B8 10 %04X 0001 00 001000 00 00".formatted(address),
                        READ_ELEMENT_STATUS_BYTES);
        if (!reply.isGood() || reply.u16(0) != address) {
            throw new AssertionError("element " + address + ": " + reply);
        }
        return java.util.Arrays.copyOfRange(reply.data(), 16, reply.data().length);
    }

    /** Byte 2 of an element descriptor. */
    int flags(int address) {
        return descriptor(address)[2];
    }

    boolean isFull(int address) {
        return (flags(address) & 1) != 0;
    }

    /** What the volume tag of an element says, without the blanks. */
    String volumeIn(int address) {
        return new String(descriptor(address), 12, 32, java.nio.charset.StandardCharsets.US_ASCII)
                .replace("\0", "")
                .strip();
    }

    /** Addresses in a READ ELEMENT STATUS or REQUEST VOLUME ELEMENT ADDRESS response, in its order. */
    static List<Integer> addresses(FakeReply reply) {
        List<Integer> addresses = new ArrayList<>();
        int pageAt = 8;
        while (pageAt + 8 <= reply.data().length) {
            int descriptorBytes = reply.u16(pageAt + 2);
            int pageEnd = Math.min(pageAt + 8 + reply.u24(pageAt + 5), reply.data().length);
            for (int at = pageAt + 8; at < pageEnd; at += descriptorBytes) {
                addresses.add(reply.u16(at));
            }
            pageAt = pageEnd;
        }
        return addresses;
    }
}
