package io.capstan.tier.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.catalog.ChunkDigest;
import io.capstan.fakes.s3.S3Front;
import io.capstan.fakes.s3.S3Front.Fault;
import io.capstan.fakes.s3.S3Server;
import io.capstan.format.ChunkId;
import io.capstan.format.ContainerId;
import io.capstan.format.FileSource;
import io.capstan.tier.GetOutcome;
import io.capstan.tier.ObjectKey;
import io.capstan.tier.ObjectState;
import io.capstan.tier.TierException;
import io.capstan.tier.TierException.Reason;
import io.capstan.tier.TierLayout;
import io.capstan.tier.VerifyOutcome;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** V10, V11, V25: what goes wrong between a tier and its store. Nothing is lost, and the reason can be read. */
class S3FaultsTest {

    private static final int PART_BYTES = S3Options.PART_MIN_BYTES;
    private static final String PUTS = "PUT .*\\.chunk.*";
    private static final String GETS = "GET [^?]*\\.chunk";

    @TempDir static Path directory;
    private static S3Server server;
    private static Path credentials;

    private S3Front front;
    private S3Options options;
    private S3Tier tier;

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
    void openTier(TestInfo test) throws Exception {
        front = S3Front.start(server.endpoint());
        options =
                options(
                        front.endpoint(),
                        credentials,
                        test.getTestMethod().orElseThrow().getName());
        tier = S3Tier.open(options, "test", InstantSource.system());
        tier.begin();
    }

    @AfterEach
    void closeTier() {
        tier.close();
        front.close();
        server.makeBucket();
    }

    private static S3Options options(URI endpoint, Path credentials, String prefix) {
        return S3Fixture.options(
                endpoint, prefix + "/", credentials, S3Options.StorageClass.STANDARD);
    }

    private static byte[] bytes(int lengthBytes) {
        byte[] bytes = new byte[lengthBytes];
        new Random(lengthBytes).nextBytes(bytes);
        return bytes;
    }

    private static ObjectKey keyOf(byte[] content) throws Exception {
        return TierLayout.chunk(new ChunkId(new ContainerId(7, 7), 1), S3TierTest.digest(content));
    }

    private long put(byte[] content) throws Exception {
        return tier.put(keyOf(content), FileSource.of(content), S3TierTest.digest(content));
    }

    private byte[] get(byte[] content) throws Exception {
        GetOutcome outcome = tier.get(keyOf(content), 0, content.length);
        try (InputStream bytes = ((GetOutcome.Bytes) outcome).bytes()) {
            return bytes.readAllBytes();
        }
    }

    private static void assertReason(Reason reason, String text, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        TierException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining(text)
                .hasMessageNotContaining(S3Server.SECRET_KEY);
    }

    // ---- what passes by itself

    @Test
    void aShortStormIsRiddenOut() throws Exception {
        front.inject(PUTS, 1, new Fault.Answer(503, "ServiceUnavailable"));
        front.inject(PUTS, 1, new Fault.Answer(500, "InternalError"));
        front.inject(PUTS, 1, new Fault.BreakOff());
        byte[] content = bytes(1000);

        assertThat(put(content)).isEqualTo(1000);
        front.inject(GETS, 1, new Fault.BreakOff());
        front.inject(GETS, 1, new Fault.Answer(500, "InternalError"));
        assertThat(get(content)).isEqualTo(content);
    }

    @Test
    void aBodyThatBreaksOffIsGoneOnWith() throws Exception {
        byte[] content = bytes(3_000_000);
        put(content);
        front.inject(GETS, 2, new Fault.Truncate());

        assertThat(get(content)).isEqualTo(content);
    }

    // ---- what does not

    @Test
    void aLongStormIsReportedAndLosesNothing() throws Exception {
        front.inject(PUTS, 4, new Fault.Answer(500, "InternalError"));
        byte[] content = bytes(1000);

        assertReason(Reason.UNREACHABLE, "InternalError", () -> put(content));
        assertThat(put(content)).isEqualTo(1000);
    }

    @Test
    void aStoreThatIsNotThereIsReported() throws Exception {
        S3Options nowhere = options(URI.create("http://127.0.0.1:1"), credentials, "x");
        try (S3Tier none =
                S3Tier.open(
                        S3Fixture.with(nowhere, Duration.ofSeconds(1), false),
                        "test",
                        InstantSource.system())) {
            assertReason(
                    Reason.UNREACHABLE, "s3://tapes/x/: cannot read capstan-tier", none::begin);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400, ExpiredToken, DENIED",
        "403, AccessDenied, DENIED",
        "403, InvalidAccessKeyId, DENIED",
        "403, RequestTimeTooSkewed, DENIED",
        "403, QuotaExceeded, FULL",
        "507, InsufficientStorage, FULL",
        "404, NoSuchBucket, NOT_THERE",
        "400, BadDigest, CORRUPT",
        "400, MalformedXML, FAILED"
    })
    void errorsHaveTheReasonThatAnOperatorNeeds(int status, String code, Reason reason)
            throws Exception {
        front.inject(PUTS, 4, new Fault.Answer(status, code));
        byte[] content = bytes(1000);

        assertReason(reason, code, () -> put(content));
        assertThat(tier.head(keyOf(content))).isEqualTo(new ObjectState.Absent());
    }

