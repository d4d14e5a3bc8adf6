package io.capstan.tier.s3;

import static java.time.temporal.ChronoUnit.HOURS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.capstan.fakes.s3.S3Front;
import io.capstan.fakes.s3.S3Server;
import io.capstan.format.FileSource;
import io.capstan.format.VolumeIdentifier;
import io.capstan.tier.GetOutcome;
import io.capstan.tier.ObjectKey;
import io.capstan.tier.ObjectState;
import io.capstan.tier.TierException;
import io.capstan.tier.TierLayout;
import io.capstan.tier.TierProvider;
import io.capstan.tier.TierProviderContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** V9, V10: what every tier keeps, in an archival storage class. */
class S3ArchiveTest extends TierProviderContract {

    private static final long NOW = 1_000_000_000_000L;

    @TempDir static Path directory;
    private static S3Server server;
    private static Path credentials;

    private S3Front front;
    private S3Options options;

    @BeforeAll
    static void startServer() {
        server = S3Server.start(directory, false);
        credentials =
                S3Server.writeCredentials(directory.resolve("credentials"), S3Server.SECRET_KEY);
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    @Override
    protected void openTier(TestInfo test) throws TierException {
        try {
            front = S3Front.start(server.endpoint());
        } catch (IOException e) {
            throw new TierException(TierException.Reason.FAILED, "no front", e);
        }
        options =
                S3Fixture.options(
                        front.endpoint(),
                        test.getTestMethod().orElseThrow().getName() + "/",
                        credentials,
                        S3Options.StorageClass.GLACIER);
        super.openTier(test);
    }

    @AfterEach
    void closeFront() {
        front.close();
    }

    @Override
    protected TierProvider open() throws TierException {
        S3Tier tier = S3Tier.open(options, "test", () -> Instant.ofEpochMilli(NOW));
        tier.begin();
        return tier;
    }

    @Override
    protected void awaitRecall() {
        front.completeRestores();
    }

    @Override
    protected void damage(ObjectKey key) throws IOException {
        String name = options.prefix() + key.text();
        byte[] content = Files.readAllBytes(server.bucket().resolve(name));
        content[content.length / 2] ^= 4;
        S3Fixture.overwrite(front.endpoint(), name, content);
    }

    @Override
    protected void leaveUnfinished(ObjectKey key) {
        S3Fixture.leaveUpload(front.endpoint(), options.prefix() + key.text());
        S3Fixture.leaveUpload(front.endpoint(), options.prefix() + "backup.tar");
    }

    /** What comes back is there for a while, and is asked for again after that. */
    @Test
    void whatExpiredIsAskedForAgain() throws Exception {
        ObjectKey key = put(1, bytes(1, 5000));
        try (TierProvider tier = open()) {
            tier.recall(List.of(key));
            assertThat(tier.head(key))
                    .isEqualTo(
                            new ObjectState.Recalling(
                                    5000,
                                    OptionalLong.of(NOW + options.pollInterval().toMillis())));
            front.completeRestores();
            assertThat(tier.head(key)).isEqualTo(new ObjectState.Online(5000));
            front.expireRestores();
            assertThat(tier.head(key)).isEqualTo(new ObjectState.Archived(5000));
            assertThat(tier.get(key, 0, 1)).isEqualTo(new GetOutcome.NotRecalled());

            tier.recall(List.of(key, NO_OBJECT));
            front.completeRestores();
            assertThat(get(key, 0, 5000)).isEqualTo(bytes(1, 5000));
        }
        assertThat(front.restoreRequests())
                .singleElement()
                .asString()
                .contains("<Days>2</Days>", "<Tier>Bulk</Tier>");
    }

    /** Long objects are archived as short ones are. */
    @Test
    void archivesLongObjects() throws Exception {
        byte[] content = bytes(2, 6_000_000);
        ObjectKey key = put(1, content);
        try (TierProvider tier = open()) {
            assertThat(tier.head(key)).isEqualTo(new ObjectState.Archived(content.length));
            assertThat(tier.put(key, FileSource.of(content), S3TierTest.digest(content))).isZero();
        }
    }

    /** What says what the chunks are is not archived with them. */
    @Test
    void labelsCanBeReadAtOnce() throws Exception {
        byte[] label = bytes(3, 300);
        ObjectKey key =
                TierLayout.label(new VolumeIdentifier("CAP001L8"), 1, S3TierTest.digest(label));
        try (TierProvider tier = open()) {
            tier.put(key, FileSource.of(label), S3TierTest.digest(label));
            assertThat(get(key, 0, 300)).isEqualTo(label);
        }
    }

    /** V9: chunks are locked from when they are stored, in one piece or in parts; what says what they are is not. */
    @ParameterizedTest
    @CsvSource({"true, COMPLIANCE", "false, GOVERNANCE"})
    void chunksAreLockedWhereThatIsAskedFor(boolean isCompliance, String mode) throws Exception {
        options = S3Fixture.locked(options, new S3Options.Lock(isCompliance, 30));
        byte[] label = bytes(5, 300);
        ObjectKey labelKey =
                TierLayout.label(new VolumeIdentifier("CAP001L8"), 1, S3TierTest.digest(label));
        byte[] whole = bytes(isCompliance ? 6 : 7, 5000);
        byte[] inParts = bytes(isCompliance ? 8 : 9, 6_000_000);
        try (TierProvider tier = open()) {
            for (byte[] content : List.of(whole, inParts)) {
                tier.put(keyOf(1, content), FileSource.of(content), S3TierTest.digest(content));
            }
            tier.put(labelKey, FileSource.of(label), S3TierTest.digest(label));
        }

        String lock = mode + " " + Instant.ofEpochMilli(NOW).plus(Duration.ofDays(30));
        assertThat(front.locks())
                .containsOnly(Map.entry(pathOf(whole), lock), Map.entry(pathOf(inParts), lock));
    }

    /** V9: a lock that is asked for later, or for longer, or more strictly counts for what is there; nothing is taken back. */
    @Test
    void whatIsThereIsLockedToo() throws Exception {
        byte[] content = bytes(10, 5000);
        ObjectKey key = put(1, content);
        assertThat(front.locks()).isEmpty();

        Instant thirtyDays = lockAgain(key, content, false, 30, "GOVERNANCE");
        assertThat(thirtyDays).isCloseTo(Instant.now().plus(Duration.ofDays(30)), within(1, HOURS));
        Instant sixtyDays = lockAgain(key, content, false, 60, "GOVERNANCE");
        assertThat(sixtyDays).isEqualTo(thirtyDays.plus(Duration.ofDays(30)));
        assertThat(lockAgain(key, content, true, 20, "COMPLIANCE")).isEqualTo(sixtyDays);
        long requests = retentionRequests();
        assertThat(requests).isEqualTo(3);

        assertThat(lockAgain(key, content, false, 40, "COMPLIANCE")).isEqualTo(sixtyDays);
        assertThat(lockAgain(key, content, true, 60, "COMPLIANCE")).isEqualTo(sixtyDays);
        assertThat(retentionRequests()).isEqualTo(requests);
    }

    /** Puts again what is there, with that lock asked for, and returns until when it is locked. */
    private Instant lockAgain(
            ObjectKey key, byte[] content, boolean isCompliance, int days, String mode)
            throws Exception {
        options = S3Fixture.locked(options, new S3Options.Lock(isCompliance, days));
        try (TierProvider tier = open()) {
            assertThat(tier.put(key, FileSource.of(content), S3TierTest.digest(content))).isZero();
        }
        String[] lock = front.locks().getOrDefault(pathOf(content), "none at-all").split(" ");
        assertThat(lock[0]).isEqualTo(mode);
        return Instant.parse(lock[1]);
    }

    private long retentionRequests() {
        return front.requests().stream().filter(request -> request.contains("?retention")).count();
    }

    private String pathOf(byte[] chunk) {
        return "/%s/%s%s".formatted(S3Server.BUCKET, options.prefix(), keyOf(1, chunk).text());
    }

    /** V11: what can be neither read nor compared is not relied on. */
    @Test
    void refusesAStoreThatKeepsNoChecksums() throws Exception {
        front.forgetChecksums();
        assertThatThrownBy(() -> put(1, bytes(4, 1000)))
                .isInstanceOf(TierException.class)
                .hasMessageContaining("keeps no checksum");
    }
}
