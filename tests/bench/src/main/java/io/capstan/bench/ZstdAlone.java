package io.capstan.bench;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.nio.ByteBuffer;

/** The compressor by itself on one processor: blocks of the same data, level 1, each a frame, nothing done with them. */
final class ZstdAlone implements Contender {

    private static final int BLOCK_BYTES = 256 << 10;
    private static final int LEVEL = 1;

    private final long bytes;

    ZstdAlone(long bytes) {
        this.bytes = bytes;
    }

    @Override
    public String name() {
        return "zstd";
    }

    @Override
    public Sample turn() {
        Blocks blocks = Blocks.mixed(BLOCK_BYTES);
        ByteBuffer target = ByteBuffer.allocateDirect((int) Zstd.compressBound(BLOCK_BYTES));
        try (ZstdCompressCtx context = new ZstdCompressCtx()) {
            context.setLevel(LEVEL);
            long begin = System.nanoTime();
            for (long done = 0; done < bytes; done += BLOCK_BYTES) {
                target.clear();
                context.compress(target, blocks.next().asByteBuffer());
            }
            return Sample.throughput(bytes, System.nanoTime() - begin, Double.NaN);
        }
    }
}
