package io.capstan.medium;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.buffer.DataIn;
import io.capstan.buffer.DataOut;
import io.capstan.format.BlockCipher;
import io.capstan.format.BlockEncoder;
import io.capstan.format.DataKey;
import io.capstan.format.EncodedBlock;
import io.capstan.format.EncryptionDescription;
import io.capstan.store.StoreException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntFunction;

/** Does random things to a medium and to a simple tape alike, and finds every difference. */
final class RandomTape {

    /** A difference is told with what was done last. */
    private static final int LOG_LENGTH = 30;

    private final Random random;
    private static final BlockCipher CIPHER =
            new BlockCipher(
                    new DataKey(new byte[DataKey.LENGTH_BYTES]),
                    new byte[BlockCipher.SALT_LENGTH_BYTES]);

    private final BlockEncoder encoder = new BlockEncoder();
    private final List<String> log = new ArrayList<>();
    private Medium medium;
    private SimpleTape model;

    /** What may be there or not if the step under way does not come to its end. */
    private List<List<List<byte[]>>> outcomes = List.of();

    RandomTape(Random random, Medium medium, SimpleTape model) {
        this.random = random;
        this.medium = medium;
        this.model = model;
    }

    Medium medium() {
        return medium;
    }

    SimpleTape model() {
        return model;
    }

    void continueWith(Medium next, SimpleTape nextModel) {
        note("mounted again");
        medium = next;
        model = nextModel;
    }

    /** Does one thing. What storage throws comes through before the model has done it. */
    void step() throws StoreException {
        outcomes = List.of();
        int dice = random.nextInt(100);
        if (dice < 40) {
            append();
        } else if (dice < 50) {
            appendFilemarks();
        } else if (dice < 60) {
            read(1 + random.nextInt(8));
        } else if (dice < 65) {
            synchronize();
        } else if (dice < 93) {
            move();
        } else if (dice < 95) {
            erase();
        } else if (dice < 96) {
            format();
        } else {
            attribute();
        }
    }

    private interface Action {
        void run() throws StoreException;
    }

    private void change(String text, Action real, Action simple) throws StoreException {
        note(text);
        real.run();
        simple.run();
    }

    private void append() throws StoreException {
        int count = 1 + random.nextInt(6);
        for (int i = 0; i < count; i++) {
            byte[] block = randomBlock();
            // The bytes decide, so that a model made of them knows too.
            Optional<EncodedBlock> compressed =
                    block[0] % 2 == 0 ? compress(block) : Optional.empty();
            if (block[0] % 8 == 1) {
                EncodedBlock encrypted = encrypt(block).copy();
                change(
                        "append encrypted " + block.length,
                        () -> medium.append(encrypted),
                        () -> model.append(encrypted));
                continue;
            }
            if (compressed.isPresent()) {
                change(
                        "append compressed " + block.length,
                        () -> medium.append(compressed.get()),
                        () -> model.append(compressed.get()));
                continue;
            }
            change(
                    "append " + block.length,
                    () -> medium.append(DataOut.of(block), 0, block.length),
                    () -> model.append(DataOut.of(block), 0, block.length));
        }
    }

    private EncodedBlock encrypt(byte[] block) {
        return encoder.encrypt(
                List.of(MemorySegment.ofArray(block)),
                block.length,
                0,
                random.nextBoolean(),
                CIPHER,
                new EncryptionDescription(new byte[0], new byte[] {1, 2, 3}, false, false));
    }

    private static boolean isSame(EncodedBlock one, EncodedBlock other) {
        return one.logicalLengthBytes() == other.logicalLengthBytes()
                && one.compression() == other.compression()
                && one.encryption() == other.encryption()
                && one.extension().mismatch(other.extension()) < 0
                && one.stored().mismatch(other.stored()) < 0;
    }

    private Optional<EncodedBlock> compress(byte[] block) {
        return encoder.compress(List.of(MemorySegment.ofArray(block)), block.length, 0);
    }

    /** Half of the blocks are mostly zeros. */
    private byte[] randomBlock() {
        byte[] block = new byte[randomLength()];
        random.nextBytes(block);
        if (random.nextBoolean()) {
            Arrays.fill(block, block.length / 4, block.length, (byte) 0);
        }
        return block;
    }

