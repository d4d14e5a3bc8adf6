package io.capstan.tier.s3;

import io.capstan.catalog.ChunkDigest;
import io.capstan.format.FileSource;
import io.capstan.tier.GetOutcome;
import io.capstan.tier.ObjectKey;
import io.capstan.tier.ObjectState;
import io.capstan.tier.TierException;
import io.capstan.tier.TierException.Reason;
import io.capstan.tier.TierLayout;
import io.capstan.tier.TierProvider;
import io.capstan.tier.VerifyOutcome;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.GlacierJobParameters;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.ObjectLockRetentionMode;
import software.amazon.awssdk.services.s3.model.RestoreObjectResponse;
import software.amazon.awssdk.services.s3.model.RestoreRequest;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.StorageClass;
import software.amazon.awssdk.services.s3.model.Tier;

/**
 * A tier in a bucket of an S3-compatible store. An object's name is the tier's prefix and its key.
 *
 * <p>What is sent carries its SHA-256, whole or part by part, which the store compares with what arrived and keeps. A store
 * that says no such checksum had the object read back and compared here. The metadata {@code capstan-sha256} is the digest
 * of all of an object that came in parts.
 *
 * <p>The object {@code capstan-tier} says whose tier it is, as in {@link io.capstan.tier.DirectoryTier}.
 *
 * @see "Amazon S3 API Reference, 2006-03-01"
 */
public final class S3Tier implements TierProvider {

    /** Metadata of an object: SHA-256 of its content in hexadecimal digits. */
    static final String DIGEST = "capstan-sha256";

    private static final String MARK = "capstan-tier";
    private static final int MARK_LENGTH_MAX_BYTES = 1024;

    /** The most that S3 returns. */
    private static final int PAGE_LENGTH_MAX = 1000;

    private static final int RECALLS_AT_ONCE = 16;

    /** A lock is of this node's time, when an object was stored is of the store's. */
    private static final Duration CLOCKS_DIFFER = Duration.ofHours(1);

    private final S3Options options;
    private final String identity;
    private final InstantSource clock;
    private final S3Calls calls;

    /** Whether the mark was seen: a bucket does not go away unnoticed as a mount does. */
    private volatile boolean isOurs;

    private S3Tier(S3Options options, String identity, InstantSource clock, S3Calls calls) {
        this.options = options;
        this.identity = identity;
        this.clock = clock;
        this.calls = calls;
    }

    /**
     * Makes ready to use a bucket; connects to nothing yet.
     *
     * @param identity of the tier, what the mark has to say
     * @throws TierException if the file of credentials cannot be used
     */
    public static S3Tier open(S3Options options, String identity, InstantSource clock)
            throws TierException {
        return new S3Tier(options, identity, clock, S3Calls.open(options));
    }

    @Override
    public void begin() throws TierException {
        if (mark().isEmpty()) {
            byte[] bytes = (identity + "\n").getBytes(StandardCharsets.UTF_8);
            calls.call(
                    "put " + MARK,
                    s3 ->
                            s3.putObject(
                                    put -> put.bucket(options.bucket()).key(name(MARK)),
                                    AsyncRequestBody.fromBytes(bytes)));
        }
        requireOurs();
    }

    @Override
    public Optional<String> mark() throws TierException {
        CompletableFuture<byte[]> mark =
                calls.begin(s3 ->
                        s3.getObject(
                                        get -> get.bucket(options.bucket()).key(name(MARK)),
                                        AsyncResponseTransformer.toBytes())
                                .thenApply(bytes -> bytes.asByteArrayUnsafe()));
        byte[] bytes;
        try {
            bytes = calls.await("read " + MARK, mark);
        } catch (TierException e) {
            if (e.getCause() instanceof NoSuchKeyException) {
                return Optional.empty();
            }
            throw e;
        }
        int length = Math.min(bytes.length, MARK_LENGTH_MAX_BYTES);
        return Optional.of(new String(bytes, 0, length, StandardCharsets.UTF_8).strip());
    }

