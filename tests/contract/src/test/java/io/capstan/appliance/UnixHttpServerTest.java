package io.capstan.appliance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.appliance.http.HttpHandler;
import io.capstan.appliance.http.HttpLimits;
import io.capstan.appliance.http.HttpRequest;
import io.capstan.appliance.http.HttpResponse;
import io.capstan.appliance.http.UnixHttpServer;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server by itself: limits, the socket, and clients that misbehave. */
@Timeout(120)
class UnixHttpServerTest {

    private static final HttpLimits LIMITS =
            new HttpLimits(1024, 2048, 8, 2, Duration.ofMillis(500));

    @TempDir private Path directory;

    private final AtomicReference<HttpRequest> latest = new AtomicReference<>();
    private final AtomicInteger handling = new AtomicInteger();
    private CountDownLatch release = new CountDownLatch(0);

    private final HttpHandler handler =
            new HttpHandler() {
                @Override
                public HttpResponse handle(HttpRequest request) {
                    latest.set(request);
                    if (request.path().equals("/bug")) {
                        throw new IllegalStateException("a bug that a test asked for");
                    }
                    handling.incrementAndGet();
                    try {
                        release.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return new HttpResponse(200, "text/plain", request.body());
                }

                @Override
                public HttpResponse refuse(int status, String detail) {
                    return new HttpResponse(
                            status, "text/plain", detail.getBytes(StandardCharsets.UTF_8));
                }
            };

    private Path socket() {
        return directory.resolve("test.sock");
    }

    private UnixHttpServer start() throws IOException {
        return UnixHttpServer.start(socket(), LIMITS, handler);
    }

    @Test
    void aRequestReachesTheHandlerAsItWasSent() throws IOException {
        try (UnixHttpServer server = start()) {
            Http answer = Http.send(server.socket(), "POST", "/a%20b/c?x=1&y=%26&x=2", "body");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("body");
            assertThat(answer.head().toLowerCase(java.util.Locale.ROOT))
                    .contains("content-length: 4")
                    .contains("connection: close");
            HttpRequest request = latest.get();
            assertThat(request.method()).isEqualTo("POST");
            assertThat(request.path()).isEqualTo("/a b/c");
            assertThat(request.query()).isEqualTo(Map.of("x", "1", "y", "&"));
            assertThat(request.peer()).isEqualTo(System.getProperty("user.name"));
        }
    }

    @Test
    void aChunkedBodyIsOneBody() throws IOException {
        try (UnixHttpServer server = start()) {
            Http answer =
                    Http.raw(
                            server.socket(),
                            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
            assertThat(answer.body()).isEqualTo("abcde");
        }
    }

    @Test
    void theSocketIsForOwnerAndGroup() throws IOException {
        try (UnixHttpServer server = start()) {
            assertThat(
                            PosixFilePermissions.toString(
                                    Files.getPosixFilePermissions(server.socket())))
                    .isEqualTo("rw-rw----");
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aSocketThatNobodyServesIsReplaced() throws IOException {
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(socket()));
        }
        assertThat(socket()).exists();
        try (UnixHttpServer server = start()) {
            assertThat(Http.get(server.socket(), "/").status()).isEqualTo(200);
        }
    }

    @Test
    void aSocketThatIsServedIsLeftAlone() throws IOException {
        try (UnixHttpServer server = start()) {
            assertThatThrownBy(this::start)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another daemon serves");
            assertThat(Http.get(server.socket(), "/").status()).isEqualTo(200);
            assertThat(UnixHttpServer.isFree(socket())).isFalse();
        }
        assertThat(UnixHttpServer.isFree(socket())).isTrue();
    }

    @Test
    void aFileInPlaceOfTheSocketIsLeftAlone() throws IOException {
        Files.writeString(socket(), "precious");
        assertThatThrownBy(this::start)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("taken");
        assertThat(socket()).hasContent("precious");
    }

    @Test
    void aPathThatIsTooLongForASocketIsRefused() {
        Path path = directory.resolve("x".repeat(100)).resolve("s");
        assertThatThrownBy(() -> UnixHttpServer.start(path, LIMITS, handler))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("longer than");
        assertThat(directory).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense\r\n\r\n",
                "GET / HTTP/9.9.9\r\n\r\n",
                "\u0001\u0002\u0003\r\n\r\n",
                "POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
                "POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
                "GET / HTTP/1.1\r\nbad header\r\n\r\n",
                "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
            })
    void whatIsNoRequestIsAnsweredOrClosed(String text) throws IOException {
        try (UnixHttpServer server = start()) {
            Http answer = Http.raw(server.socket(), text);
            assertThat(answer.status()).isIn(400, 0);
            assertThat(Http.get(server.socket(), "/").status()).isEqualTo(200);
        }
    }

    @Test
    void limitsAreKept() throws IOException {
        try (UnixHttpServer server = start()) {
            String longText = "x".repeat(3000);
            assertThat(Http.get(server.socket(), "/" + longText).status()).isEqualTo(414);
            assertThat(
                            Http.raw(
                                            server.socket(),
                                            "GET / HTTP/1.1\r\nX: " + longText + "\r\n\r\n")
                                    .status())
                    .isEqualTo(431);
            assertThat(Http.send(server.socket(), "POST", "/", longText).status()).isEqualTo(413);
            assertThat(
                            Http.raw(
                                            server.socket(),
                                            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nbb8\r\n"
                                                    + longText
                                                    + "\r\n0\r\n\r\n")
                                    .status())
                    .isEqualTo(413);
            assertThat(Http.send(server.socket(), "POST", "/", "x".repeat(2048)).status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aRequestThatDoesNotComeToItsEndIsGivenUp() throws IOException {
        try (UnixHttpServer server = start()) {
            assertThat(
                            Http.raw(
                                            server.socket(),
                                            "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nab")
                                    .status())
                    .isEqualTo(408);
            assertThat(Http.raw(server.socket(), "").status()).isZero();
        }
    }

    @Test
    void oneRequestTooManyIsToldSo() throws Exception {
        release = new CountDownLatch(1);
        try (UnixHttpServer server = start()) {
            List<CompletableFuture<Http>> running = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                running.add(inBackground(() -> get(server.socket(), "/slow")));
            }
            while (handling.get() < 2) {
                Thread.onSpinWait();
            }
            assertThat(get(server.socket(), "/").status()).isEqualTo(503);
            release.countDown();
            for (CompletableFuture<Http> request : running) {
                assertThat(request.join().status()).isEqualTo(200);
            }
            assertThat(get(server.socket(), "/").status()).isEqualTo(200);
        }
    }

    @Test
    void connectionsBeyondTheLimitAreClosedAndOthersGoOn() throws IOException {
        try (UnixHttpServer server = start()) {
            List<SocketChannel> idle = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                channel.connect(UnixDomainSocketAddress.of(server.socket()));
                idle.add(channel);
            }
            int closed = 0;
            for (SocketChannel channel : idle.reversed()) {
                closed += channel.read(ByteBuffer.allocate(1)) < 0 ? 1 : 0;
                channel.close();
            }
            // Those within the limit were given up when they sent nothing.
            assertThat(closed).isEqualTo(30);
            assertThat(Http.get(server.socket(), "/").status()).isEqualTo(200);
        }
    }

    @Test
    void aBugInAHandlerIsAnsweredAndTheServerGoesOn() throws IOException {
        try (UnixHttpServer server = start()) {
            assertThat(Http.get(server.socket(), "/bug").status()).isEqualTo(500);
            assertThat(Http.get(server.socket(), "/").status()).isEqualTo(200);
        }
    }

    @Test
    void closingLetsARequestComeToItsEnd() throws Exception {
        release = new CountDownLatch(1);
        UnixHttpServer server = start();
        CompletableFuture<Http> running = inBackground(() -> get(server.socket(), "/slow"));
        while (latest.get() == null) {
            Thread.onSpinWait();
        }
        CompletableFuture<Boolean> closing =
                inBackground(() -> {
                    server.close();
                    return true;
                });
        while (Files.exists(socket())) {
            Thread.onSpinWait();
        }
        release.countDown();
        assertThat(running.get().status()).isEqualTo(200);
        closing.get();
        server.close();
    }

    private static <T> CompletableFuture<T> inBackground(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, task -> Thread.ofVirtual().start(task));
    }

    private static Http get(Path socket, String target) {
        try {
            return Http.get(socket, target);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