    private int randomLength() {
        return switch (random.nextInt(10)) {
            case 0 -> 1 + random.nextInt(4);
            case 1, 2 -> 512 * (1 + random.nextInt(8));
            case 3 -> 1 + random.nextInt(100_000);
            default -> 1 + random.nextInt(6000);
        };
    }

    private void appendFilemarks() throws StoreException {
        int count = random.nextInt(30) == 0 ? 200 : 1 + random.nextInt(3);
        outcomes = withFilemarks(count);
        change(
                "filemarks " + count,
                () -> medium.appendFilemarks(count),
                () -> model.appendFilemarks(count));
    }

    private void synchronize() throws StoreException {
        change("synchronize", medium::synchronize, model::synchronize);
    }

    private void move() throws StoreException {
        int partition = random.nextInt(model.partitionCount());
        long endOfData = model.endOfData(partition);
        switch (random.nextInt(7)) {
            case 0, 1 -> {
                long to = random.nextLong(endOfData + 3);
                note("locate " + partition + ":" + to);
                boolean found = medium.locate(partition, to);
                assertThat(found).as(this::history).isEqualTo(model.locate(partition, to));
            }
            case 2 -> {
                long to = random.nextLong(6);
                note("locate file " + partition + ":" + to);
                boolean found = medium.locateFile(partition, to);
                assertThat(found).as(this::history).isEqualTo(model.locateFile(partition, to));
            }
            case 3 -> {
                long count = random.nextLong(-20, 21);
                note("space blocks " + count);
                SpaceOutcome outcome = medium.spaceBlocks(count);
                assertThat(outcome).as(this::history).isEqualTo(model.spaceBlocks(count));
            }
            case 4 -> {
                long count = random.nextLong(-3, 4);
                note("space filemarks " + count);
                SpaceOutcome outcome = medium.spaceFilemarks(count);
                assertThat(outcome).as(this::history).isEqualTo(model.spaceFilemarks(count));
            }
            default -> change("end of data", medium::spaceToEndOfData, model::spaceToEndOfData);
        }
    }

    private void erase() throws StoreException {
        List<List<byte[]>> erased = content(model::objects);
        int partition = model.position().partition();
        int end = (int) model.position().objectNumber();
        erased.set(partition, erased.get(partition).subList(0, end));
        outcomes = List.of(erased);
        change("erase", medium::erase, model::erase);
    }