    private void requireOurs() throws TierException {
        if (isOurs) {
            return;
        }
        Optional<String> found = mark();
        if (found.isEmpty()) {
            throw new TierException(
                    Reason.NOT_THERE,
                    "%s has no object %s: is it the right bucket and prefix?"
                            .formatted(options.place(), MARK));
        }
        if (!found.get().equals(identity)) {
            throw new TierException(
                    Reason.NOT_THERE,
                    "%s is tier %s and not %s".formatted(options.place(), found.get(), identity));
        }
        isOurs = true;
    }

    private String name(String key) {
        return options.prefix() + key;
    }

    @Override
    public boolean isAsynchronous() {
        return options.storageClass().isArchival();
    }

    @Override
    public long recallDelayMillis() {
        return options.recallDelay().toMillis();
    }

    // ---- storing

    @Override
    public long put(ObjectKey key, FileSource content, ChunkDigest sha256) throws IOException {
        requireOurs();
        if (verify(key, content.lengthBytes(), sha256) == VerifyOutcome.VERIFIED) {
            keep(key);
            return 0;
        }
        S3Upload upload =
                new S3Upload(calls, options, storageClass(key), lock(key), name(key.text()), key);
        long sentBytes = upload.run(content, sha256, clock);
        if (!upload.isConfirmed() || options.readBack()) {
            readBack(key, content.lengthBytes(), sha256);
        }
        return sentBytes;
    }

    // ---- what was not finished

    /** Uploads of others in the same bucket are none of the tier's, whose names are its objects'. */
    @Override
    public List<ObjectKey> unfinished(long begunBeforeEpochMillis) throws TierException {
        requireOurs();
        Instant begunBefore = Instant.ofEpochMilli(begunBeforeEpochMillis);
        return uploads(options.prefix()).stream()
                .filter(upload -> upload.initiated().isBefore(begunBefore))
                .map(upload -> upload.key().substring(options.prefix().length()))
                .flatMap(name -> TierLayout.objectKey(name).stream())
                .distinct()
                .toList();
    }

    @Override
    public void giveUp(ObjectKey key) throws TierException {
        requireOurs();
        String name = name(key.text());
        for (MultipartUpload upload : uploads(name)) {
            if (upload.key().equals(name)) {
                giveUp(key, name, upload.uploadId());
            }
        }
    }

    private void giveUp(ObjectKey key, String name, String upload) throws TierException {
        try {
            calls.call(
                    "give up " + key,
                    s3 ->
                            s3.abortMultipartUpload(
                                    a -> a.bucket(options.bucket()).key(name).uploadId(upload)));
        } catch (TierException e) {
            if (!S3Faults.hasStatusNotFound(causeOf(e))) {
                throw e;
            }
        }
    }

    private List<MultipartUpload> uploads(String prefix) throws TierException {
        List<MultipartUpload> found = new ArrayList<>();
        Optional<ListMultipartUploadsResponse> before = Optional.empty();
        do {
            Optional<ListMultipartUploadsResponse> last = before;
            ListMultipartUploadsResponse page =
                    calls.call(
                            "list unfinished uploads",
                            s3 ->
                                    s3.listMultipartUploads(l -> {
                                        l.bucket(options.bucket()).prefix(prefix);
                                        last.ifPresent(listed ->
                                                l.keyMarker(listed.nextKeyMarker())
                                                        .uploadIdMarker(
                                                                listed.nextUploadIdMarker()));
                                    }));
            found.addAll(page.uploads());
            before = Optional.of(page);
        } while (Boolean.TRUE.equals(before.get().isTruncated()));
        return found;
    }

    // ---- locking

    /** What is needed to find out what is there stays readable. */
    private S3Options.StorageClass storageClass(ObjectKey key) {
        return TierLayout.isChunk(key) ? options.storageClass() : S3Options.StorageClass.STANDARD;
    }

