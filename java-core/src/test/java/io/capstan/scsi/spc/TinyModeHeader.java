package io.capstan.scsi.spc;

import java.util.Arrays;

/** A mode header like a tape drive's: buffered mode, and one block descriptor with density and block length. */
final class TinyModeHeader implements ModeHeader {

    static final int DENSITY = 0x5E;

    int bufferedMode = 0x10;
    byte[] blockDescriptor = {DENSITY, 0, 0, 0, 0, 0, 0, 0};

    @Override
    public int mediumType() {
        return 0x88;
    }

    @Override
    public int deviceSpecificParameter() {
        return bufferedMode;
    }

    @Override
    public byte[] blockDescriptors(PageControl pageControl) {
        return pageControl == PageControl.CHANGEABLE
                ? new byte[] {0, 0, 0, 0, 0, -1, -1, -1}
                : blockDescriptor.clone();
    }

    @Override
    public void check(ModeSelectHeader selected) {
        if ((selected.deviceSpecificParameter() & 0x70) > 0x10) {
            throw selected.invalidDeviceSpecificParameter();
        }
        if (selected.hasBlockDescriptor()) {
            if (selected.densityCode() != DENSITY) {
                throw selected.invalidBlockDescriptor(0);
            }
            if (selected.blockLengthBytes() > 1 << 20) {
                throw selected.invalidBlockDescriptor(5);
            }
        }
    }

    @Override
    public boolean apply(ModeSelectHeader selected) {
        byte[] formerDescriptor = blockDescriptor;
        int formerMode = bufferedMode;
        bufferedMode = selected.deviceSpecificParameter() & 0x70;
        if (selected.hasBlockDescriptor()) {
            blockDescriptor = selected.blockDescriptor();
        }
        return formerMode != bufferedMode || !Arrays.equals(formerDescriptor, blockDescriptor);
    }
}
