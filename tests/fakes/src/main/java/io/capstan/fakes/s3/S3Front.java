package io.capstan.fakes.s3;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Passes requests on to an S3 server that checks no signatures, and does meanwhile what such servers do in the world but not
 * in tests: it fails, breaks off, garbles, and archives.
 *
 * <p>Objects that are stored with an archival storage class cannot be read until they were restored, which is when the test
 * says so: no time has to pass.
 *
 * @see "Amazon S3 API Reference, RestoreObject, HeadObject (x-amz-restore), GetObject (InvalidObjectState)"
 */
public final class S3Front implements AutoCloseable {

    /** What is done to a request or its answer. */
    public sealed interface Fault {

        /** The server says no. */
        record Answer(int status, String code) implements Fault {}

        /** The connection ends without an answer. */
        record BreakOff() implements Fault {}

        /** The connection ends in the middle of the answer's body. */
        record Truncate() implements Fault {}

        /** There is no answer at all, for as long as the client waits. */
        record Silence() implements Fault {}

        /** A bit of the body flips, on the way there or back. */
        record Garble() implements Fault {}
    }

    private static final class Injected {
        private final Pattern requests;
        private final Fault fault;
        private int left;

        Injected(Pattern requests, int count, Fault fault) {
            this.requests = requests;
            this.left = count;
            this.fault = fault;
        }
    }

    private enum Archived {
        ARCHIVED,
        RESTORING,
        RESTORED
    }

    private static final Set<String> ARCHIVAL = Set.of("GLACIER", "DEEP_ARCHIVE");
    private static final Set<String> HOP_BY_HOP =
            Set.of("connection", "content-length", "expect", "host", "transfer-encoding", "date");

    private final URI behind;
    private final HttpServer server;
    private final HttpClient client = HttpClient.newHttpClient();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private final List<Injected> injected = new ArrayList<>();
    private final List<String> requests = new ArrayList<>();
    private final Map<String, Archived> archived = new TreeMap<>();
    private final Map<String, String> storageClasses = new TreeMap<>();
    private final Set<String> restoreRequests = new HashSet<>();
    private final Map<String, String> locks = new TreeMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private boolean keepsChecksums = true;

    private S3Front(URI behind, HttpServer server) {
        this.behind = behind;
        this.server = server;
    }

    /** Starts one before a server. */
    public static S3Front start(URI behind) throws IOException {
        return start(behind, 0);
    }

    /** As {@link #start(URI)}, on a port of loopback. */
    public static S3Front start(URI behind, int port) throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        S3Front front = new S3Front(behind, server);
        server.createContext("/", front::handle);
        server.setExecutor(front.threads);
        server.start();
        return front;
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /**
     * Makes requests fail.
     *
     * @param requests which, as method, path and query
     * @param count how many of them
     */
    public synchronized void inject(String requests, int count, Fault fault) {
        injected.add(new Injected(Pattern.compile(requests), count, fault));
    }

    /** From now on all is well. */
    public synchronized void heal() {
        injected.clear();
    }

    /** From now on it neither takes nor says checksums. */
    public synchronized void forgetChecksums() {
        keepsChecksums = false;
    }

    /** What was asked for is there. */
    public synchronized void completeRestores() {
        archived.replaceAll(
                (key, state) -> state == Archived.RESTORING ? Archived.RESTORED : state);
    }

    /** What was there is taken back. */
    public synchronized void expireRestores() {
        archived.replaceAll((key, state) -> state == Archived.RESTORED ? Archived.ARCHIVED : state);
    }

    /** Requests so far, as method, path and query. */
    public synchronized List<String> requests() {
        return List.copyOf(requests);
    }

    /** Bodies of requests to restore an object, each once. */
    public synchronized Set<String> restoreRequests() {
        return Set.copyOf(restoreRequests);
    }

    /** Paths of objects with an Object Lock: its mode and until when, as the last request said them. */
    public synchronized Map<String, String> locks() {
        return Map.copyOf(locks);
    }

