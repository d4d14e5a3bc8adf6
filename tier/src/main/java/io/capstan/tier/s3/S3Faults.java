package io.capstan.tier.s3;

import io.capstan.tier.TierException;
import io.capstan.tier.TierException.Reason;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;

/**
 * What the store's errors mean for operators.
 *
 * @see "Amazon S3 API Reference, Error Responses"
 */
final class S3Faults {

    private static final Set<String> DENIED =
            Set.of(
                    "AccessDenied",
                    "AccountProblem",
                    "AllAccessDisabled",
                    "AuthFailure",
                    "ExpiredToken",
                    "InvalidAccessKeyId",
                    "InvalidSecurity",
                    "InvalidToken",
                    "NotSignedUp",
                    "RequestExpired",
                    "RequestTimeTooSkewed",
                    "SignatureDoesNotMatch",
                    "TokenRefreshRequired",
                    "UnrecognizedClientException");
    private static final Set<String> FULL =
            Set.of(
                    "QuotaExceeded",
                    "InsufficientCapacity",
                    "InsufficientStorage",
                    "ServiceQuotaExceededException",
                    "XMinioAdminBucketQuotaExceeded",
                    "XMinioStorageFull");
    private static final Set<String> CORRUPT =
            Set.of("BadDigest", "InvalidDigest", "XAmzContentChecksumMismatch");

    private static final int NOT_FOUND = 404;
    private static final int FORBIDDEN = 403;
    private static final int UNAUTHORIZED = 401;
    private static final int INSUFFICIENT_STORAGE = 507;

    private S3Faults() {}

    /** The fault inside what a future throws. */
    static Throwable causeOf(Throwable thrown) {
        Throwable cause = thrown;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** Whether there is no such object, as far as the answer tells: to a HEAD that may be the bucket too. */
    static boolean isNotFound(Throwable fault) {
        return hasStatusNotFound(fault) && !hasCode(fault, "NoSuchBucket");
    }

    /** Whether what was asked for is not there, be it an object or the bucket. */
    static boolean hasStatusNotFound(Throwable fault) {
        return fault instanceof AwsServiceException e && e.statusCode() == NOT_FOUND;
    }

    static boolean hasCode(Throwable fault, String code) {
        return fault instanceof AwsServiceException e && code(e).equals(code);
    }

    private static String code(AwsServiceException fault) {
        return fault.awsErrorDetails() == null || fault.awsErrorDetails().errorCode() == null
                ? ""
                : fault.awsErrorDetails().errorCode();
    }

    /**
     * @param place which tier
     * @param what it was asked for
     */
    static TierException translate(String place, String what, Throwable thrown) {
        Throwable fault = causeOf(thrown);
        if (fault instanceof TierException already) {
            return already;
        }
        return new TierException(
                reasonOf(fault), "%s: cannot %s: %s".formatted(place, what, textOf(fault)), fault);
    }

    private static Reason reasonOf(Throwable fault) {
        if (!(fault instanceof AwsServiceException service)) {
            return isOfCredentials(fault) ? Reason.DENIED : Reason.UNREACHABLE;
        }
        String code = code(service);
        int status = service.statusCode();
        if (FULL.contains(code) || status == INSUFFICIENT_STORAGE) {
            return Reason.FULL;
        }
        if (CORRUPT.contains(code)) {
            return Reason.CORRUPT;
        }
        if (DENIED.contains(code)) {
            return Reason.DENIED;
        }
        if (code.equals("NoSuchBucket") || code.equals("PermanentRedirect")) {
            return Reason.NOT_THERE;
        }
        if (code.isEmpty() && (status == FORBIDDEN || status == UNAUTHORIZED)) {
            return Reason.DENIED;
        }
        return status >= 500 ? Reason.UNREACHABLE : Reason.FAILED;
    }

    /** The SDK has no type for credentials that it does not find. */
    private static boolean isOfCredentials(Throwable fault) {
        return fault instanceof SdkClientException
                && String.valueOf(fault.getMessage())
                        .toLowerCase(Locale.ROOT)
                        .contains("credentials");
    }

    /** No request is quoted, so no signature and no key gets into a message. */
    private static String textOf(Throwable fault) {
        if (fault instanceof AwsServiceException service) {
            return "%s (%s)".formatted(said(service), statusOf(service));
        }
        if (fault instanceof CancellationException) {
            return "the tier was closed";
        }
        String message = String.valueOf(fault.getMessage());
        String root = rootOf(fault);
        return message.contains(root) ? message : message + ": " + root;
    }

    private static String rootOf(Throwable fault) {
        Throwable root = fault;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }

    private static String said(AwsServiceException fault) {
        String message =
                fault.awsErrorDetails() == null ? null : fault.awsErrorDetails().errorMessage();
        return message == null || message.isBlank() ? "refused" : message;
    }

    private static String statusOf(AwsServiceException fault) {
        String code = code(fault);
        return code.isEmpty() ? "status " + fault.statusCode() : code;
    }
}
