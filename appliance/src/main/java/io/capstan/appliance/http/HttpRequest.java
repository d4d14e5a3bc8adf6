package io.capstan.appliance.http;

import java.util.Map;

/**
 * A request as a handler sees it.
 *
 * @param method in capitals
 * @param path decoded, without the query
 * @param query the first value of each parameter, decoded
 * @param body empty where there is none; never changed
 * @param peer who asks: the user of the process at the other end of the socket
 */
public record HttpRequest(
        String method, String path, Map<String, String> query, byte[] body, String peer) {

    public HttpRequest {
        query = Map.copyOf(query);
    }
}
