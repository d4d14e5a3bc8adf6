package io.capstan.config;

import io.capstan.config.KernelSettings.Enabled;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Reads the file's top and the sections that are there once. */
final class ConfigurationReader {

    private static final long GIB = 1L << 30;
    private static final Pattern POOL_NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");
    private static final long TIB = 1L << 40;

    private final Problems problems;
    private final Equipment equipment;
    private final LibraryReader libraries;

    ConfigurationReader(Problems problems, Equipment equipment) {
        this.problems = problems;
        this.equipment = equipment;
        this.libraries = new LibraryReader(problems, equipment);
    }

    Configuration read(YamlNode root) {
        Section top = Section.of(problems, "", root);
        readPersonalities(top);
        List<LibrarySettings> all = top.list("libraries", libraries::read);
        TiersReader tiers = new TiersReader(problems, all);
        StoreSettings store = readStore(top.section("store"));
        List<TierSettings> allTiers = top.list("tiers", tiers::readTier);
        IscsiSettings iscsi = new IscsiReader(problems).read(top.section("iscsi"));
        List<LinkSettings> links = top.list("links", tiers::readLink);
        Configuration configuration =
                new Configuration(
                        top.path("data-dir", Configuration.DATA_DIRECTORY_DEFAULT),
                        store,
                        readCatalog(top.section("catalog")),
                        readKernel(top.section("kernel")),
                        iscsi,
                        readApi(top.section("api")),
                        new DisksReader(problems, poolNames(store)).read(top.section("disks")),
                        all,
                        allTiers,
                        links,
                        tiers.readShelf(top.section("shelf"), allTiers),
                        readRecall(top.section("recall")),
                        new AccountingReader(problems, allTiers).read(top.section("accounting")),
                        top.list(
                                "blank-cartridges",
                                new BlankReader(problems, equipment, all, poolNames(store))::read),
                        readGenerations(top.section("generations")),
                        readTombstones(top.section("tombstones")),
                        top.list("tenants", new TenantsReader(problems, all, links, iscsi)::read));
        top.end();
        return configuration;
    }

    /** First of all, because libraries name what is there. */
    private void readPersonalities(Section top) {
        String key = "personality-dir";
        top.value(key)
                .flatMap(node -> top.path(top.path(key), node))
                .ifPresent(directory ->
                        equipment
                                .addPersonalities(directory)
                                .forEach(reason -> top.problem(key, reason)));
    }

    private StoreSettings readStore(Section section) {
        StoreSettings defaults = StoreSettings.DEFAULTS;
        List<Path> directories =
                section
                        .list("directories", (path, node) -> readDirectory(section, path, node))
                        .stream()
                        .flatMap(Optional::stream)
                        .toList();
        StoreSettings store =
                new StoreSettings(
                        directories,
                        section.list("pools", this::readPool),
                        section.size("chunk-size", 1L << 20, GIB, defaults.chunkSizeBytes()),
                        section.size("reserve", 0, 1024 * TIB, defaults.reserveBytes()),
                        section.integer(
                                "disk-timeout-seconds", 1, 3600, defaults.diskTimeoutSeconds()),
                        section.size(
                                "repair-bandwidth", 1L << 20, TIB, defaults.repairBytesPerSecond()),
                        section.integer(
                                "repair-delay-seconds", 0, 86_400, defaults.repairDelaySeconds()),
                        section.size(
                                "scrub-bandwidth", 1L << 20, TIB, defaults.scrubBytesPerSecond()),
                        section.integer(
                                "scrub-interval-days", 0, 3650, defaults.scrubIntervalDays()));
        if (!store.pools().isEmpty() && !directories.isEmpty()) {
            section.problem("directories", "must be empty where there are pools");
        }
        section.end();
        return store;
    }

