package io.capstan.smart;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.capstan.smart.history.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The alarms that stand, kept in a file so that a restart repeats none of them.
 *
 * <p>People are told when an alarm is new, when its value has grown, and when it ends; never of what they know. Has one owner.
 */
public final class Alarms {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final List<Notifier> notifiers;
    private final SortedMap<String, Alarm> standing = new TreeMap<>();

    /**
     * @throws IOException if the file is there and cannot be read
     */
    public Alarms(Path file, List<Notifier> notifiers) throws IOException {
        this.file = file;
        this.notifiers = List.copyOf(notifiers);
        if (Files.exists(file)) {
            for (Alarm alarm :
                    JSON.readValue(Files.readAllBytes(file), new TypeReference<List<Alarm>>() {})) {
                standing.put(alarm.key(), alarm);
            }
        }
    }

    public List<Alarm> standing() {
        return List.copyOf(standing.values());
    }

    /** Raises an alarm. One that stands with the same key is told of again only if the severity rises or the value grew. */
    public void raise(Alarm alarm) throws IOException {
        Alarm known = standing.get(alarm.key());
        boolean isNews =
                known == null
                        || alarm.value() > known.value()
                        || alarm.severity().compareTo(known.severity()) > 0;
        if (isNews) {
            standing.put(alarm.key(), alarm);
            save();
            notifiers.forEach(notifier -> notifier.tell(alarm, false));
        }
    }

    /** Ends an alarm, if it stands. */
    public void end(String key) throws IOException {
        Alarm known = standing.remove(key);
        if (known != null) {
            save();
            notifiers.forEach(notifier -> notifier.tell(known, true));
        }
    }

    /** Takes down that a person has seen an alarm. */
    public Optional<Alarm> acknowledge(String key) throws IOException {
        Alarm known = standing.get(key);
        if (known == null) {
            return Optional.empty();
        }
        Alarm seen =
                new Alarm(
                        known.key(),
                        known.disk(),
                        known.severity(),
                        known.message(),
                        known.value(),
                        known.sinceSeconds(),
                        true);
        standing.put(key, seen);
        save();
        return Optional.of(seen);
    }

    private void save() throws IOException {
        WholeFile.replace(file, JSON.writeValueAsBytes(new ArrayList<>(standing.values())));
    }
}
