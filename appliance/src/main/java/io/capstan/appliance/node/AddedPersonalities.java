package io.capstan.appliance.node;

import io.capstan.changer.ChangerPersonality;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The personalities an administrator has described, one file each: {@code DIR/changer/NAME.properties}, in the form of those
 * beside {@link ChangerPersonality}.
 *
 * @param problems what is wrong, one sentence each that names file, line and key; empty if all is well
 */
record AddedPersonalities(Map<String, ChangerPersonality> changers, List<String> problems) {

    private static final String SUFFIX = ".properties";
    private static final String NAME = "[a-z0-9][a-z0-9-]{0,31}";

    /**
     * @param taken names of changers that are there already
     */
    static AddedPersonalities read(Path directory, Set<String> taken) {
        Map<String, ChangerPersonality> changers = new TreeMap<>();
        List<String> problems = new ArrayList<>();
        if (!Files.isDirectory(directory)) {
            problems.add("there is no directory " + directory);
        }
        for (Path file : files(directory.resolve("changer"), problems)) {
            try {
                String name = nameOf(file, taken);
                try (Reader text = Files.newBufferedReader(file, StandardCharsets.US_ASCII)) {
                    changers.put(name, ChangerPersonality.read(name, file.toString(), text));
                }
            } catch (IllegalArgumentException bad) {
                problems.add(String.valueOf(bad.getMessage()));
            } catch (CharacterCodingException notAscii) {
                problems.add(file + ": it is not ASCII text");
            } catch (IOException unreadable) {
                problems.add(file + ": cannot be read: " + unreadable);
            }
        }
        return new AddedPersonalities(Map.copyOf(changers), List.copyOf(problems));
    }

    private static List<Path> files(Path directory, List<String> problems) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        } catch (NoSuchFileException missing) {
            return List.of();
        } catch (NotDirectoryException notOne) {
            problems.add(directory + " is not a directory");
        } catch (IOException unreadable) {
            problems.add(directory + ": cannot be read: " + unreadable);
        }
        return List.of();
    }

    private static String nameOf(Path file, Set<String> taken) {
        String fileName = String.valueOf(file.getFileName());
        if (!fileName.matches(NAME + SUFFIX.replace(".", "\\."))) {
            throw new IllegalArgumentException(
                    file + ": must be named by 1 to 32 of a-z, 0-9 and '-', and " + SUFFIX);
        }
        String name = fileName.substring(0, fileName.length() - SUFFIX.length());
        if (taken.contains(name)) {
            throw new IllegalArgumentException(
                    file + ": there is a changer personality " + name + " already");
        }
        return name;
    }
}
