package io.capstan.format.tools;

import io.capstan.format.CartridgeLabelDescriptor;
import io.capstan.format.ChunkHeaderDescriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What a file is, by its first eight bytes. */
enum FileType {
    CHUNK,
    LABEL,
    UNKNOWN;

    static FileType of(Path file) throws IOException {
        ByteBuffer magic = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (magic.hasRemaining() && channel.read(magic) >= 0) {
                // as far as the file goes
            }
        }
        if (magic.hasRemaining()) {
            return UNKNOWN;
        }
        long value = magic.getLong(0);
        if (value == ChunkHeaderDescriptor.MAGIC) {
            return CHUNK;
        }
        return value == CartridgeLabelDescriptor.MAGIC ? LABEL : UNKNOWN;
    }
}
