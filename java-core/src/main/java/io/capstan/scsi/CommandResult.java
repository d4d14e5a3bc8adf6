package io.capstan.scsi;

import java.util.Optional;

/**
 * How a command ended: status and, with CHECK CONDITION, sense data. Data-In travels in the task's {@code DataIn}.
 *
 * @see "SAM-6, 5.1 The Execute Command procedure call"
 */
public record CommandResult(Status status, Optional<SenseData> sense) {

    public static final CommandResult GOOD = new CommandResult(Status.GOOD, Optional.empty());

    public CommandResult {
        if (sense.isPresent() != (status == Status.CHECK_CONDITION)) {
            throw new IllegalArgumentException(
                    "sense data goes with CHECK CONDITION, and only with it");
        }
    }

    public static CommandResult checkCondition(SenseData sense) {
        return new CommandResult(Status.CHECK_CONDITION, Optional.of(sense));
    }

    public static CommandResult checkCondition(SenseKey key, AdditionalSense additionalSense) {
        return checkCondition(SenseData.of(key, additionalSense));
    }

    /** A status that carries no sense data. */
    public static CommandResult of(Status status) {
        return new CommandResult(status, Optional.empty());
    }
}
