package io.capstan.store;

import io.capstan.format.ChunkId;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Storage failed: which chunk, where, in which call, in the message; what it means to a host, in the type. */
public abstract sealed class StoreException extends IOException {

    private StoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** No space is left for what was to be written; nothing that was synchronized is harmed. */
    public static final class NoSpace extends StoreException {
        public NoSpace(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** What was read is not what was written. */
    public static final class Corrupt extends StoreException {
        private final ChunkId chunk;

        public Corrupt(ChunkId chunk, String message, @Nullable Throwable cause) {
            super(message, cause);
            this.chunk = chunk;
        }

        public ChunkId chunk() {
            return chunk;
        }
    }

    /** A chunk that should be there is not. */
    public static final class Missing extends StoreException {
        private final ChunkId chunk;

        public Missing(ChunkId chunk, String message) {
            super(message, null);
            this.chunk = chunk;
        }

        public ChunkId chunk() {
            return chunk;
        }
    }

    /** A chunk is whole only in a tier, and was asked for: it can be read once it is here. */
    public static final class InTier extends StoreException {
        private final ChunkId chunk;

        public InTier(ChunkId chunk, String message) {
            super(message, null);
            this.chunk = chunk;
        }

        public ChunkId chunk() {
            return chunk;
        }
    }

    /** The operating system could not read. */
    public static final class ReadFailed extends StoreException {
        public ReadFailed(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** The operating system could not write, or the catalog could not commit. */
    public static final class WriteFailed extends StoreException {
        public WriteFailed(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
