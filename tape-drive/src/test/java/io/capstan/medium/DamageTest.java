package io.capstan.medium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.capstan.buffer.DataIn;
import io.capstan.buffer.DataOut;
import io.capstan.fakes.store.SimulatedDisk;
import io.capstan.format.BlockCipher;
import io.capstan.format.BlockEncoder;
import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.DataKey;
import io.capstan.format.EncodedBlock;
import io.capstan.format.EncryptionDescription;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.SpaceOutcome.Stop;
import io.capstan.store.StoreException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damage to chunk files costs what is damaged and nothing else, and is never read as data. */
final class DamageTest {

    private static final String VOLUME = "CAP001L8";

    @TempDir Path directory;

    private final SimulatedDisk disk = new SimulatedDisk(1);
    private final List<byte[]> objects = new ArrayList<>();
    private Node node;

    /** Five chunks of blocks, a third of them compressed and a third encrypted, with a filemark behind every ninth. */
    @BeforeEach
    void writeTape() throws Exception {
        disk.capacityBytes(1L << 40);
        node = Node.on(disk, directory, UnaryOperator.identity());
        Medium medium = node.mountNew(VOLUME, List.of(50_000_000L));
        for (int i = 0; i < 60; i++) {
            byte[] block = MediumContractTest.bytes(i, 100 + 150 * i);
            if (i % 3 == 1) {
                Arrays.fill(block, block.length / 2, block.length, (byte) 0);
                medium.append(compressed(block));
            } else if (i % 3 == 2) {
                EncodedBlock encrypted = encrypted(block);
                medium.append(encrypted);
                block = encrypted.stored().toArray(ValueLayout.JAVA_BYTE);
            } else {
                medium.append(DataOut.of(block), 0, block.length);
            }
            objects.add(block);
            if (i % 9 == 8) {
                medium.appendFilemarks(1);
                objects.add(SimpleTape.FILEMARK);
            }
        }
        medium.close();
        assertThat(chunks().size()).isBetween(4, 6);
    }

    private static EncodedBlock encrypted(byte[] block) {
        DataKey key = new DataKey(MediumContractTest.bytes(1, DataKey.LENGTH_BYTES));
        return new BlockEncoder()
                .encrypt(
                        List.of(MemorySegment.ofArray(block)),
                        block.length,
                        0,
                        false,
                        new BlockCipher(key, new byte[BlockCipher.SALT_LENGTH_BYTES]),
                        new EncryptionDescription(new byte[5], new byte[7], false, false));
    }

    private static EncodedBlock compressed(byte[] block) {
        return new BlockEncoder()
                .compress(List.of(MemorySegment.ofArray(block)), block.length, 0)
                .orElseThrow();
    }

    @AfterEach
    void stop() {
        node.stop();
    }

    private ContainerId container() throws StoreException {
        return node.cartridges().status(new VolumeIdentifier(VOLUME)).orElseThrow().container();
    }

    private List<ChunkId> chunks() throws StoreException {
        return List.copyOf(node.store().files().list(container()));
    }

    private Path file(int index) throws StoreException {
        return node.store().files().find(chunks().get(index)).orElseThrow();
    }

    private long filemarksBefore(int object) {
        return objects.stream().limit(object).filter(o -> o.length == 0).count();
    }

    /** Reads everything; what is read is right. Returns which objects could not be read. */
    private List<Integer> readAll(Medium medium, String message) throws StoreException {
        List<Integer> unreadable = new ArrayList<>();
        byte[] buffer = new byte[20_000];
        medium.locate(0, 0);
        for (int object = 0; object < objects.size(); object++) {
            byte[] expected = objects.get(object);
            try {
                ReadOutcome outcome = medium.read(DataIn.of(buffer), 0, buffer.length);
                if (expected.length == 0) {
                    assertThat(outcome).as(message).isEqualTo(new ReadOutcome.Filemark());
                } else if (outcome instanceof ReadOutcome.Encrypted(EncodedBlock block)) {
                    assertThat(block.stored().toArray(ValueLayout.JAVA_BYTE))
                            .as(message)
                            .isEqualTo(expected);
                } else {
                    assertThat(outcome)
                            .as(message)
                            .isInstanceOfSatisfying(
                                    ReadOutcome.Block.class,
                                    block ->
                                            assertThat(block.lengthBytes())
                                                    .isEqualTo(expected.length));
                    assertThat(
                                    Arrays.equals(
                                            buffer,
                                            0,
                                            expected.length,
                                            expected,
                                            0,
                                            expected.length))
                            .as(message)
                            .isTrue();
                }
            } catch (StoreException.Corrupt | StoreException.Missing e) {
                unreadable.add(object);
            }
            assertThat(medium.position().objectNumber()).as(message).isEqualTo(object + 1);
        }
        assertThat(medium.position().fileNumber())
                .as(message)
                .isEqualTo(filemarksBefore(objects.size()));
        assertThat(medium.verify()).as(message).isEqualTo(new ReadOutcome.EndOfData());
        return unreadable;
    }

