package io.capstan.appliance.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URLEncoder;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Asks the daemon, one request a connection. The JDK's HTTP client has no Unix sockets, and one request over one needs no
 * more than this.
 */
final class ApiClient {

    private static final byte[] END_OF_HEAD = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Path socket;
    private final Optional<String> token;
    private final ObjectMapper mapper;

    ApiClient(Path socket, Optional<String> token, ObjectMapper mapper) {
        this.socket = socket;
        this.token = token;
        this.mapper = mapper;
    }

    private record Response(int status, byte[] body) {}

    /** Makes a path from a template, each {@code %s} in it a segment. */
    static String path(String template, Object... segments) {
        Object[] encoded =
                Arrays.stream(segments).map(segment -> encode(segment.toString())).toArray();
        return template.formatted(encoded);
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    JsonNode get(String path) {
        return json(request("GET", path, new byte[0]));
    }

    String getText(String path) {
        return new String(checked(request("GET", path, new byte[0])), StandardCharsets.UTF_8);
    }

    JsonNode send(String method, String path, Object document) {
        try {
            return json(request(method, path, mapper.writeValueAsBytes(document)));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private JsonNode json(Response response) {
        return parse(checked(response));
    }

    private JsonNode parse(byte[] body) {
        try {
            return mapper.readTree(body);
        } catch (IOException e) {
            throw new CliException(
                    ExitStatus.FAILED, "the daemon's answer is not JSON: " + e.getMessage());
        }
    }

    private byte[] checked(Response response) {
        if (response.status() == 200) {
            return response.body();
        }
        JsonNode problem = parse(response.body());
        throw new CliException(
                ExitStatus.FAILED,
                "%s (%s)"
                        .formatted(
                                problem.path("detail").asText("status " + response.status()),
                                problem.path("reason").asText("?")));
    }

    private Response request(String method, String path, byte[] body) {
        String head =
                "%s %s HTTP/1.1\r\nHost: capstan\r\n%sContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                        .formatted(
                                method,
                                path,
                                token.map(ApiClient::authorization).orElse(""),
                                body.length);
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        try (SocketChannel channel = connect()) {
            channel.write(
                    new ByteBuffer[] {
                        ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)),
                        ByteBuffer.wrap(body)
                    });
            ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
            while (channel.read(buffer) >= 0) {
                received.write(buffer.array(), 0, buffer.position());
                buffer.clear();
            }
        } catch (IOException e) {
            throw new CliException(ExitStatus.NO_DAEMON, "the daemon went away: " + e.getMessage());
        }
        return response(received.toByteArray());
    }

    private static String authorization(String token) {
        if (!token.matches("[!-~]{1,1000}")) {
            throw new CliException(ExitStatus.USAGE, "a token is one word of printable characters");
        }
        return "Authorization: Bearer " + token + "\r\n";
    }

    private SocketChannel connect() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            return channel;
        } catch (IOException e) {
            channel.close();
            throw unreachable(e);
        }
    }

    private CliException unreachable(IOException e) {
        if (Files.exists(socket) && !Files.isWritable(socket)) {
            return new CliException(
                    ExitStatus.NO_DAEMON,
                    "no permission for the daemon's socket %s: root and members of its group have it"
                            .formatted(socket));
        }
        return new CliException(
                ExitStatus.NO_DAEMON,
                "the daemon does not run, or not with the socket %s (%s): start it with 'systemctl start capstand', or say where it is with --socket or CAPSTAN_SOCKET"
                        .formatted(socket, e.getMessage()));
    }

    private static Response response(byte[] bytes) {
        int end = indexOf(bytes, END_OF_HEAD);
        String[] head =
                new String(bytes, 0, Math.max(end, 0), StandardCharsets.US_ASCII).split("\r\n");
        if (end < 0 || !head[0].matches("HTTP/1\\.1 \\d{3}.*")) {
            throw new CliException(ExitStatus.NO_DAEMON, "the daemon broke off its answer");
        }
        byte[] body = Arrays.copyOfRange(bytes, end + END_OF_HEAD.length, bytes.length);
        for (String line : head) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")
                    && Long.parseLong(line.substring(line.indexOf(':') + 1).strip())
                            != body.length) {
                throw new CliException(ExitStatus.NO_DAEMON, "the daemon broke off its answer");
            }
        }
        return new Response(Integer.parseInt(head[0].substring(9, 12)), body);
    }

    private static int indexOf(byte[] bytes, byte[] wanted) {
        for (int i = 0; i + wanted.length <= bytes.length; i++) {
            if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        return -1;
    }
}