    private synchronized Optional<Fault> take(String request) {
        requests.add(request);
        for (Injected candidate : injected) {
            if (candidate.left > 0 && candidate.requests.matcher(request).matches()) {
                candidate.left--;
                return Optional.of(candidate.fault);
            }
        }
        return Optional.empty();
    }

    // ---- one request

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String method = exchange.getRequestMethod();
            URI target = exchange.getRequestURI();
            Optional<Fault> fault = take(method + " " + target);
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (fault.isPresent()) {
                switch (fault.get()) {
                    case Fault.Answer(int status, String code) -> {
                        refuse(exchange, status, code);
                        return;
                    }
                    case Fault.BreakOff() -> {
                        return;
                    }
                    case Fault.Silence() -> {
                        closed.await();
                        return;
                    }
                    case Fault.Garble() -> flipBit(body);
                    case Fault.Truncate() -> {}
                }
            }
            if (isRetention(method, target)) {
                lock(exchange, target.getPath(), new String(body, StandardCharsets.UTF_8));
            } else if (isRestore(method, target)) {
                restore(exchange, target.getPath(), new String(body, StandardCharsets.UTF_8));
            } else if (method.equals("GET") && isUnreadable(target)) {
                refuse(exchange, 403, "InvalidObjectState");
            } else {
                noteNewObject(exchange, method, target);
                answer(exchange, relay(exchange, body), fault);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void flipBit(byte[] body) {
        if (body.length > 0) {
            body[body.length / 2] ^= 1;
        }
    }

    private static void refuse(HttpExchange exchange, int status, String code) throws IOException {
        byte[] error =
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>%s</Code><Message>as the test asked</Message></Error>"
                        .formatted(code)
                        .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        exchange.sendResponseHeaders(status, error.length);
        exchange.getResponseBody().write(error);
    }

    private HttpResponse<byte[]> relay(HttpExchange exchange, byte[] body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(behind.resolve(exchange.getRequestURI()))
                        .method(
                                exchange.getRequestMethod(),
                                body.length == 0
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders()
                .forEach((name, values) -> {
                    if (isPassedOn(name) && !name.equalsIgnoreCase("x-amz-storage-class")) {
                        values.forEach(value -> request.header(name, value));
                    }
                });
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private synchronized boolean isPassedOn(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return !HOP_BY_HOP.contains(lower)
                && (keepsChecksums
                        || !(lower.startsWith("x-amz-checksum")
                                || lower.startsWith("x-amz-sdk-checksum")));
    }

    private void answer(HttpExchange exchange, HttpResponse<byte[]> answer, Optional<Fault> fault)
            throws IOException {
        Headers headers = exchange.getResponseHeaders();
        answer.headers()
                .map()
                .forEach((name, values) -> {
                    if (isPassedOn(name)) {
                        headers.put(name, values);
                    }
                });
        byte[] body = answer.body();
        if (exchange.getRequestMethod().equals("HEAD")) {
            answer.headers()
                    .firstValue("content-length")
                    .ifPresent(length -> headers.set("Content-Length", length));
            describeArchived(exchange.getRequestURI().getPath(), headers);
            describeLocked(exchange.getRequestURI().getPath(), headers);
            exchange.sendResponseHeaders(answer.statusCode(), -1);
            return;
        }
        if (fault.equals(Optional.of(new Fault.Garble()))
                && exchange.getRequestMethod().equals("GET")) {
            flipBit(body);
        }
        exchange.sendResponseHeaders(answer.statusCode(), body.length == 0 ? -1 : body.length);
        OutputStream out = exchange.getResponseBody();
        if (fault.equals(Optional.of(new Fault.Truncate()))) {
            out.write(body, 0, body.length / 2);
            out.flush();
            return;
        }
        out.write(body);
    }

    // ---- Object Lock

    private static boolean isRetention(String method, URI target) {
        return method.equals("PUT") && "retention".equals(nameOf(target.getQuery()));
    }

    /** A lock is never shortened, and COMPLIANCE never weakened, whoever asks. */
    private void lock(HttpExchange exchange, String path, String request) throws IOException {
        String mode = element("Mode", request);
        String until = element("RetainUntilDate", request);
        boolean isAllowed;
        synchronized (this) {
            String before = locks.get(path);
            isAllowed =
                    before == null
                            || (!Instant.parse(until).isBefore(Instant.parse(before.split(" ")[1]))
                                    && (mode.equals("COMPLIANCE")
                                            || before.startsWith("GOVERNANCE ")));
            if (isAllowed) {
                locks.put(path, mode + " " + until);
            }
        }
        if (isAllowed) {
            exchange.sendResponseHeaders(200, -1);
        } else {
            refuse(exchange, 403, "AccessDenied");
        }
    }

    private static String element(String name, String xml) {
        Matcher matcher = Pattern.compile("<%1$s>([^<]*)</%1$s>".formatted(name)).matcher(xml);
        if (!matcher.find()) {
            throw new IllegalArgumentException("no %s in %s".formatted(name, xml));
        }
        return matcher.group(1);
    }

    private synchronized void describeLocked(String path, Headers headers) {
        String lock = locks.get(path);
        if (lock != null) {
            headers.set("x-amz-object-lock-mode", lock.split(" ")[0]);
            headers.set("x-amz-object-lock-retain-until-date", lock.split(" ")[1]);
        }
    }

    // ---- archival storage classes

    private static boolean isRestore(String method, URI target) {
        return method.equals("POST") && "restore".equals(nameOf(target.getQuery()));
    }

    private static String nameOf(@Nullable String query) {
        return query == null ? "" : query.split("[=&]", 2)[0];
    }

    /** Whether it is the content of an archived object. The parts of an upload can be listed whatever it is to replace. */
    private synchronized boolean isUnreadable(URI target) {
        String query = target.getQuery();
        if (query != null && query.contains("uploadId=")) {
            return false;
        }
        Archived state = archived.get(target.getPath());
        return state != null && state != Archived.RESTORED;
    }

    private synchronized void noteNewObject(HttpExchange exchange, String method, URI target) {
        String path = target.getPath();
        String storageClass = exchange.getRequestHeaders().getFirst("x-amz-storage-class");
        boolean isWhole = target.getQuery() == null;
        boolean isNew =
                isWhole
                        ? method.equals("PUT")
                        : method.equals("POST") && nameOf(target.getQuery()).equals("uploads");
        if (isNew || (isWhole && method.equals("DELETE"))) {
            archived.remove(path);
            storageClasses.remove(path);
            locks.remove(path);
        }
        String lockMode = exchange.getRequestHeaders().getFirst("x-amz-object-lock-mode");
        if (isNew && lockMode != null) {
            String until =
                    exchange.getRequestHeaders().getFirst("x-amz-object-lock-retain-until-date");
            locks.put(path, lockMode + " " + until);
        }
        if (isNew && storageClass != null) {
            storageClasses.put(path, storageClass);
            if (ARCHIVAL.contains(storageClass)) {
                archived.put(path, Archived.ARCHIVED);
            }
        }
    }

    private void restore(HttpExchange exchange, String path, String request) throws IOException {
        Archived before;
        synchronized (this) {
            before = archived.get(path);
            restoreRequests.add(request);
            archived.computeIfPresent(
                    path, (key, state) -> state == Archived.ARCHIVED ? Archived.RESTORING : state);
        }
        switch (before) {
            case null -> refuse(exchange, 403, "InvalidObjectState");
            case ARCHIVED -> exchange.sendResponseHeaders(202, -1);
            case RESTORING -> refuse(exchange, 409, "RestoreAlreadyInProgress");
            case RESTORED -> exchange.sendResponseHeaders(200, -1);
        }
    }

    private synchronized void describeArchived(String path, Headers headers) {
        String storageClass = storageClasses.get(path);
        if (storageClass != null) {
            headers.set("x-amz-storage-class", storageClass);
        }
        switch (archived.get(path)) {
            case RESTORING -> headers.set("x-amz-restore", "ongoing-request=\"true\"");
            case RESTORED ->
                    headers.set(
                            "x-amz-restore",
                            "ongoing-request=\"false\", expiry-date=\"Fri, 21 Dec 2040 00:00:00 GMT\"");
            case ARCHIVED -> {}
            case null -> {}
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
        client.shutdownNow();
    }
}
