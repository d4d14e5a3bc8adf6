package io.capstan.iscsi;

/**
 * What initiator and target have agreed on; until they have, what the protocol says then.
 *
 * @param initiatorDataSegmentMaxBytes MaxRecvDataSegmentLength that the initiator declared
 * @param targetDataSegmentMaxBytes MaxRecvDataSegmentLength that the target declared
 * @param outstandingR2tMax MaxOutstandingR2T
 * @see "RFC 7143, 13 iSCSI Security Text Keys and Login/Text Operational Text Keys"
 */
record SessionParameters(
        boolean headerDigest,
        boolean dataDigest,
        boolean initialR2t,
        boolean immediateData,
        int initiatorDataSegmentMaxBytes,
        int targetDataSegmentMaxBytes,
        int maxBurstBytes,
        int firstBurstBytes,
        int outstandingR2tMax,
        int defaultTime2WaitSeconds,
        int defaultTime2RetainSeconds) {

    static final SessionParameters DEFAULTS =
            new SessionParameters(false, false, true, true, 8192, 8192, 262_144, 65_536, 1, 2, 20);
}
