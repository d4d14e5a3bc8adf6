package io.capstan.simulation;

import io.capstan.medium.SimpleTape;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;

/** Random commands for a tape drive. */
final class Commands {

    /** Kinds of commands, and how many of a hundred each has when all are on alike. */
    enum Kind {
        WRITE(40),
        WRITE_FIXED(8),
        WRITE_FILEMARKS(10),
        SYNCHRONIZE(5),
        READ(12),
        VERIFY(2),
        SPACE(8),
        LOCATE(10),
        LOCATE_FILE(2),
        REWIND(3),
        END_OF_DATA(8),
        ERASE(2),
        FORMAT(1);

        final int share;

        Kind(int share) {
            this.share = share;
        }
    }

    /**
     * A command.
     *
     * @param interrupted what it may have come to if it did not come to its end, as a command for the model
     */
    record Command(Kind kind, String cdbHex, byte[] dataOut, int dataInBytes, String interrupted) {

        Command(Kind kind, String cdbHex) {
            this(kind, cdbHex, new byte[0], 0, cdbHex);
        }

        /** Whether all that was written before is on stable storage once this has ended well: SSC-5, buffered mode. */
        boolean isSynchronizing() {
            return switch (kind) {
                case WRITE, WRITE_FIXED, READ, VERIFY, END_OF_DATA -> false;
                case WRITE_FILEMARKS -> cdbHex.startsWith("10 00");
                case SPACE -> !isSpaceOverNothing();
                case SYNCHRONIZE, LOCATE, LOCATE_FILE, REWIND, ERASE, FORMAT -> true;
            };
        }

        /** Whether a drive may still have work to do for it when it has ended well. */
        boolean mayBeBuffered() {
            return kind == Kind.WRITE || kind == Kind.WRITE_FIXED;
        }

        /** SPACE(6) with COUNT 0 moves nothing, and so has nothing to wait for. */
        private boolean isSpaceOverNothing() {
            return cdbHex.startsWith("11 0") && cdbHex.startsWith("000000", 6);
        }

        @Override
        public String toString() {
            return kind + " " + cdbHex;
        }
    }

    private static final byte[] NO_DATA = {};

    private final Random random;
    private final Map<Kind, Integer> weights;
    private final int blockLengthMax;
    private final boolean isCompressible;

    Commands(Random random, Swarm swarm) {
        this.random = random;
        this.weights = swarm.commandWeights();
        this.blockLengthMax = swarm.blockLengthMax();
        this.isCompressible = swarm.isCompressible();
    }

    /**
     * @param tape what the cartridge holds
     * @param blockLengthBytes of the drive's mode parameters; 0 is variable
     */
    Command next(SimpleTape tape, int blockLengthBytes) {
        Kind kind = Swarm.pick(random, weights);
        return switch (kind) {
            case WRITE -> write();
            case WRITE_FIXED -> writeFixed(blockLengthBytes);
            case WRITE_FILEMARKS -> filemarks();
            case SYNCHRONIZE -> new Command(kind, "10 00 000000 00");
            case READ -> read(kind);
            case VERIFY -> new Command(kind, "13 08 %s 00".formatted(u24(random.nextInt(3))));
            case SPACE -> space();
            case LOCATE -> locate(tape);
            case LOCATE_FILE ->
                    new Command(
                            kind,
                            "92 0A 00 %02X %s 00 00 00 00"
                                    .formatted(partition(tape), u64(random.nextInt(6))));
            case REWIND -> new Command(kind, "01 00 00 00 00 00");
            case END_OF_DATA -> new Command(kind, "11 03 000000 00");
            case ERASE -> new Command(kind, "19 00 00 00 00 00");
            case FORMAT -> format(tape);
        };
    }

    private Command write() {
        int length = 1 + random.nextInt(random.nextInt(3) == 0 ? 60 : blockLengthMax);
        String cdb = "0A 00 %s 00".formatted(u24(length));
        return new Command(Kind.WRITE, cdb, bytes(length), 0, cdb);
    }

    private Command writeFixed(int blockLengthBytes) {
        int count = blockLengthBytes == 0 ? 0 : 1 + random.nextInt(4);
        String cdb = "0A 01 %s 00".formatted(u24(count));
        return new Command(Kind.WRITE_FIXED, cdb, bytes(count * blockLengthBytes), 0, cdb);
    }

    /** One that did not end has written some of its filemarks and need not have synchronized. */
    private Command filemarks() {
        int count = 1 + random.nextInt(3);
        boolean immediate = random.nextInt(3) == 0;
        return new Command(
                Kind.WRITE_FILEMARKS,
                "10 0%d %s 00".formatted(immediate ? 1 : 0, u24(count)),
                NO_DATA,
                0,
                "10 01 %s 00".formatted(u24(count)));
    }

    private Command read(Kind kind) {
        int length = random.nextInt(4) == 0 ? 1 + random.nextInt(500) : 10_000;
        String cdb = "08 0%d %s 00".formatted(random.nextBoolean() ? 2 : 0, u24(length));
        return new Command(kind, cdb, NO_DATA, length, cdb);
    }

    private Command space() {
        boolean filemarks = random.nextBoolean();
        int count = filemarks ? random.nextInt(-3, 4) : random.nextInt(-15, 16);
        return new Command(
                Kind.SPACE, "11 0%d %s 00".formatted(filemarks ? 1 : 0, u24(count & 0xFFFFFF)));
    }

    private Command locate(SimpleTape tape) {
        int partition = partition(tape);
        long object = random.nextLong(tape.endOfData(partition) + 2);
        return new Command(
                Kind.LOCATE, "92 02 00 %02X %s 00 00 00 00".formatted(partition, u64(object)));
    }

    /** Only where FORMAT MEDIUM is allowed; elsewhere the way there. */
    private Command format(SimpleTape tape) {
        boolean isAtBeginning =
                tape.position().partition() == 0 && tape.position().objectNumber() == 0;
        return isAtBeginning
                ? new Command(Kind.FORMAT, "04 00 01 00 00 00")
                : new Command(Kind.LOCATE, "92 02 00 00 %s 00 00 00 00".formatted(u64(0)));
    }

    private int partition(SimpleTape tape) {
        return random.nextInt(tape.partitionCount());
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        if (isCompressible && random.nextInt(10) > 0) {
            Arrays.fill(bytes, length / 8, length, (byte) length);
        }
        return bytes;
    }

    static String u24(int value) {
        return "%06X".formatted(value);
    }

    private static String u64(long value) {
        return "%016X".formatted(value);
    }
}
