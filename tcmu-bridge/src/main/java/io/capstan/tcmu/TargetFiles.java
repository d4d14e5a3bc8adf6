package io.capstan.tcmu;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The few file operations by which configfs and sysfs are driven; the tests' twin plays the kernel.
 *
 * <p>Paths are absolute, as the kernel shows them. Not for threads that serve a ring: making and removing devices waits
 * for commands that such a thread must answer.
 */
interface TargetFiles {

    boolean exists(Path path);

    /** Names in a directory, sorted; empty if there is no such directory. */
    List<String> list(Path directory) throws IOException;

    /** The content without the line end. */
    String read(Path file) throws IOException;

    /** Writes in one call, as attributes need it. */
    void write(Path attribute, String value) throws IOException;

    void makeDirectory(Path directory) throws IOException;

    void removeDirectory(Path directory) throws IOException;

    /** Where a link points. */
    Path target(Path link) throws IOException;

    void link(Path link, Path target) throws IOException;

    void unlink(Path link) throws IOException;
}
