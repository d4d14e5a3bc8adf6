package io.capstan.config;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An address to listen on: {@code HOST:PORT}, an IPv6 address in brackets.
 *
 * @param host name or address; {@code 0.0.0.0} or {@code ::} for every address of this host
 * @param port 0 to 65535, where 0 takes any that is free
 */
public record PortalAddress(String host, int port) {

    private static final Pattern FORM =
            Pattern.compile("(?:\\[([0-9A-Fa-f:.%a-z]+)]|([A-Za-z0-9._-]+)):([0-9]{1,5})");

    /** Reads {@code HOST:PORT}; empty if it is something else. */
    public static Optional<PortalAddress> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int port = Integer.parseInt(matcher.group(3));
        String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        return port > 0xFFFF ? Optional.empty() : Optional.of(new PortalAddress(host, port));
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
