package io.capstan.appliance.accounting;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The history of what cartridges take up, in a file of lines: one for each change that was seen.
 *
 * <pre>
 * {"at":1790000000000,"cartridge":"CAP001L8","library":"lib0","pool":"default","bytes":{"active":1048576}}
 * </pre>
 *
 * <p>A line holds until the next one of the same cartridge; one without bytes ends it. A line that a crash left unfinished is
 * dropped. One owner thread.
 */
final class UsageLog {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Path file;

    UsageLog(Path file) {
        this.file = file;
    }

    /** What is told of a line. */
    interface Reader {
        void entry(long epochMillis, Usage usage);
    }

    /** Hands over all lines, oldest first. */
    void read(Reader reader) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        try (var lines = Files.lines(file, StandardCharsets.UTF_8)) {
            lines.forEach(line -> parse(line, reader));
        } catch (UncheckedIOException e) {
            throw new IOException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private static void parse(String line, Reader reader) {
        JsonNode entry;
        try {
            entry = MAPPER.readTree(line);
        } catch (JsonProcessingException e) {
            return;
        }
        if (!entry.path("at").isIntegralNumber() || !entry.path("bytes").isObject()) {
            return;
        }
        SortedMap<String, Long> bytes = new TreeMap<>();
        entry.path("bytes")
                .properties()
                .forEach(tier -> bytes.put(tier.getKey(), tier.getValue().asLong()));
        reader.entry(
                entry.path("at").asLong(),
                new Usage(
                        entry.path("cartridge").asText(""),
                        entry.path("library").asText(""),
                        entry.path("pool").asText(""),
                        bytes));
    }

    /** Adds lines, durably. */
    void append(long epochMillis, Collection<Usage> changed) throws IOException {
        if (changed.isEmpty()) {
            return;
        }
        StringBuilder lines = new StringBuilder();
        for (Usage usage : changed) {
            ObjectNode entry = MAPPER.createObjectNode();
            entry.put("at", epochMillis)
                    .put("cartridge", usage.cartridge())
                    .put("library", usage.library())
                    .put("pool", usage.pool());
            ObjectNode bytes = entry.putObject("bytes");
            usage.bytesByTier().forEach(bytes::put);
            lines.append(entry).append('\n');
        }
        Files.createDirectories(file.resolveSibling(""));
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            long end = endOfLastLine(channel);
            channel.truncate(end);
            ByteBuffer bytes = ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                end += channel.write(bytes, end);
            }
            channel.force(true);
        }
    }

    /** Behind the last newline: what comes after it was being written when the power went. */
    private static long endOfLastLine(FileChannel channel) throws IOException {
        long end = channel.size();
        ByteBuffer one = ByteBuffer.allocate(1);
        while (end > 0) {
            one.clear();
            channel.read(one, end - 1);
            if (one.get(0) == '\n') {
                break;
            }
            end--;
        }
        return end;
    }
}
