package io.capstan.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads label files. */
public final class CartridgeLabelFile {

    private CartridgeLabelFile() {}

    /**
     * Reads a label file, however long it may be, without taking in more than a label can have.
     *
     * @throws FormatException if it is no valid label of a version known here
     */
    public static CartridgeLabel read(Path file) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(CartridgeLabelDescriptor.LABEL_LENGTH_MAX + 1);
        }
        return CartridgeLabelDescriptor.decode(bytes, file.toString());
    }
}
