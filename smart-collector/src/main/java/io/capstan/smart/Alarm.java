package io.capstan.smart;

/**
 * Something about a disk that a person should know.
 *
 * @param key unique among the alarms that stand: what it is about
 * @param disk id of the disk
 * @param value that a counter had when it was raised, or a probability in millionths; 0 where there is none
 * @param acknowledged whether a person has seen it; it is told of again only if the value grows
 */
public record Alarm(
        String key,
        String disk,
        Severity severity,
        String message,
        long value,
        long sinceSeconds,
        boolean acknowledged) {

    /** How urgent it is. */
    public enum Severity {
        INFORMATION,
        WARNING,
        CRITICAL
    }
}
