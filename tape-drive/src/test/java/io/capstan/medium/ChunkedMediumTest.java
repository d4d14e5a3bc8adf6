package io.capstan.medium;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.buffer.DataOut;
import io.capstan.store.StoreException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The real medium, with a real catalog and real files, keeps the medium's contract. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ChunkedMediumTest extends MediumContractTest {

    private Node node;
    private int cartridgeCount;

    @BeforeAll
    void startNode(@TempDir Path directory) throws StoreException {
        node = Node.onDisk(directory);
    }

    @AfterAll
    void stopNode() {
        node.close();
    }

    @Override
    protected Medium mountBlank(List<Long> partitionCapacitiesBytes) throws StoreException {
        return node.mountNew("CAP%03dL8".formatted(cartridgeCount++), partitionCapacitiesBytes);
    }

    @Override
    protected Medium mountAgain(Medium closed) throws StoreException {
        return node.mount(closed.volumeIdentifier().text());
    }

    @Test
    void aHostThatNeverSynchronizesGetsACommitNowAndThen() throws StoreException {
        byte[] block = new byte[(int) Node.CHUNK_SIZE_BYTES];
        int count = 200;
        try (Medium medium = mountBlank(List.of(1L << 30))) {
            for (int i = 0; i < count; i++) {
                Arrays.fill(block, (byte) i);
                medium.append(DataOut.of(block), 0, block.length);
            }

            assertThat(medium.unsynchronizedObjects()).isBetween(1L, 100L);
            assertThat(medium.position().objectNumber()).isEqualTo(count);
        }
    }
}
