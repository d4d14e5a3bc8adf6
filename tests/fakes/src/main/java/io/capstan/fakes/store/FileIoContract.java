package io.capstan.fakes.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.store.FileIo;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every implementation of {@link FileIo} keeps; a test class extends it. */
public abstract class FileIoContract {

    /** The implementation under test. */
    protected abstract FileIo io();

    /** An existing, empty directory. */
    protected abstract Path directory();

    @Test
    void readsBackWhatWasWritten() throws IOException {
        try (FileIo.OpenFile file = io().create(path("a"))) {
            file.write(0, bytes("hello"));
            file.write(5, bytes(" world"));

            assertThat(file.lengthBytes()).isEqualTo(11);
            assertThat(read(file, 0, 11)).isEqualTo("hello world");
            assertThat(read(file, 6, 100)).isEqualTo("world");
            assertThat(read(file, 11, 1)).isEmpty();
            assertThat(read(file, 1000, 1)).isEmpty();
        }
    }

    @Test
    void leavesAGapOfZeros() throws IOException {
        try (FileIo.OpenFile file = io().create(path("a"))) {
            file.write(3, bytes("x"));

            assertThat(read(file, 0, 10)).isEqualTo("\0\0\0x");
        }
    }

    @Test
    void overwritesInPlace() throws IOException {
        try (FileIo.OpenFile file = io().create(path("a"))) {
            file.write(0, bytes("hello"));
            file.write(1, bytes("ip"));

            assertThat(read(file, 0, 10)).isEqualTo("hiplo");
        }
    }

    @Test
    void cutsAFileOff() throws IOException {
        try (FileIo.OpenFile file = io().create(path("a"))) {
            file.write(0, bytes("hello"));
            file.truncate(2);
            file.force();

            assertThat(read(file, 0, 10)).isEqualTo("he");
        }
    }

    @Test
    void writesFromMemoryOutsideTheHeap() throws IOException {
        try (Arena arena = Arena.ofConfined();
                FileIo.OpenFile file = io().create(path("a"))) {
            MemorySegment segment = arena.allocate(100_000);
            segment.fill((byte) 'y');
            file.write(0, segment);
            MemorySegment back = arena.allocate(100_000);

            assertThat(file.read(0, back)).isEqualTo(100_000);
            assertThat(back.mismatch(segment)).isEqualTo(-1);
        }
    }

