package io.capstan.simulation;

import io.capstan.buffer.DataIn;
import io.capstan.format.EncodedBlock;
import io.capstan.medium.Medium;
import io.capstan.medium.ReadOutcome;
import io.capstan.medium.SimpleTape;
import io.capstan.store.StoreException;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * All that a cartridge holds.
 *
 * @param partitions objects of each, filemarks without bytes
 */
record Contents(List<List<byte[]>> partitions) {

    /** In the place of an object that could not be read. */
    static final byte[] UNREADABLE = {0};

    private static final int BLOCK_LENGTH_MAX = 16 * 1024;

    Contents {
        partitions = partitions.stream().map(List::copyOf).toList();
    }

    /** Reads all of a medium. */
    static Contents of(Medium medium) throws StoreException {
        return read(medium, false);
    }

    /** As {@link #of}, with {@link #UNREADABLE} for objects that are damaged. */
    static Contents ofDamaged(Medium medium) throws StoreException {
        return read(medium, true);
    }

    private static Contents read(Medium medium, boolean mayBeDamaged) throws StoreException {
        List<List<byte[]>> partitions = new ArrayList<>();
        for (int partition = 0; partition < medium.partitionCount(); partition++) {
            medium.locate(partition, 0);
            partitions.add(readPartition(medium, mayBeDamaged));
        }
        medium.locate(0, 0);
        return new Contents(partitions);
    }

    private static List<byte[]> readPartition(Medium medium, boolean mayBeDamaged)
            throws StoreException {
        List<byte[]> objects = new ArrayList<>();
        byte[] buffer = new byte[BLOCK_LENGTH_MAX];
        while (true) {
            try {
                switch (medium.read(DataIn.of(buffer), 0, buffer.length)) {
                    case ReadOutcome.Block block ->
                            objects.add(Arrays.copyOf(buffer, block.lengthBytes()));
                    case ReadOutcome.Encrypted(EncodedBlock block) ->
                            objects.add(block.stored().toArray(ValueLayout.JAVA_BYTE));
                    case ReadOutcome.Filemark() -> objects.add(SimpleTape.FILEMARK);
                    case ReadOutcome.EndOfData() -> {
                        return objects;
                    }
                }
            } catch (StoreException.Corrupt e) {
                if (!mayBeDamaged) {
                    throw e;
                }
                objects.add(UNREADABLE);
            }
        }
    }

    /** What the model holds, and what of it may have to be held after a crash: see {@link Medium}, Durability. */
    static List<Contents> acceptable(SimpleTape model) {
        List<Contents> all = new ArrayList<>();
        List<List<byte[]>> stable = new ArrayList<>();
        for (int partition = 0; partition < model.partitionCount(); partition++) {
            stable.add(model.synchronizedObjects(partition));
        }
        all.add(new Contents(stable));
        int partition = model.position().partition();
        List<byte[]> appended = model.objects(partition);
        int pending = (int) model.unsynchronizedObjects();
        for (int kept = 1; kept <= pending; kept++) {
            List<List<byte[]>> some = new ArrayList<>(stable);
            some.set(partition, appended.subList(0, appended.size() - pending + kept));
            all.add(new Contents(some));
        }
        return all;
    }

    static Contents of(SimpleTape model) {
        List<List<byte[]>> all = new ArrayList<>();
        for (int partition = 0; partition < model.partitionCount(); partition++) {
            all.add(model.objects(partition));
        }
        return new Contents(all);
    }

    boolean isSame(Contents other) {
        if (partitions.size() != other.partitions.size()) {
            return false;
        }
        for (int i = 0; i < partitions.size(); i++) {
            if (!Arrays.deepEquals(
                    partitions.get(i).toArray(), other.partitions.get(i).toArray())) {
                return false;
            }
        }
        return true;
    }

    /** How many objects are unreadable here; fails if any other is not what {@code expected} says. */
    @SuppressWarnings("ReferenceEquality") // a mark, which no content is
    int damageAgainst(Contents expected) {
        int damaged = 0;
        for (int i = 0; i < partitions.size(); i++) {
            List<byte[]> objects = partitions.get(i);
            if (objects.size() != expected.partitions.get(i).size()) {
                throw new AssertionError(describe() + " instead of " + expected.describe());
            }
            for (int j = 0; j < objects.size(); j++) {
                if (objects.get(j) == UNREADABLE) {
                    damaged++;
                } else if (!Arrays.equals(objects.get(j), expected.partitions.get(i).get(j))) {
                    throw new AssertionError("object " + i + ":" + j + " was read wrong");
                }
            }
        }
        return damaged;
    }

    /** Lengths of the objects, which tell contents apart. */
    String describe() {
        StringBuilder text = new StringBuilder();
        for (List<byte[]> objects : partitions) {
            text.append('[').append(objects.size()).append(':');
            objects.forEach(object -> text.append(' ').append(object.length));
            text.append(']');
        }
        return text.toString();
    }
}
