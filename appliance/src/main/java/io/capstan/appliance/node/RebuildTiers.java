package io.capstan.appliance.node;

import io.capstan.catalog.Catalog;
import io.capstan.config.TierSettings;
import io.capstan.format.Finding;
import io.capstan.medium.CatalogRebuild;
import io.capstan.store.LabelStore;
import io.capstan.store.StoreException;
import io.capstan.tier.TierException;
import io.capstan.tier.TierProvider;
import io.capstan.tier.TierRebuild;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The tiers that a catalog is made anew from, besides the node's own files. */
final class RebuildTiers implements AutoCloseable {

    private record Source(TierSettings settings, UUID nodeId, TierProvider tier) {}

    private final NodePlan plan;
    private final List<Source> sources = new ArrayList<>();
    private final List<TierRebuild> rebuilds = new ArrayList<>();

    private RebuildTiers(NodePlan plan) {
        this.plan = plan;
    }

    /**
     * Opens tiers as the nodes that their marks name.
     *
     * @throws StartException if one is not configured, cannot be reached, or is of nobody
     */
    static RebuildTiers open(NodePlan plan, List<String> names, InstantSource clock)
            throws StartException {
        RebuildTiers tiers = new RebuildTiers(plan);
        boolean isOpen = false;
        try {
            for (String name : names) {
                tiers.add(name, clock);
            }
            isOpen = true;
            return tiers;
        } finally {
            if (!isOpen) {
                tiers.close();
            }
        }
    }

    private void add(String name, InstantSource clock) throws StartException {
        TierSettings settings =
                plan.tiers().stream()
                        .filter(tier -> tier.name().equals(name))
                        .findFirst()
                        .orElseThrow(() ->
                                new StartException("no tier %s is configured".formatted(name)));
        UUID nodeId;
        try (TierProvider stranger = TierProviders.of(settings, "", clock, tier -> {})) {
            nodeId = nodeId(settings, stranger.mark());
        } catch (TierException e) {
            throw new StartException("tier %s: %s".formatted(name, e.getMessage()), e);
        }
        String identity = TierProviders.identity(settings, nodeId);
        TierProvider tier = TierProviders.of(settings, identity, clock, opened -> {});
        sources.add(new Source(settings, nodeId, tier));
        rebuilds.add(new TierRebuild(name, tier));
    }

    private static UUID nodeId(TierSettings settings, Optional<String> mark) throws StartException {
        String begin = settings.name() + " of node ";
        if (mark.isEmpty()) {
            throw new StartException(
                    "tier %s has no mark capstan-tier: is it mounted, and the right place?"
                            .formatted(settings.name()));
        }
        if (!mark.get().startsWith(begin)) {
            throw new StartException(
                    "what should be tier %s is %s".formatted(settings.name(), mark.get()));
        }
        try {
            return UUID.fromString(mark.get().substring(begin.length()));
        } catch (IllegalArgumentException e) {
            throw new StartException(
                    "the mark of tier %s names no node: %s".formatted(settings.name(), mark.get()),
                    e);
        }
    }

    /** The node that the first tier belongs to. */
    Optional<UUID> nodeId() {
        return sources.stream().map(Source::nodeId).findFirst();
    }

    /**
     * A tier of another node stays with that node.
     *
     * @throws StartException if there is one
     */
    void requireOf(UUID nodeId) throws StartException {
        for (Source source : sources) {
            if (!source.nodeId().equals(nodeId)) {
                throw new StartException(
                        "tier %s belongs to node %s, and this is node %s: use another data directory"
                                .formatted(source.settings().name(), source.nodeId(), nodeId));
            }
        }
    }

    /** Before the node's own files are looked at. */
    void restoreLabels(LabelStore labels) throws StartException, StoreException {
        for (TierRebuild rebuild : rebuilds) {
            try {
                rebuild.restoreLabels(labels);
            } catch (TierException e) {
                throw new StartException(String.valueOf(e.getMessage()), e);
            }
        }
    }

    /**
     * After that.
     *
     * @param local what came of the node's own files
     * @return what came of all
     */
    CatalogRebuild.Report fill(Catalog catalog, CatalogRebuild.Report local) throws StartException {
        List<Finding> findings = new ArrayList<>(local.findings());
        int chunkCount = local.chunkCount();
        for (TierRebuild rebuild : rebuilds) {
            try {
                chunkCount += rebuild.fill(catalog);
            } catch (TierException e) {
                throw new StartException(String.valueOf(e.getMessage()), e);
            }
            findings.addAll(rebuild.findings());
        }
        for (TierSettings settings : plan.tiers()) {
            if (sources.stream().noneMatch(source -> source.settings().equals(settings))) {
                findings.add(
                        Finding.damage(
                                "tier " + settings.name(),
                                "was not looked at (--from-tier); cartridges whose data is there alone are without it"));
            }
        }
        if (!sources.isEmpty()) {
            noteWhatWasKnown(catalog);
        }
        return new CatalogRebuild.Report(local.cartridgeCount(), chunkCount, findings);
    }

    /** The tiers are known already, and no library gets its first cartridges a second time. */
    private void noteWhatWasKnown(Catalog catalog) {
        catalog.commit(change -> {
            for (Source source : sources) {
                change.putIdentityIfAbsent(
                        TierProviders.identityName(source.settings()),
                        TierProviders.identity(source.settings(), source.nodeId()));
            }
            for (LibraryPlan library : plan.libraries()) {
                change.putIdentityIfAbsent(FirstStart.doneName(library.name()), "done");
            }
        });
    }

    @Override
    public void close() {
        sources.forEach(source -> source.tier().close());
    }
}
