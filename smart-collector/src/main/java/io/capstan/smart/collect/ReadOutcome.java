package io.capstan.smart.collect;

/** What came of asking a device. */
public sealed interface ReadOutcome {

    record Read(Reading reading, ExitStatus status) implements ReadOutcome {}

    /** The disk sleeps and was left to. */
    record Standby() implements ReadOutcome {}

    /** The device did not answer within its time. */
    record TimedOut(long limitMillis) implements ReadOutcome {}

    /** The device, or the program, said no. */
    record Refused(String reason) implements ReadOutcome {}
}
