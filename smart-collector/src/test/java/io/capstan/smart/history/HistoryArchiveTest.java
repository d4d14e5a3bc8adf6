package io.capstan.smart.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** D3: change logs as one file. */
class HistoryArchiveTest {

    @TempDir private Path directory;
    private Path history;
    private Path unpacked;

    @BeforeEach
    void make() throws IOException {
        history = Files.createDirectory(directory.resolve("history"));
        unpacked = Files.createDirectory(directory.resolve("unpacked"));
        for (int disk = 0; disk < 2; disk++) {
            try (DiskLog log = DiskLog.open(history.resolve("D" + disk + ".log"))) {
                log.observe(
                        1000, 10, new TreeMap<>(Map.of("ata.5.raw", 7L + disk)), new TreeMap<>());
            }
            Files.writeString(history.resolve("D" + disk + ".json"), "{}");
        }
        DiskLog.open(history.resolve("nobody.log")).close();
    }

    @Test
    void D3_whatIsExportedIsImported() throws IOException {
        Path file = directory.resolve("export.zip");

        assertThat(HistoryArchive.write(history, file, "node-1", Instant.EPOCH)).isEqualTo(2);
        assertThat(HistoryArchive.read(file, unpacked)).isEqualTo("node-1");

        assertThat(HistoryArchive.logs(unpacked)).hasSize(2);
        try (DiskLog log = DiskLog.open(unpacked.resolve("D1.log"))) {
            assertThat(log.history().rows().getFirst().counters()).containsEntry("ata.5.raw", 8L);
        }
        assertThatThrownBy(() -> HistoryArchive.write(history, file, "node-1", Instant.EPOCH))
                .isInstanceOf(FileAlreadyExistsException.class);
    }

    private Path zip(Map<String, byte[]> entries) throws IOException {
        Path file = Files.createTempFile(directory, "made", ".zip");
        try (OutputStream bytes = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
                zip.closeEntry();
            }
        }
        return file;
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void refused(Map<String, byte[]> entries, String why) throws IOException {
        Path file = zip(new TreeMap<>(entries));
        Path place = Files.createTempDirectory(directory, "place");
        assertThatThrownBy(() -> HistoryArchive.read(file, place))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(why);
    }

    @Test
    void D3_whatIsNoArchiveIsRefused() throws IOException {
        byte[] manifest = text("{\"format\":1,\"node\":\"n\"}");

        refused(Map.of("manifest.json", manifest, "../x.json", text("{}")), "../x.json");
        refused(Map.of("manifest.json", manifest, "a/b.log", text("")), "a/b.log");
        refused(
                Map.of(
                        "manifest.json",
                        manifest,
                        "D.log",
                        text("not a change log, at all"),
                        "D.json",
                        text("{}")),
                "not a change log");
        refused(Map.of("D.json", text("{}")), "no archive");
        refused(Map.of("manifest.json", text("{\"format\":2,\"node\":\"n\"}")), "format");
        refused(Map.of("manifest.json", text("{\"format\":1,\"node\":\"../n\"}")), "format");

        Path noZip = Files.writeString(directory.resolve("no.zip"), "no");
        assertThatThrownBy(() -> HistoryArchive.read(noZip, unpacked))
                .isInstanceOf(IOException.class);
    }
}
