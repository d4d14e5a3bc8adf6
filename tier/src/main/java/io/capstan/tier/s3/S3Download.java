package io.capstan.tier.s3;

import io.capstan.tier.ObjectKey;
import io.capstan.tier.TierException;
import io.capstan.tier.TierException.Reason;
import java.io.IOException;
import java.io.InputStream;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * The bytes of an object, or of a part of it. Where the connection breaks they are asked for again from there on, of the same
 * object.
 */
final class S3Download extends InputStream {

    private static final int RESUMED_MAX = 3;

    private final S3Calls calls;
    private final S3Options options;
    private final ObjectKey key;
    private final String name;

    private ResponseInputStream<GetObjectResponse> bytes;
    private long offsetBytes;
    private long leftBytes;
    private int resumedCount;

    private S3Download(
            S3Calls calls,
            S3Options options,
            ObjectKey key,
            String name,
            long offsetBytes,
            long lengthBytes)
            throws TierException {
        this.calls = calls;
        this.options = options;
        this.key = key;
        this.name = name;
        this.offsetBytes = offsetBytes;
        this.leftBytes = lengthBytes;
        this.bytes = ask(request());
    }

    /**
     * Asks for bytes and waits until they begin to come.
     *
     * @param name of the object in the bucket
     * @param lengthBytes 1 or more
     */
    static InputStream open(
            S3Calls calls,
            S3Options options,
            ObjectKey key,
            String name,
            long offsetBytes,
            long lengthBytes)
            throws TierException {
        return new S3Download(calls, options, key, name, offsetBytes, lengthBytes);
    }

    private GetObjectRequest.Builder request() {
        return GetObjectRequest.builder()
                .bucket(options.bucket())
                .key(name)
                .range("bytes=%d-%d".formatted(offsetBytes, offsetBytes + leftBytes - 1));
    }

    private ResponseInputStream<GetObjectResponse> ask(GetObjectRequest.Builder request)
            throws TierException {
        return calls.call(
                "read " + key,
                s3 ->
                        s3.getObject(
                                request.build(), AsyncResponseTransformer.toBlockingInputStream()));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] target, int offset, int lengthMax) throws IOException {
        if (leftBytes == 0) {
            return -1;
        }
        while (true) {
            try {
                int count = bytes.read(target, offset, (int) Math.min(lengthMax, leftBytes));
                if (count >= 0) {
                    offsetBytes += count;
                    leftBytes -= count;
                    return count;
                }
                goOn(new IOException("it ended %d bytes too early".formatted(leftBytes)));
            } catch (TierException e) {
                throw e;
            } catch (IOException | RuntimeException e) {
                goOn(e);
            }
        }
    }

    private void goOn(Exception fault) throws TierException {
        bytes.abort();
        if (resumedCount == RESUMED_MAX) {
            throw new TierException(
                    Reason.UNREACHABLE,
                    "%s: cannot read %s: %s".formatted(options.place(), key, fault.getMessage()),
                    fault);
        }
        resumedCount++;
        bytes = ask(request().ifMatch(bytes.response().eTag()));
    }

    /** Ends a transfer that is not over, rather than to wait for bytes that nobody wants. */
    @Override
    public void close() throws IOException {
        if (leftBytes > 0) {
            bytes.abort();
        } else {
            bytes.close();
        }
    }
}
