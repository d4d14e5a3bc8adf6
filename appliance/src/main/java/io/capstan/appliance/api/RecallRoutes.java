package io.capstan.appliance.api;

import io.capstan.appliance.node.LibraryUnit;
import io.capstan.appliance.node.Node;
import io.capstan.appliance.node.TierUnit;
import io.capstan.catalog.CartridgeRecord;
import io.capstan.catalog.TierCopyRecord;
import io.capstan.config.AccountingSettings;
import io.capstan.format.ContainerId;
import io.capstan.format.VolumeIdentifier;
import io.capstan.tier.ChunkRecalls;
import io.capstan.tier.RecallEstimate;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Cartridges that are read without being brought back as a whole, and what bringing data back costs. */
final class RecallRoutes {

    private static final double GIB = 1L << 30;

    private final Node node;

    RecallRoutes(Node node) {
        this.node = node;
    }

    /**
     * Where a cartridge is to be offered.
     *
     * @param library that has drives
     */
    record LendRequest(@Nullable String library) {}

    /** A job that was begun. */
    record Begun(long job, String barcode) {}

    /**
     * What bringing data back would move and cost.
     *
     * @param hereChunks that are on this node's disks already
     * @param lostChunks of which there is no copy
     * @param seconds from asking to all of it being here, with nothing else going on
     */
    record Estimate(
            String barcode,
            long chunks,
            long bytes,
            long hereChunks,
            long hereBytes,
            long lostChunks,
            long bytesToBring,
            long chunksToBring,
            long seconds,
            double cost,
            String currency,
            List<EstimatePart> parts) {}

    record EstimatePart(String tier, long chunks, long bytes, long seconds, double cost) {}

    /**
     * A chunk on its way because a drive reads it.
     *
     * @param needed whether a drive waits for it; else it is only what follows
     */
    record Recall(
            String chunk,
            boolean needed,
            String since,
            @Nullable String expected,
            int attempts,
            String reason) {}

    record Recalls(List<Recall> recalls) {}

    List<Route> routes() {
        return List.of(
                Route.change(
                                "POST",
                                "/v1/cartridges/{barcode}/lend",
                                "lendCartridge",
                                "Offers a cartridge whose data is in a tier to the drives of a library at once, to be read: it"
                                        + " goes to a storage element, and only what is read of it comes.",
                                LendRequest.class,
                                Begun.class,
                                this::lend)
                        .forTenants(),
                Route.change(
                                "POST",
                                "/v1/cartridges/{barcode}/recall",
                                "recallCartridge",
                                "Brings all data of a cartridge to this node's disks, wherever the cartridge is. One that is in a"
                                        + " drive can be written once it is loaded again.",
                                Void.class,
                                Begun.class,
                                this::recall)
                        .forTenants(),
                Route.get(
                                "/v1/cartridges/{barcode}/estimate",
                                "estimateRecall",
                                "What bringing all data of a cartridge back would move, take and cost, or the data of some"
                                        + " of its objects.",
                                Estimate.class,
                                this::estimate)
                        .forTenants()
                        .withQuery(
                                new Route.QueryParameter(
                                        "partition", true, "of the objects, 0 if not given"),
                                new Route.QueryParameter(
                                        "from",
                                        true,
                                        "the first object, as READ POSITION and 'mt tell' say it"),
                                new Route.QueryParameter("to", true, "the last object")),
                Route.get(
                                "/v1/recalls",
                                "listRecalls",
                                "Chunks that are on their way because drives read them.",
                                Recalls.class,
                                this::recalls)
                        .forTenants());
    }

    private Begun lend(Call call) {
        VolumeIdentifier volume = CartridgeRoutes.present(node, call);
        LibraryUnit to =
                call.access()
                        .library(
                                LibraryRoutes.required(
                                        "library", call.body(LendRequest.class).library()));
        call.access().requireSameTenant(volume, to);
        return switch (node.tiers().lend(volume, to)) {
            case TierUnit.TransferOutcome.Begun(long job) -> {
                node.tenants().settle(volume, to.name());
                yield new Begun(job, volume.text());
            }
            case TierUnit.TransferOutcome.Refused(String reason, String detail) ->
                    throw Problem.conflict(reason, detail);
        };
    }

