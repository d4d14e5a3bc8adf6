package io.capstan.scsi.spc;

/**
 * Mode parameter header and block descriptor that MODE SELECT brought.
 *
 * @param headerLengthBytes 4 for MODE SELECT(6), 8 for MODE SELECT(10)
 * @param blockDescriptor {@link ModeHeader#BLOCK_DESCRIPTOR_BYTES} bytes, or none
 */
public record ModeSelectHeader(
        int headerLengthBytes,
        int mediumType,
        int deviceSpecificParameter,
        byte[] blockDescriptor) {

    static final int HEADER_6_BYTES = 4;
    static final int HEADER_10_BYTES = 8;

    public ModeSelectHeader {
        blockDescriptor = blockDescriptor.clone();
    }

    public boolean hasBlockDescriptor() {
        return blockDescriptor.length > 0;
    }

    @Override
    public byte[] blockDescriptor() {
        return blockDescriptor.clone();
    }

    /** DENSITY CODE of the block descriptor. */
    public int densityCode() {
        return blockDescriptor[0] & 0xFF;
    }

    /** NUMBER OF BLOCKS of the block descriptor. */
    public int numberOfBlocks() {
        return ParameterListReader.of(blockDescriptor).u24(1);
    }

    /** BLOCK LENGTH of the block descriptor; 0 is variable block mode. */
    public int blockLengthBytes() {
        return ParameterListReader.of(blockDescriptor).u24(5);
    }

    /** Refuses byte {@code offset} of the block descriptor. */
    public CheckConditionException invalidBlockDescriptor(int offset) {
        return CheckConditionException.invalidFieldInParameterList(headerLengthBytes + offset);
    }

    public CheckConditionException invalidMediumType() {
        return CheckConditionException.invalidFieldInParameterList(isTenByte() ? 2 : 1);
    }

    public CheckConditionException invalidDeviceSpecificParameter() {
        return CheckConditionException.invalidFieldInParameterList(isTenByte() ? 3 : 2);
    }

    /** Refuses BLOCK DESCRIPTOR LENGTH. */
    public CheckConditionException blockDescriptorsNotSupported() {
        return CheckConditionException.invalidFieldInParameterList(isTenByte() ? 6 : 3);
    }

    private boolean isTenByte() {
        return headerLengthBytes == HEADER_10_BYTES;
    }
}
