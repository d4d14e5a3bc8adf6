package io.capstan.tier.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.capstan.catalog.ChunkDigest;
import io.capstan.fakes.s3.S3Server;
import io.capstan.format.FileSource;
import io.capstan.tier.ObjectKey;
import io.capstan.tier.TierException;
import io.capstan.tier.TierProvider;
import io.capstan.tier.TierProviderContract;
import io.capstan.tier.VerifyOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** V9: what every tier keeps, against a server that is not ours and that checks signatures. */
class S3TierTest extends TierProviderContract {

    @TempDir static Path directory;
    private static S3Server server;
    private static Path credentials;

    private S3Options options;

    @BeforeAll
    static void startServer() {
        server = S3Server.start(directory, true);
        credentials =
                S3Server.writeCredentials(directory.resolve("credentials"), S3Server.SECRET_KEY);
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    /** Each test has a prefix of its own in the bucket. */
    @BeforeEach
    @Override
    protected void openTier(TestInfo test) throws TierException {
        options =
                S3Fixture.options(
                        server.endpoint(),
                        test.getTestMethod().orElseThrow().getName() + "/",
                        credentials,
                        S3Options.StorageClass.STANDARD);
        super.openTier(test);
    }

    @Override
    protected TierProvider open() throws TierException {
        return open(options);
    }

    private static S3Tier open(S3Options options) throws TierException {
        S3Tier tier = S3Tier.open(options, "test", InstantSource.system());
        tier.begin();
        return tier;
    }

    @Override
    protected void awaitRecall() {}

    @Override
    protected void damage(ObjectKey key) throws IOException {
        byte[] content = Files.readAllBytes(file(key));
        content[content.length / 2] ^= 4;
        S3Fixture.overwrite(server.endpoint(), options.prefix() + key.text(), content);
    }

    @Override
    protected void leaveUnfinished(ObjectKey key) {
        S3Fixture.leaveUpload(server.endpoint(), options.prefix() + key.text());
        S3Fixture.leaveUpload(server.endpoint(), options.prefix() + "backup.tar");
    }

    private Path file(ObjectKey key) {
        return server.bucket().resolve(options.prefix() + key.text());
    }

    /** What comes in parts is one object, and as well verified. */
    @Test
    void keepsLongObjects() throws Exception {
        byte[] content = bytes(8, 12_000_000);
        ObjectKey key = put(1, content);
        ChunkDigest digest = digest(content);

        try (TierProvider tier = open()) {
            assertThat(tier.put(key, FileSource.of(content), digest)).isZero();
            assertThat(tier.verify(key, content.length, digest)).isEqualTo(VerifyOutcome.VERIFIED);
            assertThat(get(key, 0, content.length)).isEqualTo(content);
            damage(key);
            assertThat(tier.verify(key, content.length, digest)).isEqualTo(VerifyOutcome.DIFFERENT);
        }
    }

    /** A store may rot; whoever does not trust it has all of it read. */
    @Test
    void readsBackWhatItIsToldNotToTrust() throws Exception {
        byte[] content = bytes(9, 100_000);
        ObjectKey key = put(1, content);
        byte[] rotten = content.clone();
        rotten[500] ^= 1;
        Files.write(file(key), rotten);

        try (TierProvider tier = open(S3Fixture.with(options, options.timeout(), true))) {
            assertThat(tier.verify(key, content.length, digest(content)))
                    .isEqualTo(VerifyOutcome.DIFFERENT);
            assertThat(tier.put(key, FileSource.of(content), digest(content)))
                    .isEqualTo(content.length);
            assertThat(tier.verify(key, content.length, digest(content)))
                    .isEqualTo(VerifyOutcome.VERIFIED);
        }
    }

    /** Objects of others in the same bucket are not the tier's, and neither is the mark. */
    @Test
    void listsItsOwnObjectsAlone() throws Exception {
        ObjectKey key = put(1, bytes(10, 100));
        for (String name : new String[] {"readme.txt", "chunks/not a chunk", "zzz"}) {
            S3Fixture.overwrite(server.endpoint(), options.prefix() + name, new byte[1]);
        }

        try (TierProvider tier = open()) {
            assertThat(tier.list("", Optional.empty(), 1))
                    .singleElement()
                    .satisfies(object -> {
                        assertThat(object.key()).isEqualTo(key);
                        assertThat(object.lengthBytes()).isEqualTo(100);
                        assertThat(Instant.ofEpochMilli(object.storedEpochMillis()))
                                .isCloseTo(Instant.now(), within(1, ChronoUnit.HOURS));
                    });
            assertThat(tier.list("", Optional.of(key), 1)).isEmpty();
        }
    }

    /** Another tier's place is not taken for this one's, nor an empty one for a tier that lost everything. */
    @Test
    void refusesAPlaceThatIsNotItsOwn() throws Exception {
        S3Options elsewhere =
                S3Fixture.options(
                        server.endpoint(), "nobody/", credentials, S3Options.StorageClass.STANDARD);
        for (S3Tier tier :
                new S3Tier[] {
                    S3Tier.open(elsewhere, "test", InstantSource.system()),
                    S3Tier.open(options, "other", InstantSource.system())
                }) {
            try (tier) {
                assertThatThrownBy(() -> tier.head(NO_OBJECT))
                        .isInstanceOf(TierException.class)
                        .extracting(e -> ((TierException) e).reason())
                        .isEqualTo(TierException.Reason.NOT_THERE);
            }
        }
    }

    static ChunkDigest digest(byte[] content) throws Exception {
        return ChunkDigest.of(MessageDigest.getInstance("SHA-256").digest(content));
    }
}
