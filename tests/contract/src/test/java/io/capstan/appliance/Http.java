package io.capstan.appliance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Bytes to a Unix socket and what came back, without any code of the product. */
record Http(int status, String head, String body) {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    static Http get(Path socket, String target) throws IOException {
        return send(socket, "GET", target, "");
    }

    static Http send(Path socket, String method, String target, String body) throws IOException {
        return raw(
                socket,
                "%s %s HTTP/1.1\r\nHost: test\r\nContent-Length: %d\r\n\r\n%s"
                        .formatted(
                                method,
                                target,
                                body.getBytes(StandardCharsets.UTF_8).length,
                                body));
    }

    static Http raw(Path socket, String request) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8));
            try {
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            } catch (IOException e) {
                // The server may answer and close before it has seen all.
            }
            return parse(readAll(channel));
        }
    }

    private static String readAll(SocketChannel channel) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(65536);
        try {
            while (channel.read(buffer) >= 0) {
                all.write(buffer.array(), 0, buffer.position());
                buffer.clear();
            }
        } catch (IOException e) {
            // A connection that is reset behind the answer.
        }
        return all.toString(StandardCharsets.UTF_8);
    }

    private static Http parse(String text) {
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            return new Http(0, text, "");
        }
        return new Http(
                Integer.parseInt(text.substring(9, 12)),
                text.substring(0, end),
                text.substring(end + 4));
    }

    JsonNode json() throws IOException {
        return MAPPER.readTree(body);
    }

    String reason() throws IOException {
        return json().path("reason").asText();
    }
}
