package io.capstan.tier.s3;

import io.capstan.tier.TierException;
import io.capstan.tier.TierException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.profiles.ProfileFileSupplier;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3AsyncClientBuilder;

/**
 * Calls to the store that are waited for. A call is tried a few times, with back-off and jitter; whoever wants more tries
 * again later.
 */
final class S3Calls implements AutoCloseable {

    private static final int ATTEMPTS_MAX = 4;
    private static final int CONNECTIONS_MAX = 32;

    /**
     * A client that never had a connection does not notice a first one that is refused at once, by this host, and waits as long
     * as it may for one.
     */
    private static final Duration CONNECT_MAX = Duration.ofSeconds(10);

    private final String place;
    private final S3AsyncClient client;
    private final AutoCloseable credentials;
    private final Map<Long, CompletableFuture<?>> underWay = new ConcurrentHashMap<>();
    private final AtomicLong callCount = new AtomicLong();
    private volatile boolean isClosed;

    private S3Calls(String place, S3AsyncClient client, AutoCloseable credentials) {
        this.place = place;
        this.client = client;
        this.credentials = credentials;
    }

    /** Makes a client, which connects to nothing yet. */
    static S3Calls open(S3Options options) throws TierException {
        AwsCredentialsProvider credentials = credentials(options);
        Duration connect =
                options.timeout().compareTo(CONNECT_MAX) < 0 ? options.timeout() : CONNECT_MAX;
        S3AsyncClientBuilder builder =
                S3AsyncClient.builder()
                        .region(Region.of(options.region()))
                        .forcePathStyle(options.pathStyle())
                        .credentialsProvider(credentials)
                        // What has to be right is compared by SHA-256 at both ends.
                        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                        .overrideConfiguration(o ->
                                o.retryStrategy(
                                        AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                                .maxAttempts(ATTEMPTS_MAX)
                                                .build()))
                        .httpClientBuilder(
                                NettyNioAsyncHttpClient.builder()
                                        .maxConcurrency(CONNECTIONS_MAX)
                                        .connectionTimeout(connect)
                                        .connectionAcquisitionTimeout(connect)
                                        .readTimeout(options.timeout())
                                        .writeTimeout(options.timeout())
                                        .eventLoopGroup(Loops.GROUP));
        options.endpoint().ifPresent(builder::endpointOverride);
        return new S3Calls(options.place(), builder.build(), (AutoCloseable) credentials);
    }

    /** All tiers' event loops, which end with the process: a client that has its own takes seconds to close. */
    static final class Loops {
        static final SdkEventLoopGroup GROUP =
                SdkEventLoopGroup.builder()
                        .numberOfThreads(2)
                        .threadFactory(
                                Thread.ofPlatform().daemon().name("capstan-s3-", 0).factory())
                        .build();
    }

    private static AwsCredentialsProvider credentials(S3Options options) throws TierException {
        if (options.credentials().isEmpty()) {
            return DefaultCredentialsProvider.builder().build();
        }
        Path file = options.credentials().get();
        requireForOwnerAlone(file);
        return ProfileCredentialsProvider.builder()
                .profileName("default")
                // Read again when it changes, so that keys can be replaced while the node runs.
                .profileFile(
                        ProfileFileSupplier.reloadWhenModified(file, ProfileFile.Type.CREDENTIALS))
                .build();
    }

    private static void requireForOwnerAlone(Path file) throws TierException {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            permissions.remove(PosixFilePermission.OWNER_READ);
            permissions.remove(PosixFilePermission.OWNER_WRITE);
            permissions.remove(PosixFilePermission.OWNER_EXECUTE);
            if (!permissions.isEmpty()) {
                throw new TierException(
                        Reason.DENIED,
                        "%s: others than its owner may use it: chmod 600 %s".formatted(file, file));
            }
        } catch (NoSuchFileException e) {
            throw new TierException(
                    Reason.DENIED, file + ": there is no such file of credentials", e);
        } catch (TierException e) {
            throw e;
        } catch (IOException e) {
            throw new TierException(Reason.DENIED, file + ": cannot be read: " + e, e);
        }
    }

    interface Call<T> extends Function<S3AsyncClient, CompletableFuture<T>> {}

    /** Begins a call, which ends no later than this is closed. */
    <T> CompletableFuture<T> begin(Call<T> call) {
        CompletableFuture<T> future;
        try {
            future = call.apply(client);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
        long number = callCount.incrementAndGet();
        underWay.put(number, future);
        CompletableFuture<T> ended =
                future.whenComplete((result, fault) -> underWay.remove(number));
        if (isClosed) {
            future.cancel(true);
        }
        return ended;
    }

    /**
     * Waits for a call.
     *
     * @param what it does, for the message
     */
    <T> T await(String what, CompletableFuture<T> call) throws TierException {
        try {
            return call.join();
        } catch (CompletionException | CancellationException e) {
            throw S3Faults.translate(place, what, e);
        }
    }

    <T> T call(String what, Call<T> call) throws TierException {
        return await(what, begin(call));
    }

    /** Gives up the calls that are under way. */
    @Override
    public void close() {
        isClosed = true;
        underWay.values().forEach(call -> call.cancel(true));
        client.close();
        try {
            credentials.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
