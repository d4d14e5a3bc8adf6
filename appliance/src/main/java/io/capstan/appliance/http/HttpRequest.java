package io.capstan.appliance.http;

import java.util.Map;
import java.util.Optional;

/**
 * A request as a handler sees it.
 *
 * @param method in capitals
 * @param path decoded, without the query
 * @param query the first value of each parameter, decoded
 * @param body empty where there is none; never changed
 * @param peer who asks: the user of the process at the other end of the socket
 * @param token what the Authorization header field says after {@code Bearer}; an empty text for another scheme
 */
public record HttpRequest(
        String method,
        String path,
        Map<String, String> query,
        byte[] body,
        String peer,
        Optional<String> token) {

    /** Without a token. */
    public HttpRequest(
            String method, String path, Map<String, String> query, byte[] body, String peer) {
        this(method, path, query, body, peer, Optional.empty());
    }

    public HttpRequest {
        query = Map.copyOf(query);
    }
}
