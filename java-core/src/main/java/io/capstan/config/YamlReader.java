package io.capstan.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.capstan.config.YamlNode.Location;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * Reads YAML into {@link YamlNode}s.
 *
 * <p>Design note: Jackson's data binding stops at the first error and knows no place for those that are found later, such
 * as two libraries of one name. So only its parser is used.
 */
final class YamlReader {

    private final YAMLParser parser;
    private final Problems problems;

    private YamlReader(YAMLParser parser, Problems problems) {
        this.parser = parser;
        this.problems = problems;
    }

    /** The file's content; empty if there is none, or if it is no YAML, which is then among the problems. */
    static Optional<YamlNode> read(String text, Problems problems) {
        try (YAMLParser parser = new YAMLFactory().createParser(text)) {
            YamlReader reader = new YamlReader(parser, problems);
            if (parser.nextToken() == null) {
                return Optional.empty();
            }
            YamlNode root = reader.readNode();
            if (parser.nextToken() != null) {
                problems.add(reader.location(), "", "a second document: there must be only one");
            }
            return Optional.of(root);
        } catch (JsonProcessingException e) {
            problems.add(place(e), "", "not YAML: " + reason(e));
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private YamlNode readNode() throws IOException {
        Location location = location();
        if (parser.isCurrentAlias()) {
            problems.add(location, "", "aliases (*" + parser.getText() + ") are not supported");
            return new YamlNode.Nothing(location);
        }
        return switch (parser.currentToken()) {
            case START_OBJECT -> readMapping(location);
            case START_ARRAY -> readSequence(location);
            case VALUE_NULL -> new YamlNode.Nothing(location);
            case null, default -> new YamlNode.Scalar(location, parser.getText());
        };
    }

    private YamlNode readMapping(Location location) throws IOException {
        List<YamlNode.Entry> entries = new ArrayList<>();
        Set<String> keys = new HashSet<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            Location keyLocation = location();
            String key = parser.currentName();
            parser.nextToken();
            YamlNode value = readNode();
            if (keys.add(key)) {
                entries.add(new YamlNode.Entry(keyLocation, key, value));
            } else {
                problems.add(keyLocation, key, "this key is there already");
            }
        }
        return new YamlNode.Mapping(location, entries);
    }

    private YamlNode readSequence(Location location) throws IOException {
        List<YamlNode> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(readNode());
        }
        return new YamlNode.Sequence(location, items);
    }

    private Location location() {
        return location(parser.currentTokenLocation());
    }

    private static Location location(@Nullable JsonLocation location) {
        return location == null
                ? Location.NONE
                : new Location(location.getLineNr(), location.getColumnNr());
    }

    /** The place of the mistake itself; Jackson's is the end of what was read before it. */
    private static Location place(JsonProcessingException e) {
        return e.getCause() instanceof MarkedYAMLException marked && marked.getProblemMark() != null
                ? new Location(
                        marked.getProblemMark().getLine() + 1,
                        marked.getProblemMark().getColumn() + 1)
                : location(e.getLocation());
    }

    private static String reason(JsonProcessingException e) {
        return e.getCause() instanceof MarkedYAMLException marked && marked.getProblem() != null
                ? marked.getProblem()
                : e.getOriginalMessage().lines().findFirst().orElse("");
    }
}
