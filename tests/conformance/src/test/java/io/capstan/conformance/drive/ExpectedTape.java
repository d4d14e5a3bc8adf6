package io.capstan.conformance.drive;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * What a tape drive must answer, told a second time and as plainly as possible: lists of byte arrays, an index, and the
 * rules of SSC. It shares no code with the drive or with the simple tape.
 */
final class ExpectedTape {

    /**
     * What a command must end with.
     *
     * @param outcome {@code GOOD}, or sense key and additional sense code
     * @param information INFORMATION, empty if VALID is zero
     */
    record Answer(String outcome, OptionalLong information, byte[] data) {

        static final Answer GOOD = new Answer("GOOD", OptionalLong.empty(), new byte[0]);

        static Answer good(byte[] data) {
            return new Answer("GOOD", OptionalLong.empty(), data);
        }

        static Answer of(String outcome) {
            return new Answer(outcome, OptionalLong.empty(), new byte[0]);
        }

        static Answer of(String outcome, long information) {
            return of(outcome, information, new byte[0]);
        }

        static Answer of(String outcome, long information, byte[] data) {
            return new Answer(outcome, OptionalLong.of(information), data);
        }
    }

    static final String FILEMARK_DETECTED = "00/00/01";
    static final String END_OF_PARTITION = "00/00/02";
    static final String BEGINNING_OF_PARTITION = "00/00/04";
    static final String END_OF_DATA = "08/00/05";
    static final String VOLUME_OVERFLOW = "0D/00/02";
    static final String INCORRECT_LENGTH = "00/00/00";
    static final String INVALID_FIELD = "05/24/00";

    private final long capacityBytes;
    private final List<List<byte[]>> partitions = new ArrayList<>();
    private int partition;
    private int at;
    private int blockLength;

    ExpectedTape(int partitionCount, long capacityBytes) {
        this.capacityBytes = capacityBytes;
        for (int i = 0; i < partitionCount; i++) {
            partitions.add(new ArrayList<>());
        }
    }

    // ---- what there is

    List<byte[]> objects(int ofPartition) {
        return partitions.get(ofPartition);
    }

    int partition() {
        return partition;
    }

    int at() {
        return at;
    }

    int blockLength() {
        return blockLength;
    }

    long filesBefore() {
        return tape().stream().limit(at).filter(ExpectedTape::isFilemark).count();
    }

    private List<byte[]> tape() {
        return partitions.get(partition);
    }

    private static boolean isFilemark(byte[] object) {
        return object.length == 0;
    }

    private long remainingBytes() {
        return capacityBytes - tape().stream().limit(at).mapToLong(object -> object.length).sum();
    }

    /** A small partition warns in its last quarter. */
    private boolean isPastEarlyWarning() {
        return remainingBytes() <= capacityBytes / 4;
    }

    private void append(byte[] object) {
        tape().subList(at, tape().size()).clear();
        tape().add(object);
        at++;
    }

    // ---- commands

    void setBlockLength(int lengthBytes) {
        blockLength = lengthBytes;
    }

    Answer write(byte[] block) {
        if (block.length == 0) {
            return Answer.GOOD;
        }
        if (remainingBytes() < block.length) {
            return Answer.of(VOLUME_OVERFLOW, block.length);
        }
        append(block);
        return isPastEarlyWarning() ? Answer.of(END_OF_PARTITION, 0) : Answer.GOOD;
    }

    Answer writeFixed(int count, byte[] data) {
        if (blockLength == 0) {
            return Answer.of(INVALID_FIELD);
        }
        for (int i = 0; i < count; i++) {
            if (remainingBytes() < blockLength) {
                return Answer.of(VOLUME_OVERFLOW, count - i);
            }
            append(Arrays.copyOfRange(data, i * blockLength, (i + 1) * blockLength));
        }
        return count > 0 && isPastEarlyWarning() ? Answer.of(END_OF_PARTITION, 0) : Answer.GOOD;
    }