    private Begun recall(Call call) {
        VolumeIdentifier volume = requireOwnData(call);
        if (node.storage().catalog().read(view -> view.transit(volume)).isPresent()) {
            throw Problem.conflict(
                    "IN_TRANSIT", "cartridge %s is in the care of a job".formatted(volume));
        }
        return new Begun(node.tiers().jobs().bring(volume, TierCopyRecord.ACTIVE), volume.text());
    }

    private VolumeIdentifier requireOwnData(Call call) {
        VolumeIdentifier volume = CartridgeRoutes.present(node, call);
        GenerationRoutes.requireOwnData(node, volume);
        return volume;
    }

    private Estimate estimate(Call call) throws IOException {
        VolumeIdentifier volume = requireOwnData(call);
        Optional<Long> from = objectNumber(call, "from");
        Optional<Long> to = objectNumber(call, "to");
        if (from.isEmpty() && to.isEmpty()) {
            return document(volume, node.tiers().jobs().estimate(volume));
        }
        int partition = call.queryNumber("partition", 0, 0, 3);
        long first = from.orElse(0L);
        long last = to.orElse(Long.MAX_VALUE);
        if (last < first) {
            throw Problem.badRequest("object %d comes before object %d".formatted(last, first));
        }
        return document(
                volume,
                node.tiers()
                        .jobs()
                        .estimate(volume, partition, first, last)
                        .orElseThrow(() ->
                                Problem.badRequest(
                                        "cartridge %s has no partition %d"
                                                .formatted(volume, partition))));
    }

    private static Optional<Long> objectNumber(Call call, String name) {
        Optional<String> text = call.query(name);
        if (text.isPresent() && !text.get().matches("[0-9]{1,18}")) {
            throw Problem.badRequest(
                    "%s must be an object number, not '%s'".formatted(name, text.get()));
        }
        return text.map(Long::valueOf);
    }

    private Estimate document(VolumeIdentifier volume, RecallEstimate estimate) {
        AccountingSettings prices = node.plan().accounting();
        List<EstimatePart> parts =
                estimate.parts().stream()
                        .map(part -> {
                            AccountingSettings.Price price = prices.of(part.tier());
                            double cost =
                                    part.bytes() / GIB * price.gibRecalled()
                                            + part.chunkCount() * price.request();
                            return new EstimatePart(
                                    part.tier(),
                                    part.chunkCount(),
                                    part.bytes(),
                                    seconds(part.expectedMillis()),
                                    cost);
                        })
                        .toList();
        return new Estimate(
                volume.text(),
                estimate.chunkCount(),
                estimate.bytes(),
                estimate.hereChunkCount(),
                estimate.hereBytes(),
                estimate.lostChunkCount(),
                parts.stream().mapToLong(EstimatePart::bytes).sum(),
                parts.stream().mapToLong(EstimatePart::chunks).sum(),
                seconds(estimate.expectedMillis()),
                parts.stream().mapToDouble(EstimatePart::cost).sum(),
                prices.currency(),
                parts);
    }

    private static long seconds(long millis) {
        return Math.ceilDiv(millis, 1000L);
    }

    private Recalls recalls(Call call) {
        List<ChunkRecalls.Recall> all = node.tiers().jobs().recalls().list();
        if (call.access().isTenant()) {
            Set<ContainerId> own = containersOf(call.access());
            all = all.stream().filter(recall -> own.contains(recall.chunk().container())).toList();
        }
        return new Recalls(all.stream().map(RecallRoutes::document).toList());
    }

    private Set<ContainerId> containersOf(Access access) {
        Set<ContainerId> own = new HashSet<>();
        List<CartridgeRecord> all = new ArrayList<>();
        node.storage()
                .catalog()
                .read(view -> {
                    all.clear();
                    view.forEachCartridge(all::add);
                    return null;
                });
        all.stream()
                .filter(cartridge -> access.sees(cartridge.volume()))
                .forEach(cartridge -> own.add(cartridge.container()));
        return own;
    }

    private static Recall document(ChunkRecalls.Recall recall) {
        return new Recall(
                recall.chunk().toString(),
                recall.isNeeded(),
                Instant.ofEpochMilli(recall.sinceEpochMillis()).toString(),
                recall.expectedEpochMillis().isPresent()
                        ? Instant.ofEpochMilli(recall.expectedEpochMillis().getAsLong()).toString()
                        : null,
                recall.attempts(),
                recall.reason());
    }
}
