package io.capstan.iscsi;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntConsumer;

/**
 * The target's side of negotiating operational parameters: an answer for each key the initiator sends.
 *
 * <p>A key that the initiator does not send keeps the protocol's default. A value that makes no sense is answered {@code
 * Reject} and changes nothing.
 *
 * @see "RFC 7143, 6.2 and 13"
 */
final class OperationalNegotiation {

    static final String REJECT = "Reject";

    private static final String NOT_UNDERSTOOD = "NotUnderstood";
    private static final String IRRELEVANT = "Irrelevant";
    private static final String YES = "Yes";
    private static final String NO = "No";
    private static final int LENGTH_MIN_BYTES = 512;
    private static final int LENGTH_MAX_BYTES = (1 << 24) - 1;

    /** Answers, not offers. */
    private static final Set<String> ANSWERS = Set.of(REJECT, NOT_UNDERSTOOD, IRRELEVANT);

    private final IscsiLimits limits;

    private boolean headerDigest = SessionParameters.DEFAULTS.headerDigest();
    private boolean dataDigest = SessionParameters.DEFAULTS.dataDigest();
    private boolean initialR2t = SessionParameters.DEFAULTS.initialR2t();
    private boolean immediateData = SessionParameters.DEFAULTS.immediateData();
    private int initiatorDataSegmentMaxBytes =
            SessionParameters.DEFAULTS.initiatorDataSegmentMaxBytes();
    private int maxBurstBytes;
    private int firstBurstBytes;
    private int outstandingR2tMax = SessionParameters.DEFAULTS.outstandingR2tMax();
    private int time2WaitSeconds = SessionParameters.DEFAULTS.defaultTime2WaitSeconds();
    private int time2RetainSeconds = SessionParameters.DEFAULTS.defaultTime2RetainSeconds();

    OperationalNegotiation(IscsiLimits limits) {
        this.limits = limits;
        maxBurstBytes = SessionParameters.DEFAULTS.maxBurstBytes();
        firstBurstBytes = SessionParameters.DEFAULTS.firstBurstBytes();
    }

    /**
     * Takes a key the initiator sent.
     *
     * @return what to answer; empty for a declaration, which gets no answer
     */
    Optional<String> answer(String key, String value) {
        if (ANSWERS.contains(value)) {
            return Optional.empty();
        }
        return switch (key) {
            case "HeaderDigest" -> {
                String chosen = digest(value);
                headerDigest = chosen.equals("CRC32C");
                yield Optional.of(chosen);
            }
            case "DataDigest" -> {
                String chosen = digest(value);
                dataDigest = chosen.equals("CRC32C");
                yield Optional.of(chosen);
            }
            case "InitialR2T" -> either(value, limits.initialR2t(), true);
            case "ImmediateData" -> both(value, limits.immediateData());
            case "MaxRecvDataSegmentLength" ->
                    declared(value, bytes -> initiatorDataSegmentMaxBytes = bytes);
            case "MaxBurstLength" -> {
                OptionalInt offered = number(value, LENGTH_MIN_BYTES, LENGTH_MAX_BYTES);
                offered.ifPresent(bytes -> maxBurstBytes = Math.min(bytes, limits.maxBurstBytes()));
                yield answered(offered, maxBurstBytes);
            }
            case "FirstBurstLength" -> {
                OptionalInt offered = number(value, LENGTH_MIN_BYTES, LENGTH_MAX_BYTES);
                offered.ifPresent(
                        bytes -> firstBurstBytes = Math.min(bytes, limits.firstBurstBytes()));
                yield answered(offered, firstBurstBytes);
            }
            case "MaxOutstandingR2T" -> {
                OptionalInt offered = number(value, 1, 65_535);
                offered.ifPresent(
                        count -> outstandingR2tMax = Math.min(count, limits.outstandingR2tMax()));
                yield answered(offered, outstandingR2tMax);
            }
            case "DefaultTime2Wait" -> {
                OptionalInt offered = number(value, 0, 3600);
                offered.ifPresent(
                        seconds -> time2WaitSeconds = Math.max(seconds, time2WaitSeconds));
                yield answered(offered, time2WaitSeconds);
            }
            // Nothing of a session is kept once its connection is gone: there is no recovery.
            case "DefaultTime2Retain" -> {
                OptionalInt offered = number(value, 0, 3600);
                offered.ifPresent(seconds -> time2RetainSeconds = 0);
                yield answered(offered, 0);
            }
            case "MaxConnections" -> answered(number(value, 1, 65_535), 1);
            case "ErrorRecoveryLevel" -> answered(number(value, 0, 2), 0);
            case "DataPDUInOrder", "DataSequenceInOrder" -> either(value, true, false);
            case "iSCSIProtocolLevel" -> answered(number(value, 0, 31), 1);
            // RFC 3720, where markers existed; and RFC 7143, 13.25.
            case "IFMarker", "OFMarker" -> isBoolean(value) ? Optional.of(NO) : rejected();
            case "IFMarkInt", "OFMarkInt" -> Optional.of(IRRELEVANT);
            case "TaskReporting" -> Optional.of(choose(value, List.of("RFC3720")));
            default -> Optional.of(NOT_UNDERSTOOD);
        };
    }

