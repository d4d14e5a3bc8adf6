package io.capstan.tier.s3;

import io.capstan.fakes.s3.S3Server;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** What the tests of S3 tiers have in common. */
final class S3Fixture {

    private S3Fixture() {}

    /** How the tests reach a store on loopback. */
    static S3Options options(
            URI endpoint, String prefix, Path credentials, S3Options.StorageClass storageClass) {
        return new S3Options(
                S3Server.BUCKET,
                prefix,
                "us-east-1",
                Optional.of(endpoint),
                true,
                Optional.of(credentials),
                storageClass,
                S3Options.Retrieval.BULK,
                2,
                Duration.ofMinutes(5),
                S3Options.PART_MIN_BYTES,
                Duration.ofMinutes(1),
                false,
                Optional.empty());
    }

    /** The same with another patience, and trust. */
    static S3Options with(S3Options options, Duration timeout, boolean readBack) {
        return with(options, timeout, readBack, options.lock());
    }

    /** The same with chunks that are locked. */
    static S3Options locked(S3Options options, S3Options.Lock lock) {
        return with(options, options.timeout(), options.readBack(), Optional.of(lock));
    }

    private static S3Options with(
            S3Options options, Duration timeout, boolean readBack, Optional<S3Options.Lock> lock) {
        return new S3Options(
                options.bucket(),
                options.prefix(),
                options.region(),
                options.endpoint(),
                options.pathStyle(),
                options.credentials(),
                options.storageClass(),
                options.retrieval(),
                options.recalledDays(),
                options.pollInterval(),
                options.partBytes(),
                timeout,
                readBack,
                lock);
    }

    /** Makes the bucket of the tests, which may be there. */
    static void makeBucket(URI endpoint) {
        try (S3AsyncClient stranger = client(endpoint)) {
            stranger.createBucket(b -> b.bucket(S3Server.BUCKET)).join();
        }
    }

    private static S3AsyncClient client(URI endpoint) {
        return S3AsyncClient.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                // Ceph 16 has no checksums behind the content.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .httpClientBuilder(
                        NettyNioAsyncHttpClient.builder().eventLoopGroup(S3Calls.Loops.GROUP))
                .credentialsProvider(
                        StaticCredentialsProvider.create(
                                AwsBasicCredentials.create(
                                        S3Server.ACCESS_KEY, S3Server.SECRET_KEY)))
                .build();
    }

    /** Puts an object as somebody else would, who knows nothing of tiers. */
    static void overwrite(URI endpoint, String name, byte[] content) {
        try (S3AsyncClient stranger = client(endpoint)) {
            stranger.putObject(
                            p -> p.bucket(S3Server.BUCKET).key(name),
                            AsyncRequestBody.fromBytes(content))
                    .join();
        }
    }

    /** Begins an object in parts, sends one, and goes no further. */
    static void leaveUpload(URI endpoint, String name) {
        try (S3AsyncClient stranger = client(endpoint)) {
            String upload =
                    stranger.createMultipartUpload(c -> c.bucket(S3Server.BUCKET).key(name))
                            .join()
                            .uploadId();
            stranger.uploadPart(
                            u -> u.bucket(S3Server.BUCKET).key(name).uploadId(upload).partNumber(1),
                            AsyncRequestBody.fromBytes(new byte[100]))
                    .join();
        }
    }
}
