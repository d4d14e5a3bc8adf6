package io.capstan.tier.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.catalog.ChunkDigest;
import io.capstan.fakes.s3.S3Server;
import io.capstan.format.FileSource;
import io.capstan.tier.ObjectKey;
import io.capstan.tier.ObjectState;
import io.capstan.tier.TierException;
import io.capstan.tier.TierProvider;
import io.capstan.tier.TierProviderContract;
import io.capstan.tier.VerifyOutcome;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * V9: what every tier keeps, against a full S3 server that somebody started: {@code make test-s3-real} does. It has a user with
 * the keys of {@link S3Server}.
 */
@EnabledIfSystemProperty(named = S3RealTest.ENDPOINT, matches = ".+")
class S3RealTest extends TierProviderContract {

    static final String ENDPOINT = "capstan.s3.endpoint";

    @TempDir static Path directory;
    private static Path credentials;

    private S3Options options;

    @BeforeAll
    static void makeBucket() {
        S3Fixture.makeBucket(endpoint());
        credentials =
                S3Server.writeCredentials(directory.resolve("credentials"), S3Server.SECRET_KEY);
    }

    private static URI endpoint() {
        return URI.create(System.getProperty(ENDPOINT));
    }

    /** Each test has a prefix of its own in the bucket, which nobody used before. */
    @BeforeEach
    @Override
    protected void openTier(TestInfo test) throws TierException {
        options =
                S3Fixture.options(
                        endpoint(),
                        UUID.randomUUID() + "/",
                        credentials,
                        S3Options.StorageClass.STANDARD);
        super.openTier(test);
    }

    @Override
    protected TierProvider open() throws TierException {
        S3Tier tier = S3Tier.open(options, "test", InstantSource.system());
        tier.begin();
        return tier;
    }

    @Override
    protected void awaitRecall() {}

    /** By somebody who writes what is not there, and knows of no checksum. */
    @Override
    protected void damage(ObjectKey key) throws IOException {
        byte[] content;
        try (TierProvider tier = open()) {
            content = new byte[Math.toIntExact(lengthBytes(tier, key))];
        }
        S3Fixture.overwrite(endpoint(), options.prefix() + key.text(), content);
    }

    @Override
    protected void leaveUnfinished(ObjectKey key) {
        S3Fixture.leaveUpload(endpoint(), options.prefix() + key.text());
        S3Fixture.leaveUpload(endpoint(), options.prefix() + "backup.tar");
    }

    private static long lengthBytes(TierProvider tier, ObjectKey key) throws TierException {
        return ((ObjectState.Online) tier.head(key)).lengthBytes();
    }

    /** What comes in parts is one object, and as well verified. */
    @Test
    void keepsLongObjects() throws Exception {
        byte[] content = bytes(8, 12_000_000);
        ObjectKey key = put(1, content);
        ChunkDigest digest = S3TierTest.digest(content);

        try (TierProvider tier = open()) {
            assertThat(tier.put(key, FileSource.of(content), digest)).isZero();
            assertThat(tier.verify(key, content.length, digest)).isEqualTo(VerifyOutcome.VERIFIED);
            assertThat(get(key, 0, content.length)).isEqualTo(content);
            damage(key);
            assertThat(tier.verify(key, content.length, digest)).isEqualTo(VerifyOutcome.DIFFERENT);
        }
    }
}