    /** MaxRecvDataSegmentLength, which may also be declared anew by a text request; others may not. */
    Optional<String> redeclare(String value) {
        return declared(value, bytes -> initiatorDataSegmentMaxBytes = bytes);
    }

    SessionParameters result() {
        return new SessionParameters(
                headerDigest,
                dataDigest,
                initialR2t,
                immediateData,
                initiatorDataSegmentMaxBytes,
                limits.dataSegmentMaxBytes(),
                maxBurstBytes,
                // A first burst is part of a burst.
                Math.min(Math.min(firstBurstBytes, limits.firstBurstBytes()), maxBurstBytes),
                outstandingR2tMax,
                time2WaitSeconds,
                time2RetainSeconds);
    }

    private Optional<String> either(String value, boolean ours, boolean isInitialR2t) {
        if (!isBoolean(value)) {
            return rejected();
        }
        boolean result = ours || value.equals(YES);
        if (isInitialR2t) {
            initialR2t = result;
        }
        return Optional.of(result ? YES : NO);
    }

    private Optional<String> both(String value, boolean ours) {
        if (!isBoolean(value)) {
            return rejected();
        }
        immediateData = ours && value.equals(YES);
        return Optional.of(immediateData ? YES : NO);
    }

    private static Optional<String> declared(String value, IntConsumer take) {
        OptionalInt declared = number(value, LENGTH_MIN_BYTES, LENGTH_MAX_BYTES);
        declared.ifPresent(take);
        return declared.isPresent() ? Optional.empty() : rejected();
    }

    private static Optional<String> answered(OptionalInt offered, int result) {
        return offered.isPresent() ? Optional.of(Integer.toString(result)) : rejected();
    }

    private static Optional<String> rejected() {
        return Optional.of(REJECT);
    }

    private static boolean isBoolean(String value) {
        return value.equals(YES) || value.equals(NO);
    }

    private static String digest(String value) {
        return choose(value, List.of("CRC32C", "None"));
    }

    /** The first of the initiator's values that we support. */
    private static String choose(String offered, List<String> supported) {
        return Arrays.stream(offered.split(","))
                .filter(supported::contains)
                .findFirst()
                .orElse(REJECT);
    }

    /** A numerical value, decimal or hexadecimal. */
    static OptionalInt number(String value, int min, int max) {
        try {
            int number =
                    value.startsWith("0x") || value.startsWith("0X")
                            ? Integer.parseInt(value.substring(2), 16)
                            : Integer.parseInt(value);
            return number >= min && number <= max ? OptionalInt.of(number) : OptionalInt.empty();
        } catch (NumberFormatException e) {
            return OptionalInt.empty();
        }
    }
}