    private PoolSettings readPool(String path, YamlNode node) {
        Section section = Section.of(problems, path, node);
        Optional<String> name =
                section.text(
                        "name",
                        POOL_NAME,
                        "a name: a lower-case letter, then up to 31 of a-z, 0-9 and '-'");
        if (section.value("name").isEmpty()) {
            section.problem("name", "is missing");
        }
        name.ifPresent(value ->
                problems.take("pool name", value, section.location("name"), section.path("name")));
        int copies =
                section.integer("copies", 1, PoolSettings.COPIES_MAX, PoolSettings.COPIES_DEFAULT);
        List<Path> directories =
                section.list("directories", (at, item) -> readDirectory(section, at, item)).stream()
                        .flatMap(Optional::stream)
                        .toList();
        if (directories.size() < copies) {
            section.problem(
                    "directories",
                    "%d copies need as many directories, and there are %d"
                            .formatted(copies, directories.size()));
        }
        OptionalInt keepGenerationsDays =
                section.integer("keep-generations-days", 0, GenerationSettings.KEEP_MAX_DAYS);
        section.end();
        return new PoolSettings(name.orElse(""), copies, directories, keepGenerationsDays);
    }

    private static Set<String> poolNames(StoreSettings store) {
        Set<String> names = new TreeSet<>();
        store.pools().forEach(pool -> names.add(pool.name()));
        if (names.isEmpty()) {
            names.add(StoreSettings.POOL_DEFAULT);
        }
        return names;
    }

    private Optional<Path> readDirectory(Section section, String path, YamlNode node) {
        return section.path(path, node)
                .filter(directory ->
                        problems.take("directory", directory.toString(), node.location(), path));
    }

    private static CatalogSettings readCatalog(Section section) {
        CatalogSettings defaults = CatalogSettings.DEFAULTS;
        CatalogSettings catalog =
                new CatalogSettings(
                        section.size(
                                "map-size-initial", 1L << 20, TIB, defaults.mapSizeInitialBytes()),
                        section.flag("synchronous-commits", defaults.synchronousCommits()));
        section.end();
        return catalog;
    }

    private static KernelSettings readKernel(Section section) {
        KernelSettings defaults = KernelSettings.DEFAULTS;
        KernelSettings kernel =
                new KernelSettings(
                        section.constant(
                                "enabled",
                                List.of(Enabled.AUTO, Enabled.ON, Enabled.OFF),
                                defaults.enabled()),
                        section.integer("max-data-area-mib", 4, 2048, defaults.maxDataAreaMib()),
                        section.integer("spin-count", 0, 1_000_000, defaults.spinCount()));
        section.end();
        return kernel;
    }

    private static RecallSettings readRecall(Section section) {
        RecallSettings defaults = RecallSettings.DEFAULTS;
        RecallSettings recall =
                new RecallSettings(
                        section.size("read-ahead", 0, TIB, defaults.readAheadBytes()),
                        section.integer("hold-seconds", 0, 86_400, defaults.holdSeconds()),
                        section.flag("keep-first-chunks", defaults.keepsFirstChunks()));
        section.end();
        return recall;
    }

    private static GenerationSettings readGenerations(Section section) {
        GenerationSettings generations =
                new GenerationSettings(
                        section.integer(
                                "keep-days",
                                0,
                                GenerationSettings.KEEP_MAX_DAYS,
                                GenerationSettings.DEFAULTS.keepDays()));
        section.end();
        return generations;
    }

    private static TombstoneSettings readTombstones(Section section) {
        TombstoneSettings tombstones =
                new TombstoneSettings(
                        section.integer(
                                "keep-days",
                                TombstoneSettings.KEEP_MIN_DAYS,
                                TombstoneSettings.KEEP_MAX_DAYS));
        section.end();
        return tombstones;
    }

    private static ApiSettings readApi(Section section) {
        ApiSettings api =
                new ApiSettings(
                        section.path("socket", ApiSettings.DEFAULTS.socket()),
                        section.value("tenant-socket")
                                .flatMap(
                                        node -> section.path(section.path("tenant-socket"), node)));
        section.end();
        return api;
    }
}
