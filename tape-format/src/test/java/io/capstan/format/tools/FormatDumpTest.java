package io.capstan.format.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.format.ChunkBuilder;
import io.capstan.format.ContainerFiles;
import io.capstan.format.FormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FormatDumpTest {

    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.US_ASCII);

    @TempDir Path directory;

    @Test
    void sealedChunkForPeople() throws IOException {
        Path file =
                files().put(
                                ChunkBuilder.of(ChunkBuilder.header(7, 2, 1, 100, 3, 9_000))
                                        .block(HELLO)
                                        .filemark()
                                        .seal());
        StringBuilder text = new StringBuilder();
        FormatDump.dump(file, FormatDump.text(text));
        List<String> lines = text.toString().lines().toList();
        assertThat(lines.get(0))
                .isEqualTo(
                        "chunk container=00112233445566778899aabbccddeeff sequence=7"
                                + " container_kind=CARTRIDGE generation=2 partition=1"
                                + " first_object=100 first_filemark=3 first_byte=9000"
                                + " volume_identifier=CAP001L8 medium_type=88h density=5eh"
                                + " native_capacity_bytes=12000000000000 partition_count=2"
                                + " worm=false created_epoch_millis=1700000000000"
                                + " record_salt=7cc6942b sealed=true");
        assertThat(lines.get(1))
                .isEqualTo(
                        "record offset=4096 kind=BLOCK object=100 logical_length=5"
                                + " stored_length=5 extension_length=0 compression=0 encryption=0"
                                + " protection=0 logical_crc32c=9a71bb4c stored_crc32c=9a71bb4c"
                                + " state=valid");
        assertThat(lines.get(2)).startsWith("record offset=4152 kind=FILEMARK object=101 ");
        assertThat(lines.get(3))
                .startsWith("trailer object_count=2 filemark_count=1 stored_byte_count=5 ");
        assertThat(lines).hasSize(4);
    }

    @Test
    void damageIsShownAndSteppedOver() throws IOException {
        ChunkBuilder chunk = ChunkBuilder.first().block(HELLO).block(HELLO).block(HELLO);
        Path file = files().put(chunk);
        ContainerFiles.flip(file, chunk.directory().fileOffsetBytes(0) + 48);
        ContainerFiles.flip(file, chunk.directory().fileOffsetBytes(1));
        List<DumpRow> rows = rows(file);
        assertThat(rows)
                .extracting(DumpRow::type)
                .containsExactly("chunk", "record", "lost", "record", "tail");
        assertThat(rows.get(1).toString()).contains("stored crc32c");
        assertThat(rows.get(2).fields())
                .containsAllEntriesOf(Map.of("offset", 4152L, "length", 56L));
        assertThat(rows.get(4).fields()).containsEntry("state", "TORN");
    }

    @Test
    void labelAndItsAttributes() throws IOException {
        Path file = files().put(FormatVerifyTest.label("CAP001L8", ChunkBuilder.CONTAINER, 3));
        List<DumpRow> rows = rows(file);
        assertThat(rows).extracting(DumpRow::type).containsExactly("label");
        assertThat(rows.getFirst().fields())
                .containsEntry("generation", 3L)
                .containsEntry("library", "east")
                .containsEntry("element_address", 1001L)
                .containsEntry("partition_0_bytes", 1_000_000L);
    }

    @Test
    void containerAsItsRuns() throws IOException {
        files().put(ChunkBuilder.first().block(HELLO).filemark().block(HELLO).seal());
        files().put(ChunkBuilder.at(2, 2, 1, 5).block(HELLO));
        files().put(ChunkBuilder.of(ChunkBuilder.header(3, 1, 1, 4, 0, 0)).filemark().seal());
        List<DumpRow> rows = rows(files().directory());
        assertThat(rows)
                .extracting(DumpRow::type)
                .containsExactly("container", "run", "run", "run", "finding");
        assertThat(rows.get(0).fields()).containsEntry("chunk_count", 3L);
        assertThat(rows.get(1).fields())
                .containsEntry("sequence", 1L)
                .containsEntry("object_count", 2L)
                .containsEntry("byte_count", 5L);
        assertThat(rows.get(4).toString())
                .endsWith("text=\"objects 0 to 3 of partition 1 before it are missing\"");
    }

    @Test
    void anythingElseIsRefused() throws IOException {
        Path file = Files.writeString(directory.resolve("x"), "something else");
        assertThatThrownBy(() -> rows(file))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("neither a chunk nor a label");
    }

    private ContainerFiles files() {
        return ContainerFiles.in(directory);
    }

    private static List<DumpRow> rows(Path path) throws IOException {
        List<DumpRow> rows = new ArrayList<>();
        FormatDump.dump(path, rows::add);
        return rows;
    }
}
