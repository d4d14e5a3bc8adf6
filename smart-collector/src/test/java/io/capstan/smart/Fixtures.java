package io.capstan.smart;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Recorded outputs and histories of real disks, which lie beside the project and not in it. */
public final class Fixtures {

    private Fixtures() {}

    /** A file or directory among them; the test is skipped, with a message, where there is none. */
    public static Path require(String name) {
        Path path = Path.of(System.getProperty("capstan.smart.data", "."), name);
        Assumptions.assumeTrue(Files.exists(path), "skipped: there is no " + path);
        return path;
    }
}
