package io.capstan.appliance.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.util.Locale;

/** What a command prints: the daemon's document as it is, or a text for people made from it. */
final class Output {

    private final PrintWriter out;
    private final ObjectMapper mapper;
    private final boolean json;

    Output(PrintWriter out, ObjectMapper mapper, boolean json) {
        this.out = out;
        this.mapper = mapper;
        this.json = json;
    }

    /** Makes the text for people. */
    interface Text {
        Object of(JsonNode document);
    }

    void print(JsonNode document, Text text) {
        if (json) {
            out.println(pretty(document));
        } else {
            out.print(text.of(document));
        }
        out.flush();
    }

    /** Prints one of many documents: on a line of its own, or a text for people. */
    void printLine(JsonNode document, Text text) {
        out.print(json ? document + System.lineSeparator() : text.of(document));
        out.flush();
    }

    /** Prints what is text in any case. */
    void print(String text) {
        out.print(text);
        out.flush();
    }

    private String pretty(JsonNode document) {
        try {
            return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(document);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** A member as text; empty where it is missing. */
    static String text(JsonNode document, String name) {
        return document.path(name).asText("");
    }

    /** Bytes as people read them. */
    static String size(JsonNode document, String name) {
        return document.path(name).isNumber() ? size(document.path(name).asLong()) : "";
    }

    static String size(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        double value = bytes;
        int unit = -1;
        while (value >= 1024 && unit < 4) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %siB", value, "KMGTP".charAt(unit));
    }
}
