package io.capstan.iscsi;

/**
 * What the target offers, and what it lets initiators take. A hostile initiator gets no more than this.
 *
 * @param dataSegmentMaxBytes longest data segment that is received, declared as MaxRecvDataSegmentLength
 * @param firstBurstBytes most unsolicited data of a command
 * @param maxBurstBytes most data that one R2T asks for
 * @param outstandingR2tMax R2Ts of one command at one time
 * @param initialR2t whether every byte of Data-Out must be asked for
 * @param immediateData whether a command may bring data along
 * @param commandDataMaxBytes most data of one command
 * @param commandsMax commands of one session at one time
 * @param sessionsMax sessions of the node
 * @param connectionsMax connections of the node, those that log in included
 * @param dataMaxBytes memory for the data of all commands
 * @param loginTimeoutSeconds until a connection must be logged in
 * @param idleSeconds after which an initiator that is silent is asked whether it is still there
 * @param replyTimeoutSeconds until it must have answered, and until a connection must take or bring what was begun
 */
public record IscsiLimits(
        int dataSegmentMaxBytes,
        int firstBurstBytes,
        int maxBurstBytes,
        int outstandingR2tMax,
        boolean initialR2t,
        boolean immediateData,
        int commandDataMaxBytes,
        int commandsMax,
        int sessionsMax,
        int connectionsMax,
        long dataMaxBytes,
        int loginTimeoutSeconds,
        int idleSeconds,
        int replyTimeoutSeconds) {

    /** Largest length that the protocol's 24 bits can say, down to a multiple of 4 KiB. */
    public static final int LENGTH_MAX_BYTES = (1 << 24) - 4096;

    /**
     * Blocks of 1 MiB come with their command and need no R2T; a burst takes the largest block of a drive and more.
     */
    public static final IscsiLimits DEFAULTS =
            new IscsiLimits(
                    1 << 20,
                    1 << 20,
                    LENGTH_MAX_BYTES,
                    8,
                    false,
                    true,
                    1 << 24,
                    64,
                    256,
                    512,
                    512L << 20,
                    15,
                    30,
                    30);

    public IscsiLimits {
        checkRange("dataSegmentMaxBytes", dataSegmentMaxBytes, 8192, LENGTH_MAX_BYTES);
        checkRange("firstBurstBytes", firstBurstBytes, 512, LENGTH_MAX_BYTES);
        checkRange("maxBurstBytes", maxBurstBytes, firstBurstBytes, LENGTH_MAX_BYTES);
        checkRange("outstandingR2tMax", outstandingR2tMax, 1, 64);
        checkRange("commandDataMaxBytes", commandDataMaxBytes, 1 << 20, 1 << 30);
        checkRange("commandsMax", commandsMax, 1, 1024);
    }

    /** Memory for the data of one session's commands: a part of all, and enough for two commands of any length. */
    long sessionDataMaxBytes() {
        return Math.max(dataMaxBytes / 8, 2L * commandDataMaxBytes);
    }

    private static void checkRange(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    "%s %d is not within %d to %d".formatted(name, value, min, max));
        }
    }
}
