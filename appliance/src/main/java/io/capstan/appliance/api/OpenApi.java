package io.capstan.appliance.api;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Describes the routes and their documents.
 *
 * @see "OpenAPI Specification 3.1.0"
 */
final class OpenApi {

    private final Map<String, Object> schemas = new TreeMap<>();

    private OpenApi() {}

    static Map<String, Object> document(List<Route> routes, String version) {
        OpenApi openApi = new OpenApi();
        Map<String, Object> paths = new LinkedHashMap<>();
        for (Route route : routes) {
            operations(paths, route.path())
                    .put(
                            route.method().toLowerCase(java.util.Locale.ROOT),
                            openApi.operation(route));
        }
        operations(paths, "/metrics").put("get", metrics());
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("openapi", "3.1.0");
        document.put("info", Map.of("title", "Capstan", "version", version));
        document.put("paths", paths);
        document.put("components", Map.of("schemas", openApi.schemas));
        return document;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> operations(Map<String, Object> paths, String path) {
        return (Map<String, Object>)
                paths.computeIfAbsent(path, none -> new LinkedHashMap<String, Object>());
    }

    private Map<String, Object> operation(Route route) {
        Map<String, Object> operation = new LinkedHashMap<>();
        operation.put("operationId", route.operation());
        operation.put("summary", route.summary());
        List<Map<String, Object>> parameters =
                Stream.concat(
                                route.pathParameters().stream().map(OpenApi::pathParameter),
                                route.queryParameters().stream().map(OpenApi::queryParameter))
                        .toList();
        if (!parameters.isEmpty()) {
            operation.put("parameters", parameters);
        }
        route.request()
                .ifPresent(type ->
                        operation.put(
                                "requestBody",
                                Map.of("content", content("application/json", type))));
        Map<String, Object> responses = new LinkedHashMap<>();
        responses.put(
                "200",
                Map.of(
                        "description",
                        "It is done.",
                        "content",
                        content("application/json", route.response())));
        responses.put(
                "default",
                Map.of(
                        "description",
                        "It is not done, and why.",
                        "content",
                        content("application/problem+json", Documents.ProblemDocument.class)));
        operation.put("responses", responses);
        return operation;
    }

    private static Map<String, Object> metrics() {
        return Map.of(
                "operationId",
                "showMetrics",
                "summary",
                "All counters in the text format of Prometheus.",
                "responses",
                Map.of(
                        "200",
                        Map.of(
                                "description",
                                "The counters.",
                                "content",
                                Map.of("text/plain", Map.of("schema", Map.of("type", "string"))))));
    }

    private Map<String, Object> content(String mediaType, Class<?> type) {
        return Map.of(mediaType, Map.of("schema", schema(type)));
    }

    private static Map<String, Object> pathParameter(String name) {
        return Map.of(
                "name", name, "in", "path", "required", true, "schema", Map.of("type", "string"));
    }

    private static Map<String, Object> queryParameter(Route.QueryParameter parameter) {
        return Map.of(
                "name",
                parameter.name(),
                "in",
                "query",
                "required",
                false,
                "description",
                parameter.description(),
                "schema",
                Map.of("type", parameter.isNumber() ? "integer" : "string"));
    }

    private Map<String, Object> schema(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type last =
                    generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1];
            return generic.getRawType() == List.class
                    ? Map.of("type", "array", "items", schema(last))
                    : Map.of("type", "object", "additionalProperties", schema(last));
        }
        if (type instanceof Class<?> plain && plain.isRecord()) {
            return reference(plain);
        }
        if (type == String.class) {
            return Map.of("type", "string");
        }
        if (type == boolean.class || type == Boolean.class) {
            return Map.of("type", "boolean");
        }
        if (type == int.class || type == Integer.class) {
            return Map.of("type", "integer", "format", "int32");
        }
        if (type == long.class || type == Long.class) {
            return Map.of("type", "integer", "format", "int64");
        }
        if (type == double.class || type == Double.class) {
            return Map.of("type", "number", "format", "double");
        }
        throw new IllegalArgumentException("no schema for " + type);
    }

    private Map<String, Object> reference(Class<?> type) {
        String name = type.getSimpleName();
        if (!schemas.containsKey(name)) {
            schemas.put(name, Map.of());
            schemas.put(name, object(type));
        }
        return Map.of("$ref", "#/components/schemas/" + name);
    }

    private Map<String, Object> object(Class<?> type) {
        Map<String, Object> properties = new LinkedHashMap<>();
        for (RecordComponent component : type.getRecordComponents()) {
            properties.put(component.getName(), schema(component.getGenericType()));
        }
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("type", "object");
        object.put("properties", properties);
        object.put(
                "required",
                Stream.of(type.getRecordComponents())
                        .filter(component -> !isOptional(component))
                        .map(RecordComponent::getName)
                        .toList());
        return object;
    }

    private static boolean isOptional(RecordComponent component) {
        return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }
}