    @Test
    void writesWhatWasSubmittedByTheTimeItIsAwaited() throws IOException {
        Random random = new Random(5);
        byte[] expected = new byte[20 * FileIo.PAGE_BYTES + 100];
        random.nextBytes(expected);
        try (Arena arena = Arena.ofShared();
                FileIo.OpenFile file = io().createUncached(path("a"))) {
            MemorySegment source = arena.allocate(expected.length, FileIo.PAGE_BYTES);
            MemorySegment.copy(expected, 0, source, ValueLayout.JAVA_BYTE, 0, expected.length);
            for (int page = 0; page < 20; page++) {
                long at = (long) page * FileIo.PAGE_BYTES;
                file.submit(at, source.asSlice(at, FileIo.PAGE_BYTES));
                file.awaitWrites(3);
                if (page >= 3) {
                    assertPages(file, page - 3, expected);
                }
            }
            file.submit(20L * FileIo.PAGE_BYTES, source.asSlice(20L * FileIo.PAGE_BYTES));
            file.awaitWrites(0);
            file.force();

            assertThat(file.lengthBytes()).isEqualTo(expected.length);
            MemorySegment back = MemorySegment.ofArray(new byte[expected.length]);
            assertThat(file.read(0, back)).isEqualTo(expected.length);
            assertThat(back.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(expected);
        }
    }

    private static void assertPages(FileIo.OpenFile file, int page, byte[] expected)
            throws IOException {
        MemorySegment back = MemorySegment.ofArray(new byte[FileIo.PAGE_BYTES]);
        int at = page * FileIo.PAGE_BYTES;
        file.read(at, back);
        assertThat(back.toArray(ValueLayout.JAVA_BYTE))
                .isEqualTo(Arrays.copyOfRange(expected, at, at + FileIo.PAGE_BYTES));
    }

    @Test
    void writesUncachedWhateverIsNotWholePages() throws IOException {
        try (Arena arena = Arena.ofShared();
                FileIo.OpenFile file = io().createUncached(path("a"))) {
            MemorySegment pages = arena.allocate(2L * FileIo.PAGE_BYTES, FileIo.PAGE_BYTES);
            pages.fill((byte) 'p');
            file.write(0, pages);
            file.write(FileIo.PAGE_BYTES - 1, bytes("xyz"));
            file.submit(2L * FileIo.PAGE_BYTES, bytes("end"));
            file.awaitWrites(0);
            file.force();

            assertThat(read(file, FileIo.PAGE_BYTES - 2, 5)).isEqualTo("pxyzp");
            assertThat(read(file, 2 * FileIo.PAGE_BYTES - 1, 10)).isEqualTo("pend");
        }
        try (FileIo.OpenFile file = io().openToRead(path("a"))) {
            assertThat(file.lengthBytes()).isEqualTo(2 * FileIo.PAGE_BYTES + 3);
        }
    }

    @Test
    void doesWhatIsUnderWayBeforeItCloses() throws IOException {
        try (FileIo.OpenFile file = io().create(path("a"))) {
            file.submit(0, bytes("hello"));
        }
        try (FileIo.OpenFile file = io().openToRead(path("a"))) {
            assertThat(read(file, 0, 10)).isEqualTo("hello");
        }
    }

    @Test
    void createsUncachedOnlyWhatIsNotThere() throws IOException {
        io().createUncached(path("a")).close();

        assertThatThrownBy(() -> io().createUncached(path("a")))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> io().createUncached(path("no").resolve("a")))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void refusesToCreateWhatExistsAndToOpenWhatDoesNot() throws IOException {
        io().create(path("a")).close();

        assertThatThrownBy(() -> io().create(path("a")))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> io().openToRead(path("b")))
                .isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> io().openToWrite(path("b")))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void listsNamesInOrder() throws IOException {
        io().create(path("b")).close();
        io().create(path("a")).close();
        io().makeDirectories(path("d").resolve("e"));

        assertThat(io().list(directory())).containsExactly("a", "b", "d");
        assertThat(io().list(path("nowhere"))).isEmpty();
        assertThat(io().exists(path("d").resolve("e"))).isTrue();
    }

    @Test
    void renamesOverAnExistingFile() throws IOException {
        write("new", "new content");
        write("old", "old");

        io().rename(path("new"), path("old"));
        io().forceDirectory(directory());

        assertThat(io().list(directory())).containsExactly("old");
        try (FileIo.OpenFile file = io().openToRead(path("old"))) {
            assertThat(read(file, 0, 100)).isEqualTo("new content");
        }
    }

    @Test
    void deletesAndDoesNotMindWhatIsGone() throws IOException {
        write("a", "x");

        io().delete(path("a"));
        io().delete(path("a"));

        assertThat(io().exists(path("a"))).isFalse();
    }

    @Test
    void knowsFreeSpace() throws IOException {
        assertThat(io().freeBytes(directory())).isPositive();
    }

    private void write(String name, String content) throws IOException {
        try (FileIo.OpenFile file = io().create(path(name))) {
            file.write(0, bytes(content));
            file.force();
        }
    }

    private Path path(String name) {
        return directory().resolve(name);
    }

    private static MemorySegment bytes(String text) {
        return MemorySegment.ofArray(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String read(FileIo.OpenFile file, long position, int lengthBytes)
            throws IOException {
        MemorySegment target = MemorySegment.ofArray(new byte[lengthBytes]);
        int count = file.read(position, target);
        return new String(
                target.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII);
    }
}
