package io.capstan.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.format.ChunkId;
import io.capstan.format.DiskId;
import io.capstan.format.VolumeIdentifier;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A catalog that each released schema version left behind opens with this one. Those in the resources were written by the
 * software of their time and never change.
 */
class GoldenCatalogTest {

    private static final DiskId DISK_A = ChunkDescriptor.unlabelled("/data/a/");
    private static final DiskId DISK_B = ChunkDescriptor.unlabelled("/data/b");

    @TempDir Path directory;

    private Catalog open(String version) throws Exception {
        try (InputStream golden =
                Objects.requireNonNull(
                        GoldenCatalogTest.class.getResourceAsStream(version + "/data.mdb"))) {
            Files.copy(golden, directory.resolve("data.mdb"));
        }
        return Catalog.open(directory, CatalogOptions.defaults().withSynchronousCommits(false));
    }

    /** Version 1: chunks knew the name of one directory. */
    @Test
    void directoriesOfVersion1BecomeDisks() throws Exception {
        try (Catalog catalog = open("v1")) {
            assertThat(catalog.node())
                    .isEqualTo(
                            new NodeIdentity(
                                    new UUID(0x1122334455667788L, 0x99AABBCCDDEEFF00L),
                                    1_700_000_000_000L,
                                    5));
            assertThat(catalog.check(ChunkPresence.ASSUMED)).isEmpty();
            assertThat(catalog.read(CatalogView::disks))
                    .containsExactlyInAnyOrder(
                            DiskRecord.added(DISK_A, "/data/a/", "default"),
                            DiskRecord.added(DISK_B, "/data/b/", "default"));
            List<ChunkId> onA = catalog.read(view -> view.chunksOn(DISK_A, Optional.empty(), 10));
            assertThat(onA)
                    .containsExactly(
                            new ChunkId(Samples.CONTAINER, 1), new ChunkId(Samples.CONTAINER, 3));
            ChunkRecord second =
                    catalog.read(view -> view.chunk(new ChunkId(Samples.CONTAINER, 2)))
                            .orElseThrow();
            assertThat(second)
                    .isEqualTo(ChunkRecord.open(second.chunk(), List.of(DISK_B), 4096, 5));
            ContainerRecord container =
                    catalog.read(view -> view.container(Samples.CONTAINER)).orElseThrow();
            assertThat(container.pool()).isEqualTo("default");
            CartridgeRecord destroyed =
                    catalog.read(view -> view.cartridge(new VolumeIdentifier("CAP002L8")))
                            .orElseThrow();
            assertThat(destroyed.state()).isEqualTo(CartridgeState.DESTROYED);
        }
    }

    @Test
    void anOldChunkIsRewrittenWhereItChanges() throws Exception {
        ChunkId second = new ChunkId(Samples.CONTAINER, 2);
        try (Catalog catalog = open("v1")) {
            catalog.commit(change ->
                    change.putChunk(
                            change.chunk(second).orElseThrow().withDisks(List.of(DISK_A, DISK_B))));
            assertThat(catalog.check(ChunkPresence.ASSUMED)).isEmpty();
            long onA = catalog.read(view -> view.chunkCountOn(DISK_A));
            assertThat(onA).isEqualTo(3);
        }
    }

    @Test
    void olderSoftwareRefusesIt() throws Exception {
        open("v1").close();
        assertThatThrownBy(() ->
                        LmdbCatalog.open(
                                directory, CatalogOptions.defaults(), Migrations.ALL.subList(0, 1)))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("version");
    }
}