    private Optional<S3Options.Lock> lock(ObjectKey key) {
        return options.lock().filter(lock -> TierLayout.isChunk(key));
    }

    /**
     * Locks what was stored before locks were asked for, or for less time or less strictly than now. Nothing is taken back:
     * a longer or stricter lock stays as it is.
     *
     * @see "Amazon S3 API Reference, PutObjectRetention"
     */
    @Override
    public void keep(ObjectKey key) throws TierException {
        Optional<S3Options.Lock> lock = lock(key);
        if (lock.isEmpty()) {
            return;
        }
        requireOurs();
        Optional<HeadObjectResponse> object = look(key);
        if (object.isPresent() && !isKept(object.get(), lock.get())) {
            lock(key, object.get(), lock.get());
        }
    }

    private static Instant lockedUntil(HeadObjectResponse object, S3Options.Lock lock) {
        return object.lastModified().plus(Duration.ofDays(lock.days()));
    }

    private static boolean isKept(HeadObjectResponse object, S3Options.Lock lock) {
        boolean isStrict =
                object.objectLockMode() == ObjectLockMode.COMPLIANCE
                        || (object.objectLockMode() == ObjectLockMode.GOVERNANCE
                                && !lock.compliance());
        return isStrict
                && object.objectLockRetainUntilDate() != null
                && !object.objectLockRetainUntilDate()
                        .isBefore(lockedUntil(object, lock).minus(CLOCKS_DIFFER));
    }

    /** A time that is over already cannot be asked for, and need not be. */
    private void lock(ObjectKey key, HeadObjectResponse object, S3Options.Lock lock)
            throws TierException {
        Instant before = object.objectLockRetainUntilDate();
        Instant wanted = lockedUntil(object, lock);
        Instant until = before != null && before.isAfter(wanted) ? before : wanted;
        if (!until.isAfter(clock.instant())) {
            return;
        }
        boolean isCompliance =
                lock.compliance() || object.objectLockMode() == ObjectLockMode.COMPLIANCE;
        calls.call(
                "lock " + key,
                s3 ->
                        s3.putObjectRetention(r ->
                                r.bucket(options.bucket())
                                        .key(name(key.text()))
                                        .versionId(object.versionId())
                                        .retention(to ->
                                                to.mode(
                                                                isCompliance
                                                                        ? ObjectLockRetentionMode
                                                                                .COMPLIANCE
                                                                        : ObjectLockRetentionMode
                                                                                .GOVERNANCE)
                                                        .retainUntilDate(until))));
    }

    private void readBack(ObjectKey key, long lengthBytes, ChunkDigest sha256)
            throws TierException {
        if (storageClass(key).isArchival()) {
            requireChecksum(key, lengthBytes, sha256);
            return;
        }
        if (!digest(key, lengthBytes).equals(Optional.of(sha256))) {
            throw new TierException(
                    Reason.CORRUPT,
                    "%s: %s was not stored as it is".formatted(options.place(), key));
        }
    }

    private void requireChecksum(ObjectKey key, long lengthBytes, ChunkDigest sha256)
            throws TierException {
        if (verify(key, lengthBytes, sha256) != VerifyOutcome.VERIFIED) {
            throw new TierException(
                    Reason.CORRUPT,
                    "%s: %s was not stored as it is".formatted(options.place(), key));
        }
    }

    private Optional<ChunkDigest> digest(ObjectKey key, long lengthBytes) throws TierException {
        MessageDigest digest = S3Upload.sha256();
        if (lengthBytes > 0) {
            try (InputStream bytes =
                    S3Download.open(calls, options, key, name(key.text()), 0, lengthBytes)) {
                byte[] buffer = new byte[1 << 16];
                for (int count = bytes.read(buffer); count >= 0; count = bytes.read(buffer)) {
                    digest.update(buffer, 0, count);
                }
            } catch (TierException e) {
                if (S3Faults.isNotFound(S3Faults.causeOf(causeOf(e)))) {
                    return Optional.empty();
                }
                throw e;
            } catch (IOException e) {
                throw S3Faults.translate(options.place(), "read back " + key, e);
            }
        }
        return Optional.of(ChunkDigest.of(digest.digest()));
    }

