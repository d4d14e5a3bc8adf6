package io.capstan.medium;

import io.capstan.format.VolumeIdentifier;
import io.capstan.store.StoreException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** The real medium, with a real catalog and real files, keeps the medium's contract. */
class ChunkedMediumTest extends MediumContractTest {

    @TempDir Path directory;

    private Node node;
    private int cartridgeCount;

    private void startNode() throws StoreException {
        if (node == null) {
            node = Node.onDisk(directory);
        }
    }

    @Override
    protected void tearDown() {
        node.close();
    }

    @Override
    protected Medium mountBlank(List<Long> partitionCapacitiesBytes) throws StoreException {
        startNode();
        VolumeIdentifier volume = new VolumeIdentifier("CAP%03dL8".formatted(cartridgeCount++));
        node.cartridges()
                .create(new NewCartridge(volume, 0x88, 0x5E, partitionCapacitiesBytes, false));
        return node.mount(volume.text());
    }

    @Override
    protected Medium mountAgain(Medium closed) throws StoreException {
        return node.mount(closed.volumeIdentifier().text());
    }
}
