package io.capstan.scsi.spc;

import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.SenseData;
import io.capstan.scsi.SenseKey;

/**
 * Ends the current command with CHECK CONDITION from wherever a decoder or handler finds the request illegal.
 *
 * <p>Design note: everywhere else outcomes are values. This is the one deliberate exception, because a decoder is a list
 * of checks at many depths, and handing a refusal up through each of them hides what is checked. It carries no stack
 * trace, costs about as much as an allocation, and is turned into a result in exactly one place, {@link
 * SpcDeviceServer#execute}. Nothing it passes on its way may have changed state: check first, then act.
 */
public final class CheckConditionException extends RuntimeException {

    private final transient SenseData sense;

    public CheckConditionException(SenseData sense) {
        super(null, null, false, false);
        this.sense = sense;
    }

    public static CheckConditionException of(SenseKey key, AdditionalSense additionalSense) {
        return new CheckConditionException(SenseData.of(key, additionalSense));
    }

    /** INVALID FIELD IN CDB that points at the byte and at the most significant bit of the field in it. */
    public static CheckConditionException invalidFieldInCdb(int offset, int bit) {
        return new CheckConditionException(SenseData.invalidFieldInCdb(offset, bit));
    }

    /** INVALID FIELD IN CDB that points at a field of whole bytes by its first. */
    public static CheckConditionException invalidFieldInCdb(int offset) {
        return new CheckConditionException(SenseData.invalidFieldInCdb(offset));
    }

    /** INVALID FIELD IN PARAMETER LIST that points at a field of whole bytes by its first. */
    public static CheckConditionException invalidFieldInParameterList(int offset) {
        return new CheckConditionException(SenseData.invalidFieldInParameterList(offset));
    }

    /** INVALID FIELD IN PARAMETER LIST that points at the byte and at the most significant bit of the field in it. */
    public static CheckConditionException invalidFieldInParameterList(int offset, int bit) {
        return new CheckConditionException(SenseData.invalidFieldInParameterList(offset, bit));
    }

    public static CheckConditionException parameterListLengthError() {
        return of(SenseKey.ILLEGAL_REQUEST, AdditionalSense.PARAMETER_LIST_LENGTH_ERROR);
    }

    /** The sense data the command ends with. */
    public SenseData sense() {
        return sense;
    }

    @Override
    public String getMessage() {
        return sense.toString();
    }
}