    private void format() throws StoreException {
        List<Long> layout = new ArrayList<>();
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            layout.add(1_000_000L + random.nextInt(1_000_000));
        }
        outcomes = List.of(layout.stream().map(bytes -> List.<byte[]>of()).toList());
        change("format " + layout, () -> medium.format(layout), () -> model.format(layout));
    }

    private void attribute() {
        byte[] value = new byte[random.nextInt(40)];
        random.nextBytes(value);
        AttributeStore.Attribute attribute =
                new AttributeStore.Attribute(
                        0, 0x1400 + random.nextInt(4), AttributeStore.Format.BINARY, value);
        medium.attributes().put(attribute);
        model.attributes().put(attribute);
        note("attribute");
    }

    private void read(int count) throws StoreException {
        note("read " + count);
        for (int i = 0; i < count; i++) {
            int lengthMax = random.nextInt(4) == 0 ? random.nextInt(3000) : 100_000;
            byte[] real = new byte[lengthMax];
            byte[] simple = new byte[lengthMax];
            ReadOutcome outcome = medium.read(DataIn.of(real), 0, lengthMax);
            ReadOutcome expected = model.read(DataIn.of(simple), 0, lengthMax);
            if (outcome instanceof ReadOutcome.Encrypted(EncodedBlock block)
                    && expected instanceof ReadOutcome.Encrypted(EncodedBlock expectedBlock)) {
                assertThat(isSame(block, expectedBlock)).as(this::history).isTrue();
            } else {
                assertThat(outcome).as(this::history).isEqualTo(expected);
            }
            assertThat(Arrays.equals(real, simple)).as(this::history).isTrue();
        }
    }

    /** Compares all that can be seen without reading. */
    void compareState() {
        assertThat(medium.position()).as(this::history).isEqualTo(model.position());
        assertThat(medium.partitionCount()).as(this::history).isEqualTo(model.partitionCount());
        for (int p = 0; p < model.partitionCount(); p++) {
            assertThat(medium.endOfData(p)).as(this::history).isEqualTo(model.endOfData(p));
            assertThat(medium.usedBytes(p)).as(this::history).isEqualTo(model.usedBytes(p));
            assertThat(medium.capacityBytes(p)).as(this::history).isEqualTo(model.capacityBytes(p));
        }
        assertThat(medium.remainingBytes()).as(this::history).isEqualTo(model.remainingBytes());
        assertThat(medium.unsynchronizedObjects())
                .as(this::history)
                .isEqualTo(model.unsynchronizedObjects());
        assertThat(medium.unsynchronizedBytes())
                .as(this::history)
                .isEqualTo(model.unsynchronizedBytes());
    }

    /**
     * What the cartridge may hold after the step under way failed and the node crashed: what was synchronized, and any
     * number of the objects appended since; or what the step was about to make of it.
     */
    List<List<List<byte[]>>> acceptable() {
        List<List<List<byte[]>>> all = new ArrayList<>(outcomes);
        List<List<byte[]>> stable = content(model::synchronizedObjects);
        all.add(stable);
        int partition = model.position().partition();
        List<byte[]> appended = model.objects(partition);
        for (long kept = 1; kept <= model.unsynchronizedObjects(); kept++) {
            List<List<byte[]>> some = new ArrayList<>(stable);
            some.set(
                    partition,
                    appended.subList(
                            0, (int) (appended.size() - model.unsynchronizedObjects() + kept)));
            all.add(some);
        }
        return all;
    }

    private List<List<List<byte[]>>> withFilemarks(int count) {
        List<List<List<byte[]>>> all = new ArrayList<>();
        int partition = model.position().partition();
        List<byte[]> objects =
                new ArrayList<>(
                        model.objects(partition).subList(0, (int) model.position().objectNumber()));
        for (int i = 0; i < count; i++) {
            objects.add(SimpleTape.FILEMARK);
            List<List<byte[]>> some = content(model::objects);
            some.set(partition, List.copyOf(objects));
            all.add(some);
        }
        return all;
    }

    private List<List<byte[]>> content(IntFunction<List<byte[]>> ofPartition) {
        List<List<byte[]>> content = new ArrayList<>();
        for (int p = 0; p < model.partitionCount(); p++) {
            content.add(ofPartition.apply(p));
        }
        return content;
    }

    void note(String text) {
        log.add(text);
        if (log.size() > LOG_LENGTH) {
            log.removeFirst();
        }
    }

    String history() {
        return "after " + log;
    }

    /** All objects of a medium, a list a partition; leaves it at the beginning. */
    static List<List<byte[]>> contentOf(Medium medium) throws StoreException {
        List<List<byte[]>> content = new ArrayList<>();
        byte[] buffer = new byte[128 * 1024];
        for (int partition = 0; partition < medium.partitionCount(); partition++) {
            List<byte[]> objects = new ArrayList<>();
            medium.locate(partition, 0);
            boolean isAtEnd = false;
            while (!isAtEnd) {
                switch (medium.read(DataIn.of(buffer), 0, buffer.length)) {
                    case ReadOutcome.Block(int lengthBytes, int _, int _) ->
                            objects.add(Arrays.copyOf(buffer, lengthBytes));
                    case ReadOutcome.Encrypted(EncodedBlock block) ->
                            objects.add(block.stored().toArray(ValueLayout.JAVA_BYTE));
                    case ReadOutcome.Filemark() -> objects.add(SimpleTape.FILEMARK);
                    case ReadOutcome.EndOfData() -> isAtEnd = true;
                }
            }
            content.add(objects);
        }
        medium.locate(0, 0);
        return content;
    }

    static boolean isSame(List<List<byte[]>> one, List<List<byte[]>> other) {
        if (one.size() != other.size()) {
            return false;
        }
        for (int partition = 0; partition < one.size(); partition++) {
            if (!Arrays.deepEquals(one.get(partition).toArray(), other.get(partition).toArray())) {
                return false;
            }
        }
        return true;
    }

    /** Lengths of the objects of each partition, which is what tells contents apart in a message. */
    static String describe(List<List<byte[]>> content) {
        StringBuilder text = new StringBuilder();
        for (List<byte[]> objects : content) {
            text.append(objects.size()).append(" objects ");
            objects.stream().limit(200).forEach(o -> text.append(o.length).append(' '));
        }
        return text.toString();
    }
}
