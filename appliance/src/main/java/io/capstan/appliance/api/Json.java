package io.capstan.appliance.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;

/** JSON in and out. */
final class Json {

    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                    .defaultPropertyInclusion(
                            JsonInclude.Value.construct(
                                    JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
                    .build();

    private Json() {}

    static byte[] write(Object document) {
        try {
            return MAPPER.writeValueAsBytes(document);
        } catch (JsonProcessingException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    static String text(Object document) {
        return new String(write(document), java.nio.charset.StandardCharsets.UTF_8);
    }

    /**
     * @throws Problem if the bytes are no such document
     */
    static <T> T read(byte[] bytes, Class<T> type) {
        try {
            byte[] object = bytes.length == 0 ? new byte[] {'{', '}'} : bytes;
            T document = MAPPER.readValue(object, type);
            if (document == null) {
                throw Problem.badRequest("the body must be a JSON object");
            }
            return document;
        } catch (UnrecognizedPropertyException e) {
            throw Problem.badRequest(
                    "'%s' is not known here; %s"
                            .formatted(e.getPropertyName(), e.getKnownPropertyIds()));
        } catch (JacksonException e) {
            throw Problem.badRequest(
                    "the body is not what it should be: " + e.getOriginalMessage());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
