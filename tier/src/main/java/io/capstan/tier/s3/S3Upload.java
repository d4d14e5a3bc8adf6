package io.capstan.tier.s3;

import io.capstan.catalog.ChunkDigest;
import io.capstan.format.FileSource;
import io.capstan.tier.ObjectKey;
import io.capstan.tier.TierException;
import io.capstan.tier.TierException.Reason;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.ListPartsResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * One object on its way to the store: whole, or in parts of which a few are under way at once.
 *
 * <p>Parts that arrived stay with the store when it fails, and are not sent again by the next upload of the same key. When
 * the content is at fault they are given up.
 */
final class S3Upload {

    private static final Logger LOG = LoggerFactory.getLogger(S3Upload.class);

    private static final int PARTS_AT_ONCE = 3;

    private final S3Calls calls;
    private final S3Options options;
    private final S3Options.StorageClass storageClass;
    private final Optional<S3Options.Lock> lock;
    private final String name;
    private final ObjectKey key;

    private boolean isConfirmed = true;
    private long sentBytes;

    /**
     * @param name of the object in the bucket
     * @param key of the object in the tier, for messages
     */
    S3Upload(
            S3Calls calls,
            S3Options options,
            S3Options.StorageClass storageClass,
            Optional<S3Options.Lock> lock,
            String name,
            ObjectKey key) {
        this.calls = calls;
        this.options = options;
        this.storageClass = storageClass;
        this.lock = lock;
        this.name = name;
        this.key = key;
    }

    /** Whether the store has said the checksums of all it got, and they are right. */
    boolean isConfirmed() {
        return isConfirmed;
    }

    /**
     * Sends the object.
     *
     * @return bytes that were sent
     */
    long run(FileSource content, ChunkDigest sha256, InstantSource clock) throws IOException {
        if (content.lengthBytes() <= options.partBytes()) {
            putWhole(content, sha256, clock);
        } else {
            putParts(content, sha256, clock);
        }
        return sentBytes;
    }

