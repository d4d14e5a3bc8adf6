package io.capstan.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;

/** What hosts write: random data, or data of which about half is text that repeats. */
final class Blocks {

    static final int COUNT = 16;

    private final MemorySegment[] blocks = new MemorySegment[COUNT];
    private int next;

    private Blocks(int lengthBytes, boolean mixed) {
        Random random = new Random(17);
        byte[] bytes = new byte[lengthBytes];
        for (int i = 0; i < COUNT; i++) {
            random.nextBytes(bytes);
            if (mixed) {
                makeHalfText(bytes, random);
            }
            blocks[i] = Arena.global().allocate(lengthBytes, 4096);
            MemorySegment.copy(bytes, 0, blocks[i], ValueLayout.JAVA_BYTE, 0, lengthBytes);
        }
    }

    static Blocks random(int lengthBytes) {
        return new Blocks(lengthBytes, false);
    }

    /** Compresses to about 0.4 with zstd at level 1. */
    static Blocks mixed(int lengthBytes) {
        return new Blocks(lengthBytes, true);
    }

    private static void makeHalfText(byte[] bytes, Random random) {
        String[] words =
                "the tape drive reports early warning and writes a block of data".split(" ");
        int at = 0;
        while (at < bytes.length) {
            int end = Math.min(bytes.length, at + 512 + random.nextInt(4096));
            if (random.nextInt(10) < 7) {
                while (at < end) {
                    for (char letter : words[random.nextInt(words.length)].toCharArray()) {
                        if (at < end) {
                            bytes[at++] = (byte) letter;
                        }
                    }
                    if (at < end) {
                        bytes[at++] = ' ';
                    }
                }
            }
            at = end;
        }
    }

    MemorySegment get(int number) {
        return blocks[number];
    }

    MemorySegment next() {
        next = (next + 1) % COUNT;
        return blocks[next];
    }
}
