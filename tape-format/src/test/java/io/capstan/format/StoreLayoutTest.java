package io.capstan.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreLayoutTest {

    @TempDir Path directory;

    @Test
    void pathsByHand() {
        StoreLayout layout = new StoreLayout(Path.of("/d"));
        assertThat(layout.chunkFile(new ChunkId(ChunkBuilder.CONTAINER, 0x1AB)))
                .isEqualTo(
                        Path.of(
                                "/d/chunks/00/00112233445566778899aabbccddeeff/00000000000001ab.chunk"));
        assertThat(layout.labelFile(new VolumeIdentifier("CAP001L8")))
                .isEqualTo(Path.of("/d/labels/CAP001L8.label"));
        assertThat(layout.labelTemporaryFile(new VolumeIdentifier("CAP001L8")))
                .isEqualTo(Path.of("/d/labels/CAP001L8.label.tmp"));
    }

    @Test
    void nothingIsListedWhereNothingIs() throws IOException {
        StoreLayout layout = new StoreLayout(directory.resolve("absent"));
        assertThat(layout.containers()).isEmpty();
        assertThat(layout.labels()).isEmpty();
        assertThat(layout.chunks(ChunkBuilder.CONTAINER)).isEmpty();
    }

    @Test
    void filesAreListedInOrderAndStrangersPassedOver() throws IOException {
        StoreLayout layout = new StoreLayout(directory);
        ContainerId other = ContainerId.parse("ff112233445566778899aabbccddeeff");
        touch(layout.chunkFile(new ChunkId(other, 3)));
        touch(layout.chunkFile(new ChunkId(ChunkBuilder.CONTAINER, 0x10)));
        touch(layout.chunkFile(new ChunkId(ChunkBuilder.CONTAINER, 2)));
        touch(layout.containerDirectory(other).resolve("0000000000000000.chunk"));
        touch(layout.containerDirectory(other).resolve("8000000000000000.chunk"));
        touch(layout.containerDirectory(other).resolve("0000000000000004.chunk.tmp"));
        touch(layout.containerDirectory(other).resolve("000000000000000A.chunk"));
        touch(layout.chunksDirectory().resolve("lost+found/x"));
        touch(layout.chunksDirectory().resolve("aa/00112233445566778899aabbccddeeff/x"));
        touch(layout.labelFile(new VolumeIdentifier("B")));
        touch(layout.labelFile(new VolumeIdentifier("A")));
        touch(layout.labelTemporaryFile(new VolumeIdentifier("A")));
        assertThat(layout.containers()).containsExactly(ChunkBuilder.CONTAINER, other);
        assertThat(layout.chunks(ChunkBuilder.CONTAINER))
                .containsExactly(
                        new ChunkId(ChunkBuilder.CONTAINER, 2),
                        new ChunkId(ChunkBuilder.CONTAINER, 0x10));
        assertThat(layout.chunks(other)).containsExactly(new ChunkId(other, 3));
        assertThat(layout.labels())
                .containsExactly(new VolumeIdentifier("A"), new VolumeIdentifier("B"));
    }

    private static void touch(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.createFile(file);
    }
}
