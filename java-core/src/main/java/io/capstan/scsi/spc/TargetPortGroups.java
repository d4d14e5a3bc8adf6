package io.capstan.scsi.spc;

/**
 * The response to REPORT TARGET PORT GROUPS of a logical unit that every port reaches alike: one group, always
 * active/optimized, with the one relative target port that transports show.
 *
 * @see "SPC-4, 6.30 REPORT TARGET PORT GROUPS command; 5.16 Target port group access states"
 */
final class TargetPortGroups {

    private static final int EXTENDED_HEADER = 1;
    private static final int PARAMETER_DATA_FORMAT_BIT = 7;
    private static final int ACTIVE_OPTIMIZED = 0x00;
    private static final int ACTIVE_OPTIMIZED_SUPPORTED = 0x01;
    private static final int GROUP = 1;
    private static final int RELATIVE_TARGET_PORT = 1;

    private TargetPortGroups() {}

    /**
     * @param parameterDataFormat 0 for a header of the length alone, 1 for the extended header
     */
    static byte[] report(int parameterDataFormat) {
        if (parameterDataFormat > EXTENDED_HEADER) {
            throw CheckConditionException.invalidFieldInCdb(1, PARAMETER_DATA_FORMAT_BIT);
        }
        ResponseBuilder response = new ResponseBuilder().u32(0);
        if (parameterDataFormat == EXTENDED_HEADER) {
            response.u8(EXTENDED_HEADER << 4).u8(0).u16(0);
        }
        return response.u8(ACTIVE_OPTIMIZED)
                .u8(ACTIVE_OPTIMIZED_SUPPORTED)
                .u16(GROUP)
                .zeros(3)
                .u8(1)
                .u16(0)
                .u16(RELATIVE_TARGET_PORT)
                .putLengthU32(0)
                .toByteArray();
    }
}
