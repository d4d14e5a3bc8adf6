package io.capstan.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Puts chunks into a store directory. */
public record ContainerFiles(StoreLayout layout) {

    public static ContainerFiles in(Path directory) {
        return new ContainerFiles(new StoreLayout(directory));
    }

    public Path put(ChunkBuilder chunk) throws IOException {
        return put(chunk.header().chunk(), chunk.bytes());
    }

    public Path put(ChunkId chunk, byte[] bytes) throws IOException {
        Path file = layout.chunkFile(chunk);
        Files.createDirectories(file.getParent());
        return Files.write(file, bytes);
    }

    public Path put(CartridgeLabel label) throws IOException {
        Path file = layout.labelFile(label.medium().volumeIdentifier());
        Files.createDirectories(file.getParent());
        return Files.write(file, CartridgeLabelDescriptor.encode(label));
    }

    public Path directory() {
        return layout.containerDirectory(ChunkBuilder.CONTAINER);
    }

    /** Flips one bit of a file. */
    public static void flip(Path file, long offset) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[(int) offset] ^= 1;
        Files.write(file, bytes);
    }
}
