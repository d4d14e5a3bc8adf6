package io.capstan.medium;

import io.capstan.store.StoreException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
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
}
