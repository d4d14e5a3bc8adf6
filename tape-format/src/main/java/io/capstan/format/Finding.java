package io.capstan.format;

import java.io.IOException;

/**
 * Something an operator should know about stored data, found while reading or verifying.
 *
 * @param subject the file, chunk, partition or cartridge it is about
 * @param text what was found
 */
public record Finding(Severity severity, String subject, String text) {

    /** How bad a finding is. */
    public enum Severity {
        /** Nothing is lost: an unsealed chunk, a torn tail, a file that does not belong here. */
        NOTE,
        /** Data or their order are lost or damaged. */
        DAMAGE
    }

    /** A note. */
    public static Finding note(String subject, String text) {
        return new Finding(Severity.NOTE, subject, text);
    }

    /** Damage. */
    public static Finding damage(String subject, String text) {
        return new Finding(Severity.DAMAGE, subject, text);
    }

    /** What a failure says, without repeating the subject it begins with. */
    public static String problem(String subject, IOException failure) {
        String message = failure.getMessage();
        if (message == null) {
            return failure.getClass().getSimpleName();
        }
        String prefix = subject + ": ";
        return message.startsWith(prefix) ? message.substring(prefix.length()) : message;
    }

    @Override
    public String toString() {
        return severity + " " + subject + ": " + text;
    }
}
