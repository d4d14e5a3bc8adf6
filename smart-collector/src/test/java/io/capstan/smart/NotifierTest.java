package io.capstan.smart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** D18: people are told outside of the node, of changes alone, by webhook and by mail. */
@Timeout(60)
class NotifierTest {

    @TempDir private Path directory;

    private static Alarm alarm(long value) {
        return new Alarm(
                "counter:D:ata.5.raw",
                "D",
                Alarm.Severity.WARNING,
                "reallocated sectors: " + value,
                value,
                1_700_000_000,
                false);
    }

    @Test
    void D18_webhookIsPostedAlarmsWhenTheyAreNewGrowAndEnd() throws Exception {
        BlockingQueue<JsonNode> posted = new LinkedBlockingQueue<>();
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/alarms",
                exchange -> {
                    posted.add(new ObjectMapper().readTree(exchange.getRequestBody()));
                    exchange.sendResponseHeaders(204, -1);
                    exchange.close();
                });
        server.start();
        try {
            URI address = URI.create("http://127.0.0.1:%d/alarms".formatted(port(server)));
            Alarms alarms =
                    new Alarms(directory.resolve("alarms.json"), List.of(new Webhook(address)));

            alarms.raise(alarm(8));
            JsonNode first = posted.take();
            assertThat(first.path("disk").asText()).isEqualTo("D");
            assertThat(first.path("severity").asText()).isEqualTo("WARNING");
            assertThat(first.path("message").asText()).isEqualTo("reallocated sectors: 8");
            assertThat(first.path("since").asText()).isEqualTo("2023-11-14T22:13:20Z");
            assertThat(first.path("ended").asBoolean()).isFalse();
            for (int day = 0; day < 30; day++) {
                alarms.raise(alarm(8));
            }
            alarms.raise(alarm(9));
            assertThat(posted.take().path("message").asText())
                    .as("nothing of the days between")
                    .isEqualTo("reallocated sectors: 9");
            alarms.end("counter:D:ata.5.raw");
            assertThat(posted.take().path("ended").asBoolean()).isTrue();
        } finally {
            server.stop(0);
        }
    }

    private static int port(HttpServer server) {
        return server.getAddress().getPort();
    }

    @Test
    void D18_mailHasARecipientAndASubjectThatADiskCannotForge() throws Exception {
        Path sent = directory.resolve("sent");
        Mail mail = new Mail(sendmail(sent), "root@example.org");

        mail.tell(
                new Alarm(
                        "k",
                        "D\nBcc: all@example.org",
                        Alarm.Severity.CRITICAL,
                        "it fails",
                        0,
                        0,
                        false),
                false);

        while (!Files.exists(sent)) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        assertThat(Files.readString(sent))
                .startsWith("-i -t\nTo: root@example.org\n")
                .contains("Subject: [capstan] disk D Bcc: all@example.org: critical\n")
                .contains("\n\nit fails\n");
    }

    /** Writes its arguments and what it was given to a file, which is there when all of it is. */
    private Path sendmail(Path sent) throws IOException {
        Path program = directory.resolve("sendmail");
        Files.createFile(
                program,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        Files.writeString(
                program,
                "#!/bin/sh\n{ echo \"$@\"; cat; } >'%1$s.new' && mv '%1$s.new' '%1$s'\n"
                        .formatted(sent));
        return program;
    }

    @Test
    void D18_recipientThatIsAnOptionIsRefused() {
        assertThatThrownBy(() -> new Mail(Path.of("/usr/sbin/sendmail"), "-oQ/tmp"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
