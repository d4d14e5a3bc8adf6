package io.capstan.smart.collect;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Counts the I/O errors that the kernel's log tells of, by device.
 *
 * <p>The SCSI layer's own counter, {@code ioerr_cnt}, is of no use: it counts every optional command that a disk does not know,
 * and asking for SMART data makes it rise. Lines are counted once, by their time stamp, as long as the kernel keeps them. Has one
 * owner.
 */
public final class KernelLog {

    /** {@code [ 123.456789] blk_update_request: critical medium error, dev sda, sector 2048 op 0x0:(READ) …} */
    private static final Pattern ERROR =
            Pattern.compile(
                    "\\[\\s*(\\d+\\.\\d+)\\].*(?:I/O|critical (?:medium|target|nexus)) error, dev"
                            + " ([a-z0-9]+),.*");

    private final SortedMap<String, Long> errors = new TreeMap<>();
    private final Set<String> counted = new HashSet<>();

    /** Counts the errors of lines as {@code dmesg} prints them that were not counted before. */
    public void count(Iterable<String> lines) {
        for (String line : lines) {
            Matcher match = ERROR.matcher(line);
            if (match.matches() && counted.add(line)) {
                errors.merge("/dev/" + match.group(2), 1L, Long::sum);
            }
        }
    }

    /** Errors of a device that were counted so far. */
    public long errors(String device) {
        return errors.getOrDefault(device, 0L);
    }

    /** The kernel's log, by {@code dmesg}; empty if this process may not read it. */
    public static List<String> read(Path dmesg) throws IOException {
        Process process =
                new ProcessBuilder(dmesg.toString(), "--color=never")
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            return lines.lines().toList();
        } finally {
            process.destroyForcibly();
        }
    }
}
