package io.capstan.scsi.spc;

/**
 * What stands before the pages of MODE SENSE and MODE SELECT: medium type, the device-specific parameter and block
 * descriptors. A device server implements it; a changer takes {@link #NONE}.
 */
public interface ModeHeader {

    /** Bytes of a short block descriptor. */
    int BLOCK_DESCRIPTOR_BYTES = 8;

    /** No medium type, no device-specific parameter, no block descriptors; MODE SELECT may not bring any either. */
    ModeHeader NONE =
            new ModeHeader() {
                @Override
                public int mediumType() {
                    return 0;
                }

                @Override
                public int deviceSpecificParameter() {
                    return 0;
                }

                @Override
                public byte[] blockDescriptors(PageControl pageControl) {
                    return new byte[0];
                }

                @Override
                public void check(ModeSelectHeader selected) {
                    if (selected.hasBlockDescriptor()) {
                        throw selected.blockDescriptorsNotSupported();
                    }
                }

                @Override
                public boolean apply(ModeSelectHeader selected) {
                    return false;
                }
            };

    int mediumType();

    /** For a tape drive WP, BUFFERED MODE and SPEED. */
    int deviceSpecificParameter();

    /** None, or one of {@link #BLOCK_DESCRIPTOR_BYTES} bytes. */
    byte[] blockDescriptors(PageControl pageControl);

    /**
     * Judges what MODE SELECT wants to set, before anything changes.
     *
     * @throws CheckConditionException made by one of the methods of {@link ModeSelectHeader}
     */
    void check(ModeSelectHeader selected);

    /**
     * Sets what {@link #check} let pass.
     *
     * @return whether that changed anything for other I_T nexuses
     */
    boolean apply(ModeSelectHeader selected);
}
