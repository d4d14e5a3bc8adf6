package io.capstan.config;

import io.capstan.config.YamlNode.Location;
import java.util.List;
import java.util.stream.Collectors;

/** A configuration file that is refused. The message has one line for each thing that is wrong, in order of place. */
public final class ConfigException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    ConfigException(String file, List<Problem> problems) {
        super(
                problems.stream()
                        .map(problem -> problem.describe(file))
                        .collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** What is wrong, in order of place; at least one. */
    public List<Problem> problems() {
        return problems;
    }

    /**
     * One thing that is wrong.
     *
     * @param line from 1; 0 where it concerns the file as a whole
     * @param column from 1; 0 where it concerns the file as a whole
     * @param key path of the key, such as {@code libraries[0].name}; empty where it is none
     * @param reason what is wrong with it, and what would be right
     */
    public record Problem(int line, int column, String key, String reason) {

        Problem(Location location, String key, String reason) {
            this(location.line(), location.column(), key, reason);
        }

        private String describe(String file) {
            String place = line == 0 ? file : file + ":" + line + ":" + column;
            return key.isEmpty() ? place + ": " + reason : place + ": " + key + ": " + reason;
        }
    }
}
