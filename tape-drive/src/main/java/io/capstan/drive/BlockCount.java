package io.capstan.drive;

import io.capstan.medium.Medium;
import io.capstan.scsi.spc.CheckConditionException;

/**
 * How many blocks of which length a READ, WRITE or VERIFY is for.
 *
 * @param fixed whether lengths and residuals are in blocks, else in bytes
 * @param count blocks: any number in fixed block mode, else 1, or 0 to do nothing
 * @param lengthBytes of each block
 * @see "SSC-5, 4.2.10 Block modes"
 */
record BlockCount(boolean fixed, int count, int lengthBytes) {

    private static final int FIXED_BYTE = 1;
    private static final int FIXED_BIT = 0;
    private static final int TRANSFER_LENGTH_AT = 2;

    /**
     * @param blockLengthBytes of the block descriptor, 0 in variable block mode
     * @throws CheckConditionException if FIXED is set in variable block mode
     */
    static BlockCount of(boolean fixed, int transferLength, int blockLengthBytes) {
        if (!fixed) {
            return new BlockCount(false, transferLength == 0 ? 0 : 1, transferLength);
        }
        if (blockLengthBytes == 0) {
            throw CheckConditionException.invalidFieldInCdb(FIXED_BYTE, FIXED_BIT);
        }
        return new BlockCount(true, transferLength, blockLengthBytes);
    }

    /**
     * The same, for blocks that are written.
     *
     * @param informationLengthBytes of protection information, which travels with the block and is none of it
     */
    static BlockCount ofWrite(
            boolean fixed,
            int transferLength,
            int blockLengthBytes,
            int blockLengthMaxBytes,
            int informationLengthBytes) {
        BlockCount blocks = of(fixed, transferLength, blockLengthBytes);
        if (blocks.lengthBytes - informationLengthBytes
                > Math.min(blockLengthMaxBytes, Medium.BLOCK_LENGTH_MAX_BYTES)) {
            throw CheckConditionException.invalidFieldInCdb(TRANSFER_LENGTH_AT);
        }
        return blocks;
    }

    /** Bytes that travel. */
    long totalBytes() {
        return (long) count * lengthBytes;
    }

    /** Where block {@code index} lies in the buffer. */
    long offsetBytes(int index) {
        return (long) index * lengthBytes;
    }

    /**
     * Demands that what travels fits the transport's buffer: an initiator that sends or takes less than its CDB says is
     * mistaken about one of them, and neither half a block nor somebody else's bytes may reach the medium.
     */
    void checkBuffer(long bufferLengthBytes) {
        if (bufferLengthBytes < totalBytes()) {
            throw CheckConditionException.invalidFieldInCdb(TRANSFER_LENGTH_AT);
        }
    }

    /** INFORMATION after {@code done} blocks: what was asked for minus what was done, in the unit of the CDB. */
    long residual(int done) {
        return fixed ? count - done : (long) (count - done) * lengthBytes;
    }
}