    Answer writeFilemarks(int count) {
        for (int i = 0; i < count; i++) {
            append(new byte[0]);
        }
        return count > 0 && isPastEarlyWarning() ? Answer.of(END_OF_PARTITION, 0) : Answer.GOOD;
    }

    Answer read(int length, boolean suppressIncorrectLength) {
        if (length == 0) {
            return Answer.GOOD;
        }
        if (at == tape().size()) {
            return Answer.of(END_OF_DATA, length);
        }
        byte[] object = tape().get(at++);
        if (isFilemark(object)) {
            return Answer.of(FILEMARK_DETECTED, length);
        }
        byte[] data = Arrays.copyOf(object, Math.min(object.length, length));
        boolean tooLong = object.length > length;
        if (object.length == length
                || (suppressIncorrectLength && (!tooLong || blockLength == 0))) {
            return Answer.good(data);
        }
        return Answer.of(INCORRECT_LENGTH, (long) length - object.length, data);
    }

    /** With {@code deliver} off, VERIFY: the same without data. */
    Answer readFixed(int count, boolean deliver) {
        if (blockLength == 0) {
            return Answer.of(INVALID_FIELD);
        }
        byte[] data = new byte[0];
        for (int i = 0; i < count; i++) {
            if (at == tape().size()) {
                return Answer.of(END_OF_DATA, count - i, data);
            }
            byte[] object = tape().get(at++);
            if (isFilemark(object)) {
                return Answer.of(FILEMARK_DETECTED, count - i, data);
            }
            if (object.length != blockLength) {
                return Answer.of(INCORRECT_LENGTH, count - i, data);
            }
            if (deliver) {
                data = Arrays.copyOf(data, data.length + blockLength);
                System.arraycopy(object, 0, data, data.length - blockLength, blockLength);
            }
        }
        return Answer.good(data);
    }

    Answer spaceBlocks(int count) {
        int step = Integer.signum(count);
        for (int left = Math.abs(count); left > 0; left--) {
            if (step > 0 && at == tape().size()) {
                return Answer.of(END_OF_DATA, left);
            }
            if (step < 0 && at == 0) {
                return Answer.of(BEGINNING_OF_PARTITION, left);
            }
            byte[] crossed = tape().get(step > 0 ? at : at - 1);
            at += step;
            if (isFilemark(crossed)) {
                return Answer.of(FILEMARK_DETECTED, left);
            }
        }
        return Answer.GOOD;
    }

    Answer spaceFilemarks(int count) {
        int step = Integer.signum(count);
        int left = Math.abs(count);
        while (left > 0) {
            if (step > 0 && at == tape().size()) {
                return Answer.of(END_OF_DATA, left);
            }
            if (step < 0 && at == 0) {
                return Answer.of(BEGINNING_OF_PARTITION, left);
            }
            left -= isFilemark(tape().get(step > 0 ? at : at - 1)) ? 1 : 0;
            at += step;
        }
        return Answer.GOOD;
    }

    Answer spaceToEndOfData() {
        at = tape().size();
        return Answer.GOOD;
    }

    Answer locate(int toPartition, int object) {
        if (toPartition >= partitions.size()) {
            return Answer.of(INVALID_FIELD);
        }
        partition = toPartition;
        at = Math.min(object, tape().size());
        return at == object ? Answer.GOOD : Answer.of(END_OF_DATA);
    }

    Answer locateFile(int toPartition, int file) {
        if (toPartition >= partitions.size()) {
            return Answer.of(INVALID_FIELD);
        }
        partition = toPartition;
        at = 0;
        int left = file;
        while (left > 0 && at < tape().size()) {
            left -= isFilemark(tape().get(at++)) ? 1 : 0;
        }
        return left == 0 ? Answer.GOOD : Answer.of(END_OF_DATA);
    }

    Answer rewind() {
        at = 0;
        return Answer.GOOD;
    }

    Answer erase() {
        tape().subList(at, tape().size()).clear();
        return Answer.GOOD;
    }

    Answer verifyByFilemarks(int count) {
        return spaceFilemarks(count);
    }
}