    private static Throwable causeOf(TierException fault) {
        Throwable cause = fault.getCause();
        return cause == null ? fault : cause;
    }

    // ---- looking

    private Optional<HeadObjectResponse> look(ObjectKey key) throws TierException {
        CompletableFuture<HeadObjectResponse> head =
                calls.begin(s3 ->
                        s3.headObject(h ->
                                h.bucket(options.bucket())
                                        .key(name(key.text()))
                                        .checksumMode(ChecksumMode.ENABLED)));
        try {
            return Optional.of(calls.await("look at " + key, head));
        } catch (TierException e) {
            if (!S3Faults.isNotFound(causeOf(e))) {
                throw e;
            }
        }
        // An answer without a body does not say what is missing.
        requireBucket();
        return Optional.empty();
    }

    private void requireBucket() throws TierException {
        try {
            calls.call("look at the bucket", s3 -> s3.headBucket(h -> h.bucket(options.bucket())));
        } catch (TierException e) {
            if (S3Faults.hasStatusNotFound(causeOf(e))) {
                isOurs = false;
                throw new TierException(
                        Reason.NOT_THERE,
                        "%s: there is no bucket %s".formatted(options.place(), options.bucket()),
                        e);
            }
            throw e;
        }
    }

    @Override
    public ObjectState head(ObjectKey key) throws TierException {
        requireOurs();
        return look(key).map(this::state).orElseGet(ObjectState.Absent::new);
    }

    private ObjectState state(HeadObjectResponse object) {
        long lengthBytes = object.contentLength();
        if (!isArchived(object)) {
            return new ObjectState.Online(lengthBytes);
        }
        String restore = object.restore() == null ? "" : object.restore();
        if (restore.contains("ongoing-request=\"true\"")) {
            return new ObjectState.Recalling(
                    lengthBytes,
                    OptionalLong.of(clock.instant().plus(options.pollInterval()).toEpochMilli()));
        }
        return restore.contains("ongoing-request=\"false\"")
                ? new ObjectState.Online(lengthBytes)
                : new ObjectState.Archived(lengthBytes);
    }

    private static boolean isArchived(HeadObjectResponse object) {
        StorageClass storageClass = object.storageClass();
        return storageClass == StorageClass.GLACIER
                || storageClass == StorageClass.DEEP_ARCHIVE
                || object.archiveStatus() != null;
    }

    @Override
    public VerifyOutcome verify(ObjectKey key, long lengthBytes, ChunkDigest sha256)
            throws TierException {
        requireOurs();
        Optional<HeadObjectResponse> found = look(key);
        if (found.isEmpty()) {
            return VerifyOutcome.ABSENT;
        }
        HeadObjectResponse object = found.get();
        if (object.contentLength() != lengthBytes) {
            return VerifyOutcome.DIFFERENT;
        }
        boolean isReadable = state(object) instanceof ObjectState.Online;
        boolean isTrusted = object.checksumSHA256() != null && !(options.readBack() && isReadable);
        boolean isRight;
        if (isTrusted) {
            isRight = hasChecksum(object, sha256);
        } else if (isReadable) {
            isRight = digest(key, lengthBytes).equals(Optional.of(sha256));
        } else {
            throw new TierException(
                    Reason.FAILED,
                    "%s keeps no checksum of %s, which is archived and cannot be read"
                            .formatted(options.place(), key));
        }
        return isRight ? VerifyOutcome.VERIFIED : VerifyOutcome.DIFFERENT;
    }

    /** The checksum of an object that came in parts is one of checksums; what the parts were made of is in the metadata. */
    private static boolean hasChecksum(HeadObjectResponse object, ChunkDigest sha256) {
        String checksum = object.checksumSHA256();
        return checksum.contains("-")
                ? sha256.toString().equals(object.metadata().get(DIGEST))
                : checksum.equals(Base64.getEncoder().encodeToString(sha256.toBytes()));
    }

