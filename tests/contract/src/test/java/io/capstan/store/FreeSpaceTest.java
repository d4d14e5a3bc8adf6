package io.capstan.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.fakes.store.FaultyDirectories;
import io.capstan.format.DiskId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How much new data fits, where directories have file systems of their own and where they share them. */
class FreeSpaceTest {

    private static final StoreOptions OPTIONS = new StoreOptions(64 << 10, 0);

    /** File systems by the first letter of their directories' names; of others, what they really have. */
    private static final Map<Character, Long> FREE_BYTES = Map.of('a', 900L, 'b', 300L);

    @TempDir private Path root;

    private final FaultyDirectories volumes = new FaultyDirectories(new DiskFileIo());

    private PoolPlan pool(String name, int copies, String... directories) throws Exception {
        List<DiskPlan> disks = new ArrayList<>();
        for (String directory : directories) {
            Path path = Files.createDirectories(root.resolve(name).resolve(directory));
            if (FREE_BYTES.containsKey(directory.charAt(0))) {
                volumes.mount(directory.substring(0, 1), FREE_BYTES.get(directory.charAt(0)), path);
            }
            disks.add(
                    new DiskPlan(
                            DiskId.of(UUID.randomUUID()),
                            path,
                            DiskPlan.LabelRule.WRITTEN_IF_ABSENT,
                            DiskState.ACTIVE,
                            false));
        }
        return new PoolPlan(name, copies, disks);
    }

    private static ChunkStore open(FileIo io, PoolPlan... pools) throws StoreException {
        return ChunkStore.open(List.of(pools), OPTIONS, io, InstantSource.system());
    }

    @Test
    void spaceThatDirectoriesShareIsCountedOnce() throws Exception {
        assertThat(open(volumes, pool("one", 1, "a1", "a2")).disks().freeBytes()).isEqualTo(900);
        assertThat(open(volumes, pool("two", 1, "a1", "a2", "a3", "b1")).disks().freeBytes())
                .isEqualTo(1200);
        assertThat(open(volumes, pool("mirror", 2, "a1", "a2")).disks().freeBytes())
                .as("both copies of a chunk take of it")
                .isEqualTo(450);
        assertThat(open(volumes, pool("apart", 2, "a1", "b1")).disks().freeBytes()).isEqualTo(300);
        assertThat(open(volumes, pool("mixed", 2, "a1", "a2", "b1")).disks().freeBytes())
                .as("no directory has two copies of a chunk")
                .isEqualTo(600);
    }

    @Test
    void spaceThatPoolsShareIsCountedOnceInAll() throws Exception {
        ChunkStore store = open(volumes, pool("one", 1, "a1"), pool("other", 1, "a2", "b1"));

        assertThat(store.disks().freeBytes("one")).isEqualTo(900);
        assertThat(store.disks().freeBytes("other")).isEqualTo(1200);
        assertThat(store.disks().freeBytes()).isEqualTo(1200);
    }

    @Test
    void directoriesOfARealFileSystemShareIt() throws Exception {
        long one = open(new DiskFileIo(), pool("one", 1, "x")).disks().freeBytes();
        long two = open(new DiskFileIo(), pool("two", 1, "x", "y")).disks().freeBytes();

        // Others write to this file system meanwhile.
        assertThat((double) two / one).isBetween(0.75, 1.25);
    }
}
