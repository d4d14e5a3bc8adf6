package io.capstan.store;

import io.capstan.format.ChunkId;
import java.util.Arrays;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** A lock for each chunk, which some other chunks have too, so that they are few. Any thread. */
public final class ChunkLocks {

    private static final int COUNT = 64;

    private final Lock[] locks = new Lock[COUNT];

    public ChunkLocks() {
        Arrays.setAll(locks, i -> new ReentrantLock());
    }

    public Lock of(ChunkId chunk) {
        return locks[Math.floorMod(chunk.hashCode(), COUNT)];
    }
}
