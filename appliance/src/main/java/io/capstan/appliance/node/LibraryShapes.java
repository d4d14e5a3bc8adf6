package io.capstan.appliance.node;

import io.capstan.catalog.Catalog;
import io.capstan.drive.Personality;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which elements and drives operators have given libraries while they ran, kept in the catalog for the next start.
 *
 * <p>The catalog also has what configuration said at the time. As long as configuration says the same, what operators did
 * counts; once configuration is changed, configuration counts, and says the last word as it always does.
 *
 * <p>The value is two lines of text, the configured shape and the one that operators made of it: the numbers of storage and
 * import/export elements, then each drive's personality and, behind a colon, its serial number if configuration gives it one.
 */
final class LibraryShapes {

    private static final Logger LOG = LoggerFactory.getLogger(LibraryShapes.class);

    private final Catalog catalog;
    private final InstalledEquipment equipment;

    LibraryShapes(Catalog catalog, InstalledEquipment equipment) {
        this.catalog = catalog;
        this.equipment = equipment;
    }

    /** A library as it is to be now: as configured, or as operators have left it since. */
    LibraryPlan current(LibraryPlan configured) {
        Optional<List<String>> kept =
                catalog.read(view -> view.parameters(name(configured)))
                        .map(bytes ->
                                new String(bytes, StandardCharsets.US_ASCII).lines().toList());
        if (kept.isEmpty() || kept.get().size() != 2) {
            return configured;
        }
        String before = kept.get().getFirst();
        String changed = kept.get().getLast();
        if (changed.equals(text(configured))) {
            return configured;
        }
        if (!before.equals(text(configured))) {
            LOG.warn(
                    "library {}: its elements are those of the configuration, which was changed; operators had it at {}",
                    configured.name(),
                    changed);
            return configured;
        }
        LOG.info(
                "library {}: its elements are {}, as operators left them",
                configured.name(),
                changed);
        return parse(configured, changed);
    }

    /** Keeps what a library is to be after the next start, durably. */
    void keep(LibraryPlan configured, LibraryPlan changed) {
        byte[] value =
                (text(configured) + "\n" + text(changed) + "\n")
                        .getBytes(StandardCharsets.US_ASCII);
        catalog.commit(change -> change.putParameters(name(configured), value));
    }

    private static String name(LibraryPlan library) {
        return "library/" + library.name() + "/elements";
    }

    private static String text(LibraryPlan library) {
        return Stream.concat(
                        Stream.of(library.storageCount() + "", library.importExportCount() + ""),
                        library.drives().stream().map(LibraryShapes::text))
                .collect(Collectors.joining(" "));
    }

    private static String text(LibraryPlan.Drive drive) {
        String personality = InstalledEquipment.nameOf(drive.personality());
        return drive.serialNumber().map(serial -> personality + ":" + serial).orElse(personality);
    }

    private LibraryPlan parse(LibraryPlan configured, String text) {
        String[] words = text.split(" ");
        List<LibraryPlan.Drive> drives =
                Stream.of(words).skip(2).map(word -> drive(configured, word)).toList();
        return configured
                .withCounts(Integer.parseInt(words[0]), Integer.parseInt(words[1]))
                .withDrives(drives);
    }

    private LibraryPlan.Drive drive(LibraryPlan configured, String word) {
        int colon = word.indexOf(':');
        String name = colon < 0 ? word : word.substring(0, colon);
        Personality personality =
                equipment
                        .drive(name)
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "library %s has a drive of personality %s, which is not there any more"
                                                .formatted(configured.name(), name)));
        return new LibraryPlan.Drive(
                personality, colon < 0 ? Optional.empty() : Optional.of(word.substring(colon + 1)));
    }
}
