package io.capstan.format.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.format.CartridgeLabel;
import io.capstan.format.ChunkBuilder;
import io.capstan.format.ChunkHeader;
import io.capstan.format.ChunkId;
import io.capstan.format.ContainerFiles;
import io.capstan.format.ContainerId;
import io.capstan.format.Finding;
import io.capstan.format.MediumDescription;
import io.capstan.format.VolumeIdentifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FormatVerifyTest {

    private static final byte[] A = ChunkBuilder.data(500, 1);
    private static final byte[] B = ChunkBuilder.data(700, 2);

    @TempDir Path directory;

    @Test
    void soundStoreIsClean() throws IOException {
        files().put(ChunkBuilder.first().block(A).filemark().seal());
        files().put(ChunkBuilder.at(2, 2, 1, 500).block(B).endOfData().seal());
        files().put(label("CAP001L8", ChunkBuilder.CONTAINER, 1));
        List<Path> read = new ArrayList<>();
        FormatVerify.Result result = FormatVerify.verify(List.of(directory), read::add);
        assertThat(result).isEqualTo(new FormatVerify.Result(2, 1, 4, 1200, List.of()));
        assertThat(result.isClean()).isTrue();
        assertThat(read).hasSize(3);
    }

    @Test
    void everyFaultOfAFileIsFound() throws IOException {
        ChunkBuilder chunk = ChunkBuilder.first().block(A).block(B).filemark().block(A).seal();
        Path file = files().put(chunk);
        ContainerFiles.flip(file, chunk.directory().fileOffsetBytes(0) + 60);
        ContainerFiles.flip(file, chunk.directory().fileOffsetBytes(2) + 33);
        ContainerFiles.flip(file, chunk.lengthBytes() - 130);
        assertThat(texts(FormatVerify.verify(file)))
                .satisfiesExactly(
                        text -> assertThat(text).contains("directory crc32c"),
                        text -> assertThat(text).contains("stored crc32c of object 0"),
                        text -> assertThat(text).contains("no valid record from offset"));
    }

    @Test
    void unreadableFileDoesNotHideTheOthers() throws IOException {
        Path first = files().put(ChunkBuilder.first().block(A).seal());
        files().put(ChunkBuilder.at(2, 1, 0, 500).block(B).seal());
        ContainerFiles.flip(first, 100);
        FormatVerify.Result result = FormatVerify.verify(directory);
        assertThat(result.isClean()).isFalse();
        assertThat(result.storedByteCount()).isEqualTo(700);
        assertThat(texts(result))
                .satisfiesExactly(
                        text -> assertThat(text).contains("chunk header crc32c"),
                        text -> assertThat(text).contains("objects 0 to 0 of partition 0"));
    }

    @Test
    void trailerThatLiesIsFound() throws IOException {
        ChunkBuilder honest = ChunkBuilder.first().block(A).block(B).seal();
        ChunkBuilder other = ChunkBuilder.first().block(B).block(A).seal();
        byte[] mixed = honest.bytes();
        int tail = 8 + 128;
        System.arraycopy(other.bytes(), mixed.length - tail, mixed, mixed.length - tail, tail);
        files().put(honest.header().chunk(), mixed);
        assertThat(texts(FormatVerify.verify(directory)))
                .containsExactly(
                        "directory does not lead to object 1",
                        "the trailer's SHA-256 is not that of the headers");
    }

    @Test
    void unsealedAndTornAreNotes() throws IOException {
        ChunkBuilder chunk = ChunkBuilder.first().block(A).synchronize().block(B);
        Path file = files().put(chunk);
        FormatVerify.Result whole = FormatVerify.verify(directory);
        assertThat(texts(whole)).containsExactly("not sealed");
        assertThat(whole.recordCount()).isEqualTo(2);
        Files.write(file, Arrays.copyOf(chunk.bytes(), chunk.lengthBytes() - 1));
        FormatVerify.Result torn = FormatVerify.verify(directory);
        assertThat(torn.isClean()).isTrue();
        assertThat(torn.recordCount()).isEqualTo(1);
        assertThat(texts(torn)).singleElement().asString().startsWith("not sealed, torn tail");
    }

    @Test
    void chunkTwiceAndChunkOfAnotherContainerAreFound() throws IOException {
        ChunkBuilder chunk = ChunkBuilder.first().block(A).seal();
        files().put(chunk);
        files().put(new ChunkId(ChunkBuilder.CONTAINER, 9), chunk.bytes());
        ChunkHeader header = chunk.header();
        ChunkHeader foreign =
                new ChunkHeader(
                        new ChunkId(new ContainerId(1, 2), 5),
                        header.containerKind(),
                        1,
                        0,
                        0,
                        0,
                        0,
                        header.medium(),
                        0);
        files().put(
                        new ChunkId(ChunkBuilder.CONTAINER, 5),
                        ChunkBuilder.of(foreign).block(B).seal().bytes());
        FormatVerify.Result result = FormatVerify.verify(directory);
        assertThat(texts(result))
                .anySatisfy(text -> assertThat(text).contains("is also in"))
                .anySatisfy(text -> assertThat(text).contains("holds a chunk of container"))
                .anySatisfy(text -> assertThat(text).contains("is not named as its chunk"));
        assertThat(result.isClean()).isFalse();
    }

    @Test
    void labelsAreComparedWithContainers() throws IOException {
        files().put(ChunkBuilder.first().block(A).seal());
        files().put(label("OTHER1", ChunkBuilder.CONTAINER, 0));
        files().put(label("EMPTY1", new ContainerId(3, 4), 1));
        assertThat(texts(FormatVerify.verify(directory)))
                .containsExactlyInAnyOrder(
                        "generation 1, above 0 of the label of OTHER1",
                        "written as CAP001L8, labelled OTHER1 now",
                        "no chunks of its container 00000000000000030000000000000004 are here");
    }

    @Test
    void formatByLabelAloneLeavesNoHoles() throws IOException {
        files().put(ChunkBuilder.at(3, 10, 0, 0).block(A).seal());
        files().put(label("CAP001L8", ChunkBuilder.CONTAINER, 2));
        assertThat(FormatVerify.verify(directory).findings()).isEmpty();
    }

    @Test
    void directoriesOfAStoreAreLookedAtTogether() throws IOException {
        ContainerFiles first = ContainerFiles.in(directory.resolve("1"));
        ContainerFiles second = ContainerFiles.in(directory.resolve("2"));
        first.put(ChunkBuilder.first().block(A).seal());
        second.put(ChunkBuilder.at(2, 1, 0, 500).block(B).seal());
        first.put(label("CAP001L8", ChunkBuilder.CONTAINER, 1));
        second.put(label("CAP001L8", ChunkBuilder.CONTAINER, 1));
        List<Path> both = List.of(directory.resolve("1"), directory.resolve("2"));
        FormatVerify.Result result = FormatVerify.verify(both, _ -> {});
        assertThat(result.findings()).isEmpty();
        assertThat(result.chunkFileCount()).isEqualTo(2);
        assertThat(FormatVerify.verify(directory.resolve("2")).isClean()).isFalse();
    }

    @Test
    void labelFaultsAreFound() throws IOException {
        Path good = files().put(label("CAP001L8", ChunkBuilder.CONTAINER, 1));
        Files.copy(good, good.resolveSibling("CAP002L8.label"));
        Files.write(good.resolveSibling("CAP003L8.label"), new byte[3]);
        files().put(label("CAP004L8", ChunkBuilder.CONTAINER, 1));
        ContainerFiles.flip(files().put(label("CAP005L8", new ContainerId(9, 9), 1)), 90);
        Files.writeString(good.resolveSibling("notes.txt"), "hello, operator");
        assertThat(texts(FormatVerify.verify(directory)))
                .anySatisfy(text -> assertThat(text).isEqualTo("is the label of CAP001L8"))
                .anySatisfy(text -> assertThat(text).startsWith("container 0011"))
                .anySatisfy(text -> assertThat(text).contains("label crc32c"))
                .filteredOn(text -> text.equals("neither a chunk nor a label"))
                .hasSize(2);
    }

    @Test
    void absentPathIsTheCallersFault() {
        assertThatThrownBy(() -> FormatVerify.verify(directory.resolve("absent")))
                .isInstanceOf(NoSuchFileException.class);
    }

    private ContainerFiles files() {
        return ContainerFiles.in(directory);
    }

    private static List<String> texts(FormatVerify.Result result) {
        return result.findings().stream().map(Finding::text).toList();
    }

    static CartridgeLabel label(String identifier, ContainerId container, long generation) {
        return new CartridgeLabel(
                container,
                new MediumDescription(
                        new VolumeIdentifier(identifier), 0x88, 0x5E, 1_000_000, 1, false),
                List.of(1_000_000L),
                generation,
                false,
                "east",
                OptionalInt.of(1001),
                List.of(),
                1,
                0);
    }
}