    // ---- reading

    @Override
    public GetOutcome get(ObjectKey key, long offsetBytes, long lengthBytes) throws TierException {
        requireOurs();
        try {
            return new GetOutcome.Bytes(
                    S3Download.open(
                            calls, options, key, name(key.text()), offsetBytes, lengthBytes));
        } catch (TierException e) {
            if (S3Faults.isNotFound(causeOf(e))) {
                return new GetOutcome.Absent();
            }
            if (S3Faults.hasCode(causeOf(e), "InvalidObjectState")) {
                return new GetOutcome.NotRecalled();
            }
            throw e;
        }
    }

    @Override
    public void delete(ObjectKey key) throws TierException {
        requireOurs();
        calls.call(
                "delete " + key,
                s3 -> s3.deleteObject(d -> d.bucket(options.bucket()).key(name(key.text()))));
    }

    @Override
    public List<ListedObject> list(String prefix, Optional<ObjectKey> after, int limit)
            throws TierException {
        requireOurs();
        List<ListedObject> found = new ArrayList<>();
        String from = after.map(ObjectKey::text).orElse("");
        while (true) {
            ListObjectsV2Response page = page(prefix, from, limit + 1);
            for (S3Object object : page.contents()) {
                from = object.key().substring(options.prefix().length());
                TierLayout.objectKey(from)
                        .ifPresent(key ->
                                found.add(
                                        new ListedObject(
                                                key,
                                                object.size(),
                                                object.lastModified().toEpochMilli())));
                if (found.size() == limit) {
                    return found;
                }
            }
            if (!page.isTruncated() || page.contents().isEmpty()) {
                return found;
            }
        }
    }

    private ListObjectsV2Response page(String prefix, String after, int length)
            throws TierException {
        return calls.call(
                "list " + prefix,
                s3 ->
                        s3.listObjectsV2(l -> {
                            l.bucket(options.bucket())
                                    .prefix(name(prefix))
                                    .maxKeys(Math.min(length, PAGE_LENGTH_MAX));
                            if (!after.isEmpty()) {
                                l.startAfter(name(after));
                            }
                        }));
    }

    // ---- recalling

    @Override
    public void recall(Collection<ObjectKey> keys) throws TierException {
        requireOurs();
        RestoreRequest request =
                RestoreRequest.builder()
                        .days(options.recalledDays())
                        .glacierJobParameters(
                                GlacierJobParameters.builder()
                                        .tier(Tier.fromValue(retrieval()))
                                        .build())
                        .build();
        ArrayDeque<Recall> underWay = new ArrayDeque<>();
        for (ObjectKey key : keys) {
            underWay.add(
                    new Recall(
                            key,
                            calls.begin(s3 ->
                                    s3.restoreObject(r ->
                                            r.bucket(options.bucket())
                                                    .key(name(key.text()))
                                                    .restoreRequest(request)))));
            if (underWay.size() == RECALLS_AT_ONCE) {
                await(underWay.remove());
            }
        }
        for (Recall recall : underWay) {
            await(recall);
        }
    }

    private record Recall(ObjectKey key, CompletableFuture<RestoreObjectResponse> call) {}

    private String retrieval() {
        return switch (options.retrieval()) {
            case EXPEDITED -> "Expedited";
            case STANDARD -> "Standard";
            case BULK -> "Bulk";
        };
    }

    /** What is on its way, is not archived or is not there is passed over. */
    private void await(Recall recall) throws TierException {
        try {
            calls.await("recall " + recall.key(), recall.call());
        } catch (TierException e) {
            boolean isPassedOver =
                    S3Faults.hasCode(causeOf(e), "RestoreAlreadyInProgress")
                            || !(head(recall.key()) instanceof ObjectState.Archived);
            if (!isPassedOver) {
                throw e;
            }
        }
    }

    @Override
    public void close() {
        calls.close();
    }
}
