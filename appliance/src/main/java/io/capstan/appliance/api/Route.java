package io.capstan.appliance.api;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One operation of the API. The OpenAPI document is made from these, so nothing is described twice.
 *
 * @param method GET changes nothing; every other is audited
 * @param path with parameters in braces, each of which stands for one segment
 * @param operation its name for programs
 * @param request type of the body; empty if there is none
 * @param response type of the body of a success
 * @param isForTenants whether tenants have it too; what is not said to be is the administrator's. What its path names in
 *     {@code library}, {@code barcode} and {@code job} is looked after here, anything else is the handler's
 */
record Route(
        String method,
        String path,
        String operation,
        String summary,
        List<QueryParameter> queryParameters,
        Optional<Class<?>> request,
        Class<?> response,
        Handler handler,
        boolean isForTenants) {

    /** Answers with a document of the route's response type. */
    interface Handler {
        Object handle(Call call) throws Exception;
    }

    record QueryParameter(String name, boolean isNumber, String description) {}

    static Route get(
            String path, String operation, String summary, Class<?> response, Handler handler) {
        return new Route(
                "GET",
                path,
                operation,
                summary,
                List.of(),
                Optional.empty(),
                response,
                handler,
                false);
    }

    static Route change(
            String method,
            String path,
            String operation,
            String summary,
            Class<?> request,
            Class<?> response,
            Handler handler) {
        return new Route(
                method,
                path,
                operation,
                summary,
                List.of(),
                request == Void.class ? Optional.empty() : Optional.of(request),
                response,
                handler,
                false);
    }

    Route withQuery(QueryParameter... parameters) {
        return new Route(
                method,
                path,
                operation,
                summary,
                List.of(parameters),
                request,
                response,
                handler,
                isForTenants);
    }

    Route forTenants() {
        return new Route(
                method,
                path,
                operation,
                summary,
                queryParameters,
                request,
                response,
                handler,
                true);
    }

    boolean changes() {
        return !method.equals("GET");
    }

    /** The names of the path's parameters, in order. */
    List<String> pathParameters() {
        List<String> names = new ArrayList<>();
        for (String segment : path.split("/", -1)) {
            if (isParameter(segment)) {
                names.add(name(segment));
            }
        }
        return names;
    }

    /** The parameters' values if a path is one of this route's. */
    Optional<Map<String, String>> match(String requested) {
        String[] pattern = path.split("/", -1);
        String[] actual = requested.split("/", -1);
        if (pattern.length != actual.length) {
            return Optional.empty();
        }
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < pattern.length; i++) {
            if (isParameter(pattern[i]) && !actual[i].isEmpty()) {
                values.put(name(pattern[i]), actual[i]);
            } else if (!pattern[i].equals(actual[i])) {
                return Optional.empty();
            }
        }
        return Optional.of(values);
    }

    private static boolean isParameter(String segment) {
        return segment.startsWith("{");
    }

    private static String name(String segment) {
        return segment.substring(1, segment.length() - 1);
    }
}