    @Test
    void aWrongSecretIsReported(@TempDir Path other) throws Exception {
        try (S3Server signed = S3Server.start(other, true);
                S3Tier wrong =
                        S3Tier.open(
                                options(
                                        signed.endpoint(),
                                        S3Server.writeCredentials(other.resolve("c"), "guessed"),
                                        "x"),
                                "test",
                                InstantSource.system())) {
            assertReason(Reason.DENIED, "SignatureDoesNotMatch", wrong::begin);
        }
    }

    @Test
    void credentialsThatOthersCanReadAreRefused(@TempDir Path other) throws Exception {
        Path file = S3Server.writeCredentials(other.resolve("c"), "x");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertReason(
                Reason.DENIED,
                "chmod 600",
                () ->
                        S3Tier.open(
                                options(front.endpoint(), file, "x"),
                                "test",
                                InstantSource.system()));
        Files.delete(file);
        assertReason(
                Reason.DENIED,
                "no such file",
                () ->
                        S3Tier.open(
                                options(front.endpoint(), file, "x"),
                                "test",
                                InstantSource.system()));
    }

    /** A bucket that is gone is not taken for objects that are. */
    @Test
    void aDestroyedBucketIsNotTakenForLostObjects() throws Exception {
        byte[] content = bytes(1000);
        put(content);
        server.destroyBucket();
        ObjectKey key = keyOf(content);
        ChunkDigest digest = S3TierTest.digest(content);

        for (ThrowingCallable call :
                List.<ThrowingCallable>of(
                        () -> tier.head(key),
                        () -> tier.verify(key, content.length, digest),
                        () -> tier.get(key, 0, 1),
                        () -> put(content))) {
            assertReason(Reason.NOT_THERE, "bucket", call);
        }
    }

    // ---- digests

    /** V11: a bit that flips on the way there is found by the store, which keeps nothing of it. */
    @ParameterizedTest
    @CsvSource({"1000", "6000000"})
    void aBitThatFlipsOnTheWayIsFound(int lengthBytes) throws Exception {
        byte[] content = bytes(lengthBytes);
        front.inject(PUTS, 1, new Fault.Garble());

        assertReason(Reason.CORRUPT, "s3://", () -> put(content));
        assertThat(tier.head(keyOf(content))).isEqualTo(new ObjectState.Absent());
        assertThat(put(content)).isEqualTo(lengthBytes);
        assertThat(get(content)).isEqualTo(content);
    }

    /** V11: a store that keeps no checksums has what it got read back. */
    @ParameterizedTest
    @CsvSource({"1000", "6000000"})
    void whereNoChecksumIsKeptAllIsReadBack(int lengthBytes) throws Exception {
        front.forgetChecksums();
        byte[] content = bytes(lengthBytes);
        assertThat(put(content)).isEqualTo(lengthBytes);
        assertThat(front.requests()).anyMatch(request -> request.matches(GETS));
        assertThat(put(content)).isZero();

        front.inject(GETS, 1, new Fault.Garble());
        assertThat(tier.verify(keyOf(content), lengthBytes, S3TierTest.digest(content)))
                .isEqualTo(VerifyOutcome.DIFFERENT);
        tier.delete(keyOf(content));
        front.inject(PUTS, 1, new Fault.Garble());
        assertReason(Reason.CORRUPT, "was not stored as it is", () -> put(content));
    }

    @Test
    void whereChecksumsAreKeptNothingIsReadBack() throws Exception {
        byte[] content = bytes(6_000_000);
        put(content);
        put(content);

        assertThat(front.requests()).noneMatch(request -> request.matches(GETS));
    }

    // ---- parts

    /** V11: parts that arrived are not sent again. */
    @Test
    void anInterruptedTransferResumesWhereItStopped() throws Exception {
        byte[] content = bytes(2 * PART_BYTES + 100);
        front.inject("PUT .*partNumber=3.*", 4, new Fault.BreakOff());

        assertReason(Reason.UNREACHABLE, "part 3", () -> put(content));
        assertThat(tier.head(keyOf(content))).isEqualTo(new ObjectState.Absent());
        assertThat(put(content)).isEqualTo(100);
        assertThat(get(content)).isEqualTo(content);
    }

    /** Content that is at fault leaves no parts behind that somebody pays for. */
    @Test
    void contentThatIsNotWhatItsDigestSaysLeavesNoParts() throws Exception {
        byte[] content = bytes(2 * PART_BYTES);
        byte[] other = content.clone();
        other[PART_BYTES + 5] ^= 1;

        assertReason(
                Reason.CORRUPT,
                "something else",
                () -> tier.put(keyOf(content), FileSource.of(other), S3TierTest.digest(content)));
        assertThat(front.requests()).anyMatch(request -> request.matches("DELETE .*uploadId.*"));
        assertThat(put(content)).isEqualTo(content.length);
    }

    // ---- stopping

    /** A store that says nothing does not hold up the node's stop. */
    @Test
    void closingGivesUpWhatIsUnderWay() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            S3Tier waiting =
                    S3Tier.open(
                            options(
                                    URI.create("http://127.0.0.1:" + silent.getLocalPort()),
                                    credentials,
                                    "x"),
                            "test",
                            InstantSource.system());
            CompletableFuture<Void> call =
                    CompletableFuture.runAsync(() -> {
                        try {
                            waiting.begin();
                        } catch (IOException e) {
                            throw new CompletionException(e);
                        }
                    });
            try (Socket accepted = silent.accept()) {
                waiting.close();
                assertThatThrownBy(call::join).hasCauseInstanceOf(TierException.class);
                assertThat(accepted.isClosed()).isFalse();
            }
        }
    }
}
