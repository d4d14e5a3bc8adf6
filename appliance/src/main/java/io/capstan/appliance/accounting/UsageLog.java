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
 * {"at":1790000000000,"cartridge":"CAP001L8","library":"lib0","pool":"default","fetched-from":"vault","fetched-bytes":1048576,"fetched-chunks":1}
 * </pre>
 *
 * <p>A line of the first kind holds until the next one of the same cartridge; one without bytes ends it. One of the second kind
 * says what came from a tier since the one before. A line that a crash left unfinished is
 * dropped. One owner thread.
 */
final class UsageLog {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static final String FETCHED_FROM = "fetched-from";
    private static final String FETCHED_BYTES = "fetched-bytes";
    private static final String FETCHED_CHUNKS = "fetched-chunks";

    private final Path file;

    UsageLog(Path file) {
        this.file = file;
    }

    /** What is told of a line. */
    interface Reader {
        void entry(long epochMillis, Usage usage);

        default void fetched(long epochMillis, Fetched fetched) {}
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
        if (!entry.path("at").isIntegralNumber()) {
            return;
        }
        if (entry.path(FETCHED_FROM).isTextual()) {
            reader.fetched(entry.path("at").asLong(), fetched(entry));
        }
        if (!entry.path("bytes").isObject()) {
            return;
        }
        SortedMap<String, Long> bytes = new TreeMap<>();
        entry.path("bytes")
                .properties()
                .forEach(tier -> bytes.put(tier.getKey(), tier.getValue().asLong()));
        reader.entry(entry.path("at").asLong(), usage(entry, bytes));
    }

    private static Usage usage(JsonNode entry, SortedMap<String, Long> bytes) {
        return new Usage(
                entry.path("cartridge").asText(""),
                entry.path("library").asText(""),
                entry.path("pool").asText(""),
                bytes);
    }

    private static Fetched fetched(JsonNode entry) {
        return new Fetched(
                usage(entry, new TreeMap<>()),
                entry.path(FETCHED_FROM).asText(),
                entry.path(FETCHED_BYTES).asLong(),
                entry.path(FETCHED_CHUNKS).asLong());
    }

    private static ObjectNode entry(long epochMillis, Usage usage) {
        return MAPPER.createObjectNode()
                .put("at", epochMillis)
                .put("cartridge", usage.cartridge())
                .put("library", usage.library())
                .put("pool", usage.pool());
    }

    /** Adds lines, durably. */
    void append(long epochMillis, Collection<Usage> changed) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (Usage usage : changed) {
            ObjectNode entry = entry(epochMillis, usage);
            ObjectNode bytes = entry.putObject("bytes");
            usage.bytesByTier().forEach(bytes::put);
            lines.append(entry).append('\n');
        }
        append(lines);
    }

    /** Adds lines, durably. */
    void appendFetched(long epochMillis, Collection<Fetched> all) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (Fetched fetched : all) {
            ObjectNode entry = entry(epochMillis, fetched.of());
            entry.put(FETCHED_FROM, fetched.tier())
                    .put(FETCHED_BYTES, fetched.bytes())
                    .put(FETCHED_CHUNKS, fetched.chunkCount());
            lines.append(entry).append('\n');
        }
        append(lines);
    }

    private void append(CharSequence lines) throws IOException {
        if (lines.isEmpty()) {
            return;
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
