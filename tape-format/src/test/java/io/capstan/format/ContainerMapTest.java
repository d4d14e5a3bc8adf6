package io.capstan.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ContainerMapTest {

    private final ContainerMap map = new ContainerMap(ChunkBuilder.CONTAINER, 0);

    @Test
    void chunksFollowOneAnother() {
        map.add(chunk(1, 1, 0, 0, 10, 0, 2, 0, 800));
        map.add(chunk(2, 1, 0, 10, 5, 2, 1, 800, 400));
        map.add(chunk(3, 1, 1, 0, 1, 0, 0, 0, 7));
        assertThat(map.findings()).isEmpty();
        assertThat(map.generation()).isEqualTo(1);
        assertThat(map.runs(0))
                .containsExactly(
                        new ContainerRun(id(1), 0, 0, 10, 0, 2, 0, 800),
                        new ContainerRun(id(2), 0, 10, 5, 2, 1, 800, 400));
        assertThat(map.runs(1)).containsExactly(new ContainerRun(id(3), 1, 0, 1, 0, 0, 0, 7));
        assertThat(map.endOfDataObjectNumber(0)).isEqualTo(15);
        assertThat(map.endOfDataObjectNumber(2)).isZero();
        assertThat(map.garbage()).isEmpty();
    }

    @Test
    void overwritingCutsTheHeadOffExactly() {
        map.add(chunk(1, 1, 0, 0, 10, 0, 2, 0, 800));
        map.add(chunk(2, 1, 0, 10, 5, 2, 1, 800, 400));
        map.add(chunk(3, 1, 0, 6, 2, 1, 0, 500, 20));
        assertThat(map.findings()).isEmpty();
        assertThat(map.runs(0))
                .containsExactly(
                        new ContainerRun(id(1), 0, 0, 6, 0, 1, 0, 500),
                        new ContainerRun(id(3), 0, 6, 2, 1, 0, 500, 20));
        assertThat(map.garbage()).containsExactly(id(2));
        map.add(chunk(4, 1, 0, 3, 1, 0, 0, 300, 1));
        assertThat(map.runs(0))
                .containsExactly(
                        new ContainerRun(id(1), 0, 0, 3, 0, 0, 0, 300),
                        new ContainerRun(id(4), 0, 3, 1, 0, 0, 300, 1));
        assertThat(map.garbage()).containsExactlyInAnyOrder(id(2), id(3));
    }

    @Test
    void eraseEndsThePartitionWithoutContent() {
        map.add(chunk(1, 1, 0, 0, 10, 0, 2, 0, 800));
        map.add(erase(2, 1, 0, 4, 1, 200));
        assertThat(map.runs(0)).containsExactly(new ContainerRun(id(1), 0, 0, 4, 0, 1, 0, 200));
        assertThat(map.endOfDataObjectNumber(0)).isEqualTo(4);
        assertThat(map.garbage()).isEmpty();
        map.add(chunk(3, 1, 0, 4, 1, 1, 0, 200, 9));
        assertThat(map.garbage()).containsExactly(id(2));
        assertThat(map.findings()).isEmpty();
    }

    @Test
    void eraseFromTheBeginningIsKept() {
        map.add(chunk(1, 1, 0, 0, 10, 0, 2, 0, 800));
        map.add(erase(2, 1, 0, 0, 0, 0));
        map.add(chunk(3, 1, 1, 0, 1, 0, 0, 0, 1));
        assertThat(map.runs(0)).isEmpty();
        assertThat(map.garbage()).containsExactly(id(1));
    }

    @Test
    void chunkWithNothingInItHasNoEffect() {
        map.add(chunk(1, 1, 0, 0, 10, 0, 2, 0, 800));
        map.add(chunk(2, 9, 0, 4, 0, 1, 0, 200, 0));
        assertThat(map.runs(0)).hasSize(1);
        assertThat(map.generation()).isEqualTo(1);
        assertThat(map.garbage()).as("the last sequence is kept").isEmpty();
        map.add(chunk(3, 1, 0, 10, 1, 2, 0, 800, 1));
        assertThat(map.garbage()).containsExactly(id(2));
    }

    @Test
    void higherGenerationDropsAllPartitions() {
        map.add(chunk(1, 1, 0, 0, 10, 0, 2, 0, 800));
        map.add(chunk(2, 1, 1, 0, 10, 0, 2, 0, 800));
        map.add(chunk(3, 2, 0, 0, 1, 0, 0, 0, 5));
        assertThat(map.runs(0)).hasSize(1);
        assertThat(map.runs(1)).isEmpty();
        assertThat(map.generation()).isEqualTo(2);
        assertThat(map.garbage()).containsExactlyInAnyOrder(id(1), id(2));
        assertThat(map.findings()).isEmpty();
    }

    @Test
    void labelRaisesTheGeneration() {
        ContainerMap formatted = new ContainerMap(ChunkBuilder.CONTAINER, 2);
        formatted.add(chunk(1, 1, 0, 0, 10, 0, 2, 0, 800));
        assertThat(formatted.runs(0)).isEmpty();
        assertThat(formatted.generation()).isEqualTo(2);
        assertThat(formatted.findings()).isEmpty();
        formatted.add(chunk(2, 2, 0, 0, 1, 0, 0, 0, 1));
        assertThat(formatted.runs(0)).hasSize(1);
    }

    @Test
    void generationThatFallsIsFound() {
        map.add(chunk(1, 2, 0, 0, 1, 0, 0, 0, 1));
        map.add(chunk(2, 1, 0, 1, 1, 0, 0, 1, 1));
        assertThat(map.runs(0)).hasSize(1);
        assertThat(map.findings()).hasSize(1);
        assertThat(map.findings().getFirst().text()).contains("generation 1");
    }

    @Test
    void holesAreFound() {
        map.add(chunk(1, 1, 0, 5, 5, 0, 0, 0, 50));
        map.add(chunk(2, 1, 0, 10, 5, 0, 0, 50, 50));
        map.add(chunk(3, 1, 0, 20, 5, 0, 0, 100, 50));
        assertThat(map.runs(0)).hasSize(3);
        assertThat(map.findings())
                .extracting(Finding::text)
                .containsExactly(
                        "objects 0 to 4 of partition 0 before it are missing",
                        "objects 15 to 19 of partition 0 before it are missing");
    }

    @Test
    void contradictionsAreFound() {
        map.add(chunk(1, 1, 0, 0, 5, 1, 0, 0, 50));
        map.add(chunk(2, 1, 0, 5, 5, 0, 0, 51, 50));
        map.add(chunk(3, 1, 0, 7, 5, 9, 0, 60, 50));
        assertThat(map.findings()).hasSize(3);
        assertThat(map.runs(0).get(1).filemarkCount()).isBetween(0, 2);
    }

    @Test
    void orderAndContainerAreTheCallersDuty() {
        map.add(chunk(2, 1, 0, 0, 1, 0, 0, 0, 1));
        assertThatThrownBy(() -> map.add(chunk(2, 1, 0, 1, 1, 0, 0, 1, 1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> map.add(chunk(1, 1, 0, 1, 1, 0, 0, 1, 1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        new ContainerMap(new ContainerId(0, 1), 0)
                                .add(chunk(1, 1, 0, 0, 1, 0, 0, 0, 1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    static List<Long> seeds() {
        return List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
    }

    /** A tape kept as plain lists, written by random commands in random chunks; garbage is deleted at random. */
    @ParameterizedTest
    @MethodSource("seeds")
    void replayGivesTheTapeAgain(long seed) {
        Random random = new Random(seed);
        Tape tape = new Tape();
        List<ChunkSummary> chunks = new ArrayList<>();
        for (int sequence = 1; sequence <= 200; sequence++) {
            chunks.add(tape.write(random, sequence));
            ContainerMap replayed = replay(chunks);
            assertThat(replayed.findings()).as("seed %d sequence %d", seed, sequence).isEmpty();
            for (int partition = 0; partition < 2; partition++) {
                tape.compare(replayed, partition, "seed " + seed + " sequence " + sequence);
            }
            Set<ChunkId> garbage = replayed.garbage();
            chunks.removeIf(c -> garbage.contains(c.chunk()) && random.nextInt(3) == 0);
        }
        assertThat(chunks.size()).isLessThan(200);
    }

    private static ContainerMap replay(List<ChunkSummary> chunks) {
        ContainerMap map = new ContainerMap(ChunkBuilder.CONTAINER, 0);
        chunks.forEach(map::add);
        return map;
    }

    /** The model: every object is its length in bytes, a filemark is 0. */
    private static final class Tape {

        private final List<List<Integer>> partitions =
                List.of(new ArrayList<>(), new ArrayList<>());
        private long generation = 1;

        ChunkSummary write(Random random, int sequence) {
            boolean format = random.nextInt(25) == 0;
            if (format) {
                generation++;
                partitions.forEach(List::clear);
            }
            int number = random.nextInt(2);
            List<Integer> partition = partitions.get(number);
            int position =
                    random.nextInt(3) == 0
                            ? random.nextInt(partition.size() + 1)
                            : partition.size();
            int count = random.nextInt(6);
            boolean erase = count == 0 && (format || random.nextBoolean());
            if (count > 0 || erase) {
                partition.subList(position, partition.size()).clear();
            }
            List<Integer> head = partition.subList(0, position);
            ChunkSummary chunk =
                    new ChunkSummary(
                            id(sequence),
                            count > 0 || erase ? generation : 0,
                            number,
                            position,
                            count,
                            filemarks(head),
                            0,
                            bytes(head),
                            0,
                            erase ? OptionalLong.of(position) : OptionalLong.empty());
            List<Integer> written = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                written.add(random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(1000));
            }
            partition.addAll(written);
            return new ChunkSummary(
                    chunk.chunk(),
                    chunk.generation(),
                    number,
                    position,
                    count,
                    chunk.firstFilemarkNumber(),
                    filemarks(written),
                    chunk.firstByteNumber(),
                    bytes(written),
                    chunk.endOfDataObjectNumber());
        }

        void compare(ContainerMap map, int number, String as) {
            List<Integer> partition = partitions.get(number);
            assertThat(map.endOfDataObjectNumber(number)).as(as).isEqualTo(partition.size());
            long next = 0;
            for (ContainerRun run : map.runs(number)) {
                assertThat(run.firstObjectNumber()).as(as).isEqualTo(next);
                next = run.endObjectNumber();
                List<Integer> objects =
                        partition.subList((int) run.firstObjectNumber(), (int) next);
                assertThat(run.filemarkCount()).as(as).isEqualTo(filemarks(objects));
                assertThat(run.byteCount()).as(as).isEqualTo(bytes(objects));
                List<Integer> head = partition.subList(0, (int) run.firstObjectNumber());
                assertThat(run.firstFilemarkNumber()).as(as).isEqualTo(filemarks(head));
                assertThat(run.firstByteNumber()).as(as).isEqualTo(bytes(head));
            }
            assertThat(next).as(as).isEqualTo(partition.size());
        }

        private static int filemarks(List<Integer> objects) {
            return (int) objects.stream().filter(length -> length == 0).count();
        }

        private static long bytes(List<Integer> objects) {
            return objects.stream().mapToLong(Integer::longValue).sum();
        }
    }

    private static ChunkId id(long sequence) {
        return new ChunkId(ChunkBuilder.CONTAINER, sequence);
    }

    private static ChunkSummary chunk(
            long sequence,
            long generation,
            int partition,
            long firstObject,
            int objects,
            long firstFilemark,
            int filemarks,
            long firstByte,
            long bytes) {
        return new ChunkSummary(
                id(sequence),
                generation,
                partition,
                firstObject,
                objects,
                firstFilemark,
                filemarks,
                firstByte,
                bytes,
                OptionalLong.empty());
    }

    private static ChunkSummary erase(
            long sequence,
            long generation,
            int partition,
            long firstObject,
            long firstFilemark,
            long firstByte) {
        return new ChunkSummary(
                id(sequence),
                generation,
                partition,
                firstObject,
                0,
                firstFilemark,
                0,
                firstByte,
                0,
                OptionalLong.of(firstObject));
    }
}
