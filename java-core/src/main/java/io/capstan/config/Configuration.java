package io.capstan.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Everything an operator decides about a node. The file is YAML with lower-case dashed keys; {@code etc/capstan.yaml} among
 * this module's resources shows every one of them with its default.
 *
 * @param dataDirectory where the node keeps its state ({@code data-dir})
 * @param libraries the libraries it serves; none by default
 * @param tiers places for chunks besides the node's own disks; none by default
 * @param links between import/export elements of two libraries; none by default
 * @param shelf what becomes of the data of cartridges outside every library
 * @param recall drives that read what is only in a tier
 * @param accounting what data costs where it is
 * @param blankCartridges how many blank cartridges libraries are to have; no rules by default
 * @param generations what was on cartridges before
 * @param tombstones what is kept of cartridges that were destroyed
 * @param tenants who share the node and see nothing of each other; none by default
 */
public record Configuration(
        Path dataDirectory,
        StoreSettings store,
        CatalogSettings catalog,
        KernelSettings kernel,
        IscsiSettings iscsi,
        ApiSettings api,
        DisksSettings disks,
        List<LibrarySettings> libraries,
        List<TierSettings> tiers,
        List<LinkSettings> links,
        ShelfSettings shelf,
        RecallSettings recall,
        AccountingSettings accounting,
        List<BlankSettings> blankCartridges,
        GenerationSettings generations,
        TombstoneSettings tombstones,
        List<TenantSettings> tenants) {

    /** Where the daemon looks for its configuration. */
    public static final Path DEFAULT_FILE = Path.of("/etc/capstan/capstan.yaml");

    static final Path DATA_DIRECTORY_DEFAULT = Path.of("/var/lib/capstan");

    public Configuration {
        libraries = List.copyOf(libraries);
        tiers = List.copyOf(tiers);
        links = List.copyOf(links);
        blankCartridges = List.copyOf(blankCartridges);
        tenants = List.copyOf(tenants);
    }

    /** What an empty file gives. */
    public static Configuration defaults() {
        return new Configuration(
                DATA_DIRECTORY_DEFAULT,
                StoreSettings.DEFAULTS,
                CatalogSettings.DEFAULTS,
                KernelSettings.DEFAULTS,
                IscsiSettings.DEFAULTS,
                ApiSettings.DEFAULTS,
                DisksSettings.DEFAULTS,
                List.of(),
                List.of(),
                List.of(),
                ShelfSettings.DEFAULTS,
                RecallSettings.DEFAULTS,
                AccountingSettings.DEFAULTS,
                List.of(),
                GenerationSettings.DEFAULTS,
                TombstoneSettings.DEFAULTS,
                List.of());
    }

    /** One library to try things with: 4 drives, 40 storage elements, 4 import/export elements, 20 cartridges. */
    public static Configuration demo(Path dataDirectory) {
        Path absolute = dataDirectory.toAbsolutePath().normalize();
        LibrarySettings library =
                new LibrarySettings(
                        "lib0",
                        LibrarySettings.PERSONALITY_DEFAULT,
                        Optional.empty(),
                        Collections.nCopies(4, DriveSettings.DEFAULTS),
                        40,
                        4,
                        List.of(
                                new CartridgeSettings(
                                        "CAP", 1, 20, "LTO-8", "L8", OptionalLong.empty())));
        return new Configuration(
                absolute,
                StoreSettings.DEFAULTS,
                CatalogSettings.DEFAULTS,
                KernelSettings.DEFAULTS,
                IscsiSettings.demo(),
                new ApiSettings(absolute.resolve("capstan.sock")),
                DisksSettings.DEFAULTS,
                List.of(library),
                List.of(),
                List.of(),
                ShelfSettings.DEFAULTS,
                RecallSettings.DEFAULTS,
                AccountingSettings.DEFAULTS,
                List.of(),
                GenerationSettings.DEFAULTS,
                TombstoneSettings.DEFAULTS,
                List.of());
    }

    /**
     * Reads a configuration file.
     *
     * @param equipment what libraries can be built of
     * @throws ConfigException if the file cannot be read, or with everything that is wrong in it
     */
    public static Configuration load(Path file, Equipment equipment) {
        return parse(file.toString(), read(file), equipment);
    }

    /**
     * Reads the text of a configuration file.
     *
     * @param file name of the file, for what is reported
     * @throws ConfigException with everything that is wrong in it
     */
    public static Configuration parse(String file, String text, Equipment equipment) {
        Problems problems = new Problems();
        Configuration configuration = defaults();
        Optional<YamlNode> root = YamlReader.read(text, problems);
        if (root.isPresent()) {
            configuration = new ConfigurationReader(problems, equipment).read(root.get());
        }
        problems.throwIfAny(file);
        return configuration;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw unreadable(file, "there is no such file", e);
        } catch (CharacterCodingException e) {
            throw unreadable(file, "it is not UTF-8 text", e);
        } catch (IOException e) {
            throw unreadable(file, e.toString(), e);
        }
    }

    private static ConfigException unreadable(Path file, String reason, IOException cause) {
        ConfigException exception =
                new ConfigException(
                        file.toString(),
                        List.of(new ConfigException.Problem(YamlNode.Location.NONE, "", reason)));
        exception.initCause(cause);
        return exception;
    }
}
