package io.capstan.smart.model;

import io.capstan.smart.history.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Models in a directory: {@code VERSION.json} each, and {@code champion}, one line a promotion, of which the last holds.
 *
 * <p>So a rollback is a promotion of an older version, and who was champion when can be read. Files are put in place whole. Has
 * one owner.
 */
public final class ModelRegistry {

    private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final String SUFFIX = ".json";

    private final Path directory;

    public ModelRegistry(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
    }

    /**
     * What is known of a model.
     *
     * @param isChampion whether predictions come from it
     */
    public record Entry(ModelIdentity identity, boolean isChampion) {}

    /** Keeps a model. It is not champion by that. */
    public void add(FailureModel model) throws IOException {
        Path file = file(model.identity().version());
        if (Files.exists(file)) {
            throw new IOException("there is a model " + model.identity().version() + " already");
        }
        WholeFile.replace(file, ModelJson.write(model));
    }

    /** Makes a model the one that predictions come from. */
    public void promote(String version) throws IOException {
        load(version);
        List<String> champions = new ArrayList<>(champions());
        champions.add(version);
        WholeFile.replace(
                championFile(), String.join("\n", champions).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Makes the champion before the present one champion again.
     *
     * @return its version; empty if there was none
     */
    public Optional<String> rollBack() throws IOException {
        List<String> champions = champions();
        for (int index = champions.size() - 2; index >= 0; index--) {
            if (!champions.get(index).equals(champions.getLast())) {
                promote(champions.get(index));
                return Optional.of(champions.get(index));
            }
        }
        return Optional.empty();
    }

    /**
     * Lets no model be champion any more. All are kept.
     *
     * @return whether there was one
     */
    public boolean retire() throws IOException {
        return Files.deleteIfExists(championFile());
    }

    public Optional<FailureModel> champion() throws IOException {
        List<String> champions = champions();
        return champions.isEmpty() ? Optional.empty() : Optional.of(load(champions.getLast()));
    }

    /**
     * @throws NoSuchFileException if there is no such model
     * @throws IOException if its document is damaged
     */
    public FailureModel load(String version) throws IOException {
        return ModelJson.read(Files.readAllBytes(file(version)));
    }

    /** All models, the oldest first. */
    public List<Entry> list() throws IOException {
        List<String> champions = champions();
        String champion = champions.isEmpty() ? "" : champions.getLast();
        List<Entry> entries = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.sorted().toList()) {
                String name = String.valueOf(file.getFileName());
                if (name.endsWith(SUFFIX)) {
                    ModelIdentity identity = load(name.substring(0, name.length() - 5)).identity();
                    entries.add(new Entry(identity, identity.version().equals(champion)));
                }
            }
        }
        entries.sort(Comparator.comparing(entry -> entry.identity().learnedAt()));
        return List.copyOf(entries);
    }

    private List<String> champions() throws IOException {
        Path file = championFile();
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    private Path championFile() {
        return directory.resolve("champion");
    }

    private Path file(String version) throws IOException {
        if (!VERSION.matcher(version).matches()) {
            throw new IOException("not a version of a model: " + version);
        }
        return directory.resolve(version + SUFFIX);
    }
}
