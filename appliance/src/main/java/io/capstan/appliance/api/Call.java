package io.capstan.appliance.api;

import io.capstan.appliance.http.HttpRequest;
import io.capstan.format.VolumeIdentifier;
import java.util.Map;
import java.util.Optional;

/** A request on its way through a route. */
final class Call {

    private final HttpRequest request;
    private final Access access;
    private final Map<String, String> pathParameters;

    Call(HttpRequest request, Map<String, String> pathParameters, Access access) {
        this.request = request;
        this.access = access;
        this.pathParameters = Map.copyOf(pathParameters);
    }

    /** What whoever asks may see. */
    Access access() {
        return access;
    }

    Optional<String> pathIfGiven(String name) {
        return Optional.ofNullable(pathParameters.get(name));
    }

    String peer() {
        return request.peer();
    }

    /** A parameter of the route's path. */
    String path(String name) {
        String value = pathParameters.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the route has no parameter " + name);
        }
        return value;
    }

    int pathNumber(String name) {
        return number(name, path(name), 0, Integer.MAX_VALUE);
    }

    Optional<String> query(String name) {
        return Optional.ofNullable(request.query().get(name));
    }

    int queryNumber(String name, int otherwise, int min, int max) {
        return query(name).map(text -> number(name, text, min, max)).orElse(otherwise);
    }

    /** The cartridge that the path names. */
    VolumeIdentifier barcode() {
        return volume(path("barcode"));
    }

    static VolumeIdentifier volume(String text) {
        try {
            return new VolumeIdentifier(text);
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest(String.valueOf(e.getMessage()));
        }
    }

    /** The body, which must be a JSON object of that type; an empty body is an empty object. */
    <T> T body(Class<T> type) {
        return Json.read(request.body(), type);
    }

    private static int number(String name, String text, int min, int max) {
        try {
            int number = Integer.parseInt(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw Problem.badRequest(
                "%s must be a number from %d to %d, not '%s'".formatted(name, min, max, text));
    }
}
