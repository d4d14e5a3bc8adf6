package io.capstan.smart;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Posts alarms to an address as JSON, each on a thread of its own. */
public final class Webhook implements Notifier {

    private static final Logger LOG = LoggerFactory.getLogger(Webhook.class);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI address;
    private final HttpClient client = HttpClient.newBuilder().connectTimeout(LIMIT).build();

    public Webhook(URI address) {
        this.address = address;
    }

    @Override
    public void tell(Alarm alarm, boolean ended) {
        byte[] body = body(alarm, ended);
        Thread.ofVirtual().name("alarm webhook").start(() -> post(body));
    }

    private static byte[] body(Alarm alarm, boolean ended) {
        ObjectNode node = JSON.createObjectNode();
        node.put("key", alarm.key());
        node.put("disk", alarm.disk());
        node.put("severity", alarm.severity().name());
        node.put("message", alarm.message());
        node.put("since", Instant.ofEpochSecond(alarm.sinceSeconds()).toString());
        node.put("ended", ended);
        try {
            return JSON.writeValueAsBytes(node);
        } catch (IOException e) {
            throw new IllegalStateException("a tree of JSON nodes can be written", e);
        }
    }

    private void post(byte[] body) {
        HttpRequest request =
                HttpRequest.newBuilder(address)
                        .timeout(LIMIT)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build();
        try {
            int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            if (status >= 300) {
                LOG.warn("{} answered {} to an alarm", address, status);
            }
        } catch (IOException e) {
            LOG.warn("an alarm did not reach {}: {}", address, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
