package io.capstan.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.capstan.fakes.store.SimulatedDisk;
import io.capstan.format.ChunkContent;
import io.capstan.format.ChunkFileReader;
import io.capstan.format.ChunkHeader;
import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.ContainerKind;
import io.capstan.format.FileSource;
import io.capstan.format.FormatException;
import io.capstan.format.MediumDescription;
import io.capstan.format.RecordHeader;
import io.capstan.format.RecordKind;
import io.capstan.format.VolumeIdentifier;
import io.capstan.store.ChunkStore;
import io.capstan.store.ChunkWriter;
import io.capstan.store.StoreException;
import io.capstan.store.StoreOptions;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;

/** Chunk files that somebody made: sealed and not, with header and trailer that are signed. */
class ChunkFileFuzzTest {

    private static final int HEADER_CRC_OFFSET = 4092;
    private static final int TRAILER_LENGTH = 128;
    private static byte[] sealed = {};

    @BeforeAll
    static void makeChunk() throws StoreException {
        SimulatedDisk disk = new SimulatedDisk(1);
        ChunkStore store = ChunkStore.open(List.of(Path.of("/disk")), StoreOptions.DEFAULTS, disk);
        MediumDescription medium =
                new MediumDescription(
                        new VolumeIdentifier("FUZ001L8"), 0x88, 0x5E, 1_000_000, 1, false);
        ChunkId id = new ChunkId(new ContainerId(1, 2), 3);
        try (ChunkWriter writer =
                store.create(
                        new ChunkHeader(id, ContainerKind.CARTRIDGE, 1, 0, 7, 2, 900, medium, 5))) {
            for (int length : new int[] {100, 1, 700, 64}) {
                byte[] block = new byte[length];
                Arrays.fill(block, (byte) length);
                writer.appendBlock(List.of(MemorySegment.ofArray(block)), length, 0);
                writer.appendFilemark();
            }
            writer.synchronize();
            writer.appendEndOfData();
            writer.seal();
        }
        sealed = disk.content(store.files().find(id).orElseThrow());
    }

    @FuzzTest(maxDuration = "2m")
    void readsOrRefuses(FuzzedDataProvider input) throws IOException {
        boolean keepsTrailer = input.consumeBoolean();
        byte[] base = keepsTrailer ? sealed : Arrays.copyOf(sealed, sealed.length - TRAILER_LENGTH);
        byte[] bytes = Bytes.edited(base, input);
        Bytes.sign(bytes, 0, HEADER_CRC_OFFSET);
        if (keepsTrailer) {
            Bytes.sign(bytes, bytes.length - TRAILER_LENGTH, bytes.length - 4);
        }
        try (ChunkFileReader reader = ChunkFileReader.open(FileSource.of(bytes), "fuzz")) {
            readAll(reader, reader.content());
            readAll(reader, reader.scan(0));
        } catch (FormatException refused) {
            assertThat(refused.getMessage()).contains("fuzz");
        }
    }

    private static void readAll(ChunkFileReader reader, ChunkContent content) throws IOException {
        for (int index = 0; index < content.directory().objectCount(); index++) {
            try {
                RecordHeader header = reader.readHeader(content.directory(), index);
                if (header.kind() == RecordKind.BLOCK) {
                    assertThat(header.logicalLengthBytes()).isLessThanOrEqualTo(sealed.length);
                    reader.readData(
                            header,
                            MemorySegment.ofArray(new byte[header.logicalLengthBytes()]),
                            0);
                }
            } catch (FormatException refused) {
                assertThat(refused.getMessage()).contains("fuzz");
            }
        }
    }
}
