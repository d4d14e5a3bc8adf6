package io.capstan.appliance.node;

import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogTransaction;
import io.capstan.catalog.ElementLocation;
import io.capstan.catalog.JobRecord;
import io.capstan.catalog.TierCopyRecord;
import io.capstan.changer.ElementLinks;
import io.capstan.changer.ElementStatus;
import io.capstan.changer.ElementType;
import io.capstan.changer.InventoryOutcome;
import io.capstan.changer.TransportRefusal;
import io.capstan.config.LinkSettings;
import io.capstan.config.TierSettings;
import io.capstan.format.VolumeIdentifier;
import io.capstan.metrics.MetricsRegistry;
import io.capstan.tier.Departure;
import io.capstan.tier.JobOptions;
import io.capstan.tier.LateTier;
import io.capstan.tier.Tier;
import io.capstan.tier.TierException;
import io.capstan.tier.TierJobs;
import io.capstan.tier.TierProvider;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tiers of this node, the jobs between them, and the elements that lead from library to library. Any thread. */
public final class TierUnit implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TierUnit.class);

    private final NodePlan plan;
    private final Storage storage;
    private final Function<String, Optional<LibraryUnit>> libraries;
    private final TierJobs jobs;

    /**
     * @param libraries finds a library of this node by its name
     */
    TierUnit(
            NodePlan plan,
            Storage storage,
            Function<String, Optional<LibraryUnit>> libraries,
            InstantSource clock,
            MetricsRegistry metrics) {
        this.plan = plan;
        this.storage = storage;
        this.libraries = libraries;
        List<Tier> tiers = new ArrayList<>();
        for (TierSettings settings : plan.tiers()) {
            tiers.add(tier(settings, clock));
        }
        this.jobs =
                new TierJobs(
                        storage.catalog(),
                        storage.chunks(),
                        tiers,
                        this::deliver,
                        storage.dataDirectory().resolve("staging"),
                        JobOptions.DEFAULTS
                                .withRecallAheadBytes(plan.recall().readAheadBytes())
                                .withKeepsFirstChunks(plan.recall().keepsFirstChunks()),
                        clock,
                        RandomGenerator.getDefault(),
                        metrics);
        if (!tiers.isEmpty()) {
            storage.cartridges().recallFrom(jobs.recalls());
            storage.upkeep().repairFrom(jobs.recalls());
        }
    }

    /** A tier that does not answer now does no harm: its jobs wait for it. */
    private Tier tier(TierSettings settings, InstantSource clock) {
        TierProvider provider =
                TierProviders.of(
                        settings, identity(settings), clock, tier -> begin(settings, tier));
        if (provider instanceof LateTier) {
            Thread.ofVirtual()
                    .name("capstan-tier-" + settings.name())
                    .start(() -> tryToBegin(settings, provider::begin));
        } else {
            tryToBegin(settings, () -> begin(settings, provider));
        }
        return Tier.of(
                settings.name(),
                settings.kind().name().toLowerCase(java.util.Locale.ROOT),
                provider,
                settings.bandwidthBytesPerSecond());
    }

    private String identity(TierSettings settings) {
        return TierProviders.identity(settings, storage.nodeId());
    }

    private interface Beginning {
        void begin() throws TierException;
    }

    private static void tryToBegin(TierSettings settings, Beginning beginning) {
        try {
            beginning.begin();
        } catch (TierException e) {
            LOG.error("tier {} cannot be used yet: {}", settings.name(), e.getMessage());
        }
    }

    private void begin(TierSettings settings, TierProvider tier) throws TierException {
        Catalog catalog = storage.catalog();
        String name = TierProviders.identityName(settings);
        if (catalog.read(view -> view.identity(name)).isEmpty()) {
            tier.begin();
            catalog.commit(change -> change.putIdentityIfAbsent(name, identity(settings)));
        }
    }

    public TierJobs jobs() {
        return jobs;
    }

    /** Where the cartridges of a library have their data. */
    public String tierOf(String library) {
        return plan.tiers().stream()
                .filter(tier -> tier.libraries().contains(library))
                .map(TierSettings::name)
                .findFirst()
                .orElse(TierCopyRecord.ACTIVE);
    }

    // ---- links

    /** One way of a link: from an element of one library to an element of another. */
    private record Way(LinkSettings link, LinkSettings.End here, LinkSettings.End there) {}

    /** The elements of a library that lead elsewhere. */
    ElementLinks linksOf(LibraryPlan library) {
        List<Way> ways = ways(library.name());
        return ways.isEmpty() && plan.shelf().tier().isEmpty()
                ? ElementLinks.NONE
                : new Links(library, ways);
    }

    private List<Way> ways(String library) {
        List<Way> ways = new ArrayList<>();
        for (LinkSettings link : plan.links()) {
            LinkSettings.End first = link.ends().getFirst();
            LinkSettings.End second = link.ends().getLast();
            if (first.library().equals(library)) {
                ways.add(new Way(link, first, second));
            }
            if (second.library().equals(library)) {
                ways.add(new Way(link, second, first));
            }
        }
        return List.copyOf(ways);
    }

    private ElementLocation location(LinkSettings.End end) {
        LibraryPlan library =
                plan.libraries().stream()
                        .filter(found -> found.name().equals(end.library()))
                        .findFirst()
                        .orElseThrow();
        return new ElementLocation(
                end.library(),
                library.personality().firstImportExportAddress() + end.importExport() - 1);
    }

    /** The element of another library that an element leads to. */
    public Optional<ElementLocation> partnerOf(ElementLocation element) {
        return ways(element.library()).stream()
                .filter(way -> location(way.here()).equals(element))
                .map(way -> location(way.there()))
                .findFirst();
    }

    private final class Links implements ElementLinks {

        private final LibraryPlan library;
        private final List<Way> ways;

        Links(LibraryPlan library, List<Way> ways) {
            this.library = library;
            this.ways = ways;
        }

        private Optional<Way> way(int address) {
            int number = address - library.personality().firstImportExportAddress() + 1;
            return ways.stream().filter(way -> way.here().importExport() == number).findFirst();
        }

        @Override
        public Departs departs(int address) {
            return way(address)
                    .map(way ->
                            switch (way.link().departs()) {
                                case MOVE -> Departs.ON_MOVE;
                                case EJECT -> Departs.ON_EJECT;
                            })
                    .orElse(Departs.NOT);
        }

        @Override
        public Optional<String> identifier(int address) {
            return way(address)
                    .map(way ->
                            switch (way.link().identifiers()) {
                                case SAME -> "LINK " + storage.nodeId() + " " + first(way.link());
                                case OWN -> "ELEMENT " + storage.nodeId() + " " + name(way.here());
                            });
        }

        private String first(LinkSettings link) {
            return name(link.ends().getFirst());
        }

        private String name(LinkSettings.End end) {
            String name = end.library() + "/" + end.importExport();
            int room = IDENTIFIER_LENGTH_MAX_BYTES - "ELEMENT ".length() - 37;
            return name.substring(Math.max(0, name.length() - room));
        }

        @Override
        public void depart(
                CatalogTransaction change, VolumeIdentifier volume, int from, int address) {
            Way way = way(address).orElseThrow();
            ElementLocation element = new ElementLocation(library.name(), from);
            jobs.depart(change, departure(volume, element, way, way.there().arrivesInStorage()));
        }

        /** In a job's care while its data moves, and on the shelf after that. */
        @Override
        public void shelve(CatalogTransaction change, VolumeIdentifier volume, int from) {
            String here = tierOf(library.name());
            Optional<String> there = plan.shelf().tier().filter(tier -> !tier.equals(here));
            if (there.isPresent()) {
                jobs.depart(
                        change,
                        new Departure(
                                volume,
                                new ElementLocation(library.name(), from),
                                here,
                                there.get(),
                                plan.shelf().keep() ? List.of() : List.of(here),
                                Optional.empty(),
                                false));
            }
        }

        @Override
        public void departed() {
            jobs.wake();
        }
    }

    /** What became of sending a cartridge to another library. */
    public sealed interface TransferOutcome {

        /** A job has it in its care. */
        record Begun(long job) implements TransferOutcome {}

        /**
         * It is where it was.
         *
         * @param reason in a word
         * @param detail one sentence
         */
        record Refused(String reason, String detail) implements TransferOutcome {}
    }

    /** Sends a cartridge from its element to a storage element of a library that a link leads to. */
    public TransferOutcome transfer(VolumeIdentifier volume, LibraryUnit to) {
        Optional<ElementLocation> from = storage.catalog().read(view -> view.elementOf(volume));
        if (from.isEmpty()) {
            return new TransferOutcome.Refused(
                    "NOT_IN_LIBRARY",
                    "cartridge %s is in no library: it is %s"
                            .formatted(
                                    volume,
                                    jobs.jobOf(volume)
                                            .map(job -> "in transit by job " + job.job())
                                            .orElse("on the shelf, import it")));
        }
        return sendOff(
                volume, from.get(), to, (change, departure) -> jobs.depart(change, departure));
    }

    /** Takes a cartridge out of its element and sends it to a storage element of a library that a link leads to. */
    private TransferOutcome sendOff(
            VolumeIdentifier volume, ElementLocation from, LibraryUnit to, Sending sending) {
        LibraryUnit library = libraries.apply(from.library()).orElseThrow();
        Optional<Way> way =
                ways(library.name()).stream()
                        .filter(found -> found.there().library().equals(to.name()))
                        .findFirst();
        if (way.isEmpty()) {
            return new TransferOutcome.Refused(
                    "NOT_LINKED",
                    "no import/export element of library %s leads to %s"
                            .formatted(library.name(), to.name()));
        }
        long[] number = {0};
        InventoryOutcome outcome =
                library.sendOff(
                        from.address(),
                        volume,
                        change ->
                                number[0] =
                                        sending.begin(
                                                change, departure(volume, from, way.get(), true)));
        Optional<String> obstacle = obstacle(outcome);
        if (obstacle.isPresent()) {
            return new TransferOutcome.Refused("NOT_TAKEN", obstacle.get());
        }
        jobs.wake();
        return new TransferOutcome.Begun(number[0]);
    }

    /**
     * Offers a cartridge whose data is in a tier to the drives of a library, at once: it is put into a storage element, its
     * data stays where it is, and what drives read of it comes chunk by chunk. From another library it can be offered where
     * a link leads to, over which it goes back; from the shelf anywhere.
     */
    public TransferOutcome lend(VolumeIdentifier volume, LibraryUnit to) {
        if (!tierOf(to.name()).equals(TierCopyRecord.ACTIVE)) {
            return new TransferOutcome.Refused(
                    "NO_DRIVES",
                    "library %s has no drives: transfer cartridge %s to it"
                            .formatted(to.name(), volume));
        }
        Optional<ElementLocation> from = storage.catalog().read(view -> view.elementOf(volume));
        return from.isPresent()
                ? lendFromLibrary(volume, from.get(), to)
                : lendFromShelf(volume, to);
    }

    private TransferOutcome lendFromShelf(VolumeIdentifier volume, LibraryUnit to) {
        int firstStorage =
                to.inventory().stream()
                        .filter(element -> element.type() == ElementType.STORAGE)
                        .mapToInt(ElementStatus::address)
                        .findFirst()
                        .orElse(0);
        try {
            return new TransferOutcome.Begun(
                    jobs.lend(volume, new ElementLocation(to.name(), firstStorage)));
        } catch (IllegalStateException e) {
            return new TransferOutcome.Refused("NOT_TAKEN", String.valueOf(e.getMessage()));
        }
    }

    private TransferOutcome lendFromLibrary(
            VolumeIdentifier volume, ElementLocation from, LibraryUnit to) {
        if (tierOf(from.library()).equals(TierCopyRecord.ACTIVE)) {
            return new TransferOutcome.Refused(
                    "HAS_DRIVES",
                    "cartridge %s is in library %s, which has drives"
                            .formatted(volume, from.library()));
        }
        return sendOff(volume, from, to, (change, departure) -> jobs.lend(change, departure));
    }

    private interface Sending {
        long begin(CatalogTransaction change, Departure departure);
    }

    private Departure departure(
            VolumeIdentifier volume, ElementLocation from, Way way, boolean toStorage) {
        String here = tierOf(way.here().library());
        String there = tierOf(way.there().library());
        return new Departure(
                volume,
                from,
                here,
                there,
                way.here().keep() || here.equals(there) ? List.of() : List.of(here),
                Optional.of(location(way.there())),
                toStorage);
    }

    // ---- delivering

    private Optional<String> deliver(JobRecord job, Consumer<CatalogTransaction> alongWith) {
        ElementLocation to = job.to().orElseThrow();
        Optional<LibraryUnit> library = libraries.apply(to.library());
        if (library.isEmpty()) {
            return Optional.of("there is no library " + to.library() + " any more");
        }
        try {
            Optional<String> obstacle =
                    obstacle(
                            library.get()
                                    .deliver(
                                            job.volume(),
                                            job.toStorage()
                                                    ? Optional.empty()
                                                    : Optional.of(to.address()),
                                            alongWith));
            return obstacle.isPresent() && job.cancelled()
                    ? obstacle(library.get().deliver(job.volume(), Optional.empty(), alongWith))
                    : obstacle;
        } catch (RejectedExecutionException e) {
            return Optional.of("library " + to.library() + " is not in service");
        }
    }

    private static Optional<String> obstacle(InventoryOutcome outcome) {
        return switch (outcome) {
            case InventoryOutcome.Changed _ -> Optional.empty();
            case InventoryOutcome.Refusal refusal -> Optional.of(refusal.reason());
            case TransportRefusal refusal -> Optional.of(refusal.reason());
        };
    }

    /** Stops the jobs; call before the libraries are closed. */
    @Override
    public void close() {
        jobs.close();
    }
}
