package io.capstan.appliance.http;

import java.time.Duration;

/**
 * What a client may cost the server.
 *
 * @param headerBytesMax request line and header fields, each
 * @param bodyBytesMax body of a request
 * @param connectionsMax open at a time; more are closed at once
 * @param requestsMax being handled at a time; more are answered 503
 * @param idleTimeout for a request to arrive, or for a client to take its response
 */
public record HttpLimits(
        int headerBytesMax,
        int bodyBytesMax,
        int connectionsMax,
        int requestsMax,
        Duration idleTimeout) {

    /** Enough for every request of this product, and for many operators at once. */
    public static final HttpLimits DEFAULTS =
            new HttpLimits(8 << 10, 64 << 10, 128, 32, Duration.ofSeconds(30));
}