    static MessageDigest sha256() {
        return digest("SHA-256");
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(byte[] digest) {
        return Base64.getEncoder().encodeToString(digest);
    }

    private byte[] read(FileSource content, long offsetBytes, int lengthBytes) throws IOException {
        byte[] bytes = new byte[lengthBytes];
        if (lengthBytes > 0
                && content.read(offsetBytes, MemorySegment.ofArray(bytes)) < lengthBytes) {
            throw new EOFException(key + " got shorter while it was read");
        }
        return bytes;
    }

    private TierException otherContent() {
        return new TierException(
                Reason.CORRUPT,
                "%s: what was to be stored as %s is something else"
                        .formatted(options.place(), key));
    }

    /** A store that keeps another checksum than the one it was sent got something else. */
    private void confirm(String what, String sent, @Nullable String kept) throws TierException {
        if (kept == null) {
            isConfirmed = false;
        } else if (!kept.equals(sent)) {
            throw new TierException(
                    Reason.CORRUPT,
                    "%s: %s was not stored as it is".formatted(options.place(), what));
        }
    }

    // ---- whole

    private void putWhole(FileSource content, ChunkDigest sha256, InstantSource clock)
            throws IOException {
        byte[] bytes = read(content, 0, (int) content.lengthBytes());
        byte[] digest = sha256().digest(bytes);
        if (!ChunkDigest.of(digest).equals(sha256)) {
            throw otherContent();
        }
        PutObjectRequest.Builder request =
                PutObjectRequest.builder()
                        .bucket(options.bucket())
                        .key(name)
                        .checksumSHA256(base64(digest))
                        .metadata(Map.of(S3Tier.DIGEST, sha256.toString()));
        if (storageClass != S3Options.StorageClass.STANDARD) {
            request.storageClass(storageClass.name());
        }
        lock.ifPresent(with ->
                request.objectLockMode(mode(with))
                        .objectLockRetainUntilDate(
                                clock.instant().plus(Duration.ofDays(with.days()))));
        PutObjectResponse stored =
                calls.call(
                        "put " + key,
                        s3 ->
                                s3.putObject(
                                        request.build(), AsyncRequestBody.fromBytesUnsafe(bytes)));
        sentBytes = bytes.length;
        confirm(key.text(), base64(digest), stored.checksumSHA256());
    }

    private static ObjectLockMode mode(S3Options.Lock lock) {
        return lock.compliance() ? ObjectLockMode.COMPLIANCE : ObjectLockMode.GOVERNANCE;
    }

    // ---- in parts

    private record SentPart(
            int number, String checksum, CompletableFuture<UploadPartResponse> call) {}

    private void putParts(FileSource content, ChunkDigest sha256, InstantSource clock)
            throws IOException {
        Optional<String> unfinished = unfinishedUpload();
        String upload = unfinished.isPresent() ? unfinished.get() : createUpload(sha256, clock);
        Map<Integer, Part> arrived = unfinished.isPresent() ? arrivedParts(upload) : Map.of();
        boolean isContentAtFault = true;
        try {
            List<CompletedPart> parts = sendParts(content, sha256, upload, arrived);
            isContentAtFault = false;
            complete(upload, parts);
        } catch (TierException e) {
            isContentAtFault &= e.reason() == Reason.CORRUPT;
            throw e;
        } finally {
            if (isContentAtFault) {
                abort(upload);
            }
        }
    }

    private Optional<String> unfinishedUpload() throws TierException {
        return calls
                .call(
                        "look for unfinished uploads of " + key,
                        s3 -> s3.listMultipartUploads(l -> l.bucket(options.bucket()).prefix(name)))
                .uploads()
                .stream()
                .filter(found -> found.key().equals(name))
                .map(MultipartUpload::uploadId)
                .findFirst();
    }

    private Map<Integer, Part> arrivedParts(String upload) throws TierException {
        Map<Integer, Part> arrived = new HashMap<>();
        Integer after = 0;
        while (after != null) {
            Integer marker = after;
            ListPartsResponse page =
                    calls.call(
                            "list the parts of " + key,
                            s3 ->
                                    s3.listParts(l ->
                                            l.bucket(options.bucket())
                                                    .key(name)
                                                    .uploadId(upload)
                                                    .partNumberMarker(marker)));
            page.parts().forEach(part -> arrived.put(part.partNumber(), part));
            after = Boolean.TRUE.equals(page.isTruncated()) ? page.nextPartNumberMarker() : null;
        }
        return arrived;
    }

    private String createUpload(ChunkDigest sha256, InstantSource clock) throws TierException {
        CreateMultipartUploadRequest.Builder request =
                CreateMultipartUploadRequest.builder()
                        .bucket(options.bucket())
                        .key(name)
                        .checksumAlgorithm(ChecksumAlgorithm.SHA256)
                        .metadata(Map.of(S3Tier.DIGEST, sha256.toString()));
        if (storageClass != S3Options.StorageClass.STANDARD) {
            request.storageClass(storageClass.name());
        }
        lock.ifPresent(with ->
                request.objectLockMode(mode(with))
                        .objectLockRetainUntilDate(
                                clock.instant().plus(Duration.ofDays(with.days()))));
        return calls.call("begin " + key, s3 -> s3.createMultipartUpload(request.build()))
                .uploadId();
    }

    private List<CompletedPart> sendParts(
            FileSource content, ChunkDigest sha256, String upload, Map<Integer, Part> arrived)
            throws IOException {
        MessageDigest whole = sha256();
        List<CompletedPart> parts = new ArrayList<>();
        Deque<SentPart> underWay = new ArrayDeque<>();
        try {
            int number = 1;
            long lengthBytes = content.lengthBytes();
            for (long at = 0; at < lengthBytes; at += options.partBytes()) {
                byte[] bytes =
                        read(content, at, (int) Math.min(options.partBytes(), lengthBytes - at));
                whole.update(bytes);
                String checksum = base64(sha256().digest(bytes));
                Part before = arrived.get(number);
                if (before != null && isSame(before, bytes, checksum)) {
                    awaitAll(underWay, parts);
                    parts.add(completed(number, before.eTag(), checksum));
                } else {
                    if (underWay.size() == PARTS_AT_ONCE) {
                        parts.add(await(underWay.remove()));
                    }
                    underWay.add(send(upload, number, bytes, checksum));
                }
                number++;
            }
            awaitAll(underWay, parts);
        } finally {
            underWay.forEach(part -> part.call().cancel(true));
        }
        if (!ChunkDigest.of(whole.digest()).equals(sha256)) {
            throw otherContent();
        }
        return parts;
    }

    /**
     * Without a checksum a store's ETag may be the MD5 digest. That is enough to leave a part out, for the checksums of all
     * parts are compared at the end, or else what they were made to is read back.
     */
    private boolean isSame(Part before, byte[] bytes, String checksum) {
        if (before.size() != bytes.length) {
            return false;
        }
        if (before.checksumSHA256() != null) {
            return before.checksumSHA256().equals(checksum);
        }
        String md5 = HexFormat.of().formatHex(digest("MD5").digest(bytes));
        return before.eTag().replace("\"", "").equals(md5);
    }

    private SentPart send(String upload, int number, byte[] bytes, String checksum) {
        sentBytes += bytes.length;
        return new SentPart(
                number,
                checksum,
                calls.begin(s3 ->
                        s3.uploadPart(
                                u ->
                                        u.bucket(options.bucket())
                                                .key(name)
                                                .uploadId(upload)
                                                .partNumber(number)
                                                .checksumSHA256(checksum),
                                AsyncRequestBody.fromBytesUnsafe(bytes))));
    }

    private void awaitAll(Deque<SentPart> underWay, List<CompletedPart> parts)
            throws TierException {
        while (!underWay.isEmpty()) {
            parts.add(await(underWay.remove()));
        }
    }

    private CompletedPart await(SentPart part) throws TierException {
        String what = "part %d of %s".formatted(part.number(), key);
        UploadPartResponse stored = calls.await("put " + what, part.call());
        confirm(what, part.checksum(), stored.checksumSHA256());
        return completed(part.number(), stored.eTag(), part.checksum());
    }

    private static CompletedPart completed(int number, String eTag, String checksum) {
        return CompletedPart.builder()
                .partNumber(number)
                .eTag(eTag)
                .checksumSHA256(checksum)
                .build();
    }

    private void complete(String upload, List<CompletedPart> parts) throws TierException {
        CompleteMultipartUploadResponse stored =
                calls.call(
                        "complete " + key,
                        s3 ->
                                s3.completeMultipartUpload(c ->
                                        c.bucket(options.bucket())
                                                .key(name)
                                                .uploadId(upload)
                                                .multipartUpload(m -> m.parts(parts))));
        MessageDigest ofParts = sha256();
        parts.forEach(part -> ofParts.update(Base64.getDecoder().decode(part.checksumSHA256())));
        try {
            confirm(
                    key.text(),
                    base64(ofParts.digest()) + "-" + parts.size(),
                    stored.checksumSHA256());
        } catch (TierException e) {
            // Its metadata says something else.
            DeleteObjectResponse _ =
                    calls.call(
                            "delete " + key,
                            s3 -> s3.deleteObject(d -> d.bucket(options.bucket()).key(name)));
            throw e;
        }
    }

    private void abort(String upload) {
        try {
            calls.call(
                    "give up " + key,
                    s3 ->
                            s3.abortMultipartUpload(
                                    a -> a.bucket(options.bucket()).key(name).uploadId(upload)));
        } catch (TierException e) {
            LOG.warn("parts of {} stay with the store: {}", key, e.getMessage());
        }
    }
}