    @Test
    void flippedBitAnywhereIsNeverReadAsDataAndCostsOneObject() throws Exception {
        long seed = 7;
        Random random = new Random(seed);
        int lost = 0;
        for (int i = 0; i < 200; i++) {
            Path file = file(random.nextInt(chunks().size()));
            long bit = random.nextLong(8L * disk.content(file).length);
            boolean isHeader = bit < 8 * 4096;
            String message = "seed %d, bit %d of %s".formatted(seed, bit, file);
            disk.flipBit(file, bit);

            Medium medium = node.mount(VOLUME);
            List<Integer> unreadable = readAll(medium, message);
            medium.close();

            if (!isHeader) {
                assertThat(unreadable.size()).as(message).isLessThanOrEqualTo(1);
            }
            lost += unreadable.size();
            disk.flipBit(file, bit);
        }
        assertThat(lost).isPositive();
        Medium medium = node.mount(VOLUME);
        assertThat(readAll(medium, "repaired")).isEmpty();
        medium.close();
    }

    @Test
    void missingChunkCostsItsObjectsAndPositionsBehindItStayRight() throws Exception {
        for (int index = 0; index < chunks().size(); index++) {
            Path file = file(index);
            byte[] content = disk.content(file);
            disk.delete(file);

            Medium medium = node.mount(VOLUME);
            String message = "without " + file;
            List<Integer> unreadable = readAll(medium, message);
            assertThat(unreadable).as(message).isNotEmpty();
            int first = unreadable.getFirst();
            int last = unreadable.getLast();
            assertThat(last - first + 1).as(message).isEqualTo(unreadable.size());

            assertThat(medium.locate(0, last + 1)).as(message).isTrue();
            assertThat(medium.position())
                    .as(message)
                    .isEqualTo(new MediumPosition(0, last + 1, filemarksBefore(last + 1)));
            medium.locate(0, 0);
            assertThat(medium.spaceFilemarks(6).stop()).as(message).isEqualTo(Stop.COMPLETE);
            assertThat(medium.position().fileNumber()).as(message).isEqualTo(6);
            medium.locate(0, first);
            assertThat(medium.spaceFilemarks(-100).stop())
                    .as(message)
                    .isEqualTo(Stop.BEGINNING_OF_PARTITION);
            medium.locate(0, first);
            assertThatExceptionOfType(StoreException.Missing.class).isThrownBy(medium::verify);
            medium.close();
            disk.put(file, content);
        }
    }

    @Test
    void damagedMediumCanBeOverwrittenInTheMiddleOfTheDamage() throws Exception {
        Path file = file(2);
        disk.delete(file);
        Medium medium = node.mount(VOLUME);
        List<Integer> unreadable = readAll(medium, "");
        int at = unreadable.get(unreadable.size() / 2);
        medium.locate(0, at);
        byte[] block = MediumContractTest.bytes(999, 4000);
        medium.append(DataOut.of(block), 0, block.length);
        assertThat(medium.endOfData(0)).isEqualTo(at + 1);
        medium.locate(0, at);
        assertThat(medium.verify()).isEqualTo(new ReadOutcome.Block(4000));
        medium.locate(0, 0);
        for (int object = 0; object < unreadable.getFirst(); object++) {
            medium.verify();
        }
        assertThatExceptionOfType(StoreException.Missing.class).isThrownBy(medium::verify);
        medium.close();
    }

    @Test
    void chunkCutShortCostsItsEnd() throws Exception {
        Path file = file(1);
        byte[] content = disk.content(file);
        disk.put(file, Arrays.copyOf(content, content.length / 2));
        Medium medium = node.mount(VOLUME);
        List<Integer> unreadable = readAll(medium, "cut short");
        assertThat(unreadable).isNotEmpty();
        assertThat(unreadable.getLast() - unreadable.getFirst() + 1).isEqualTo(unreadable.size());
        medium.close();
    }

    @Test
    void chunkThatIsAnotherOneCostsItsObjects() throws Exception {
        disk.put(file(1), disk.content(file(2)));
        Medium medium = node.mount(VOLUME);
        assertThat(readAll(medium, "another chunk")).isNotEmpty();
        medium.close();
        assertThat(MediumCheck.run(node.catalog(), node.store(), node.io())).isNotEmpty();
    }
}
