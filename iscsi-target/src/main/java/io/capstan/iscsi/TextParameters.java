package io.capstan.iscsi;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The key=value pairs of login and text data segments, in order, each key once.
 *
 * @see "RFC 7143, 6.1 Text Format and 6.2 Text Mode Negotiation"
 */
final class TextParameters {

    /** More keys than any initiator has reason to send. */
    private static final int KEYS_MAX = 128;

    private static final int KEY_LENGTH_MAX = 63;

    private final Map<String, String> pairs = new LinkedHashMap<>();

    /**
     * Reads pairs that end with a zero byte each.
     *
     * @throws ProtocolException if it is not such text
     */
    static TextParameters parse(byte[] text) throws ProtocolException {
        TextParameters parameters = new TextParameters();
        int at = 0;
        while (at < text.length) {
            int end = at;
            while (end < text.length && text[end] != 0) {
                end++;
            }
            if (end > at) {
                parameters.addPair(new String(text, at, end - at, StandardCharsets.UTF_8));
            }
            at = end + 1;
        }
        return parameters;
    }

    private void addPair(String pair) throws ProtocolException {
        int equals = pair.indexOf('=');
        if (equals < 1 || equals > KEY_LENGTH_MAX) {
            throw new ProtocolException("text that is no key=value pair");
        }
        String key = pair.substring(0, equals);
        if (pairs.size() >= KEYS_MAX) {
            throw new ProtocolException("more than " + KEYS_MAX + " keys");
        }
        if (pairs.putIfAbsent(key, pair.substring(equals + 1)) != null) {
            throw new ProtocolException("key sent twice");
        }
    }

    /** Adds a pair; a key may be there once. */
    TextParameters put(String key, String value) {
        pairs.put(key, value);
        return this;
    }

    Optional<String> get(String key) {
        return Optional.ofNullable(pairs.get(key));
    }

    boolean isEmpty() {
        return pairs.isEmpty();
    }

    Map<String, String> pairs() {
        return pairs;
    }

    byte[] encode() {
        StringBuilder text = new StringBuilder();
        pairs.forEach((key, value) -> text.append(key).append('=').append(value).append('\0'));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
