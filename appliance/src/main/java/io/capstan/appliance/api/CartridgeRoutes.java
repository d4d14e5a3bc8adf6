package io.capstan.appliance.api;

import io.capstan.appliance.node.Node;
import io.capstan.catalog.CartridgeRecord;
import io.capstan.catalog.CartridgeState;
import io.capstan.catalog.Catalog;
import io.capstan.catalog.MamAttribute;
import io.capstan.catalog.ShownGeneration;
import io.capstan.drive.CartridgeType;
import io.capstan.format.VolumeIdentifier;
import io.capstan.medium.CartridgeStatus;
import io.capstan.medium.Cartridges;
import io.capstan.medium.Medium;
import io.capstan.medium.MountOutcome;
import io.capstan.medium.Retention;
import io.capstan.scsi.AdditionalSense;
import io.capstan.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Cartridges, wherever they are. */
final class CartridgeRoutes {

    private static final int LIMIT_DEFAULT = 100;
    private static final int LIMIT_MAX = 1000;

    private final Node node;
    private final CartridgeCreation creation;

    CartridgeRoutes(Node node) {
        this.node = node;
        this.creation = new CartridgeCreation(node);
    }

    List<Route> routes() {
        return List.of(
                Route.get(
                                "/v1/cartridges",
                                "listCartridges",
                                "Cartridges in order of their barcodes.",
                                Documents.CartridgePage.class,
                                this::list)
                        .forTenants()
                        .withQuery(
                                new Route.QueryParameter(
                                        "prefix", false, "what their barcodes begin with"),
                                new Route.QueryParameter(
                                        "after", false, "'next' of the page before"),
                                new Route.QueryParameter(
                                        "limit", true, "most to return, 1 to 1000"),
                                new Route.QueryParameter(
                                        "state",
                                        false,
                                        "present, or destroyed for those that are no more")),
                Route.get(
                                "/v1/cartridges/{barcode}",
                                "showCartridge",
                                "A cartridge with its partitions and its medium auxiliary memory.",
                                Documents.Cartridge.class,
                                this::show)
                        .forTenants(),
                Route.change(
                                "POST",
                                "/v1/cartridges",
                                "createCartridges",
                                "Makes one cartridge of a barcode, or some of a prefix, on the shelf or in a library. With"
                                        + " a clientToken it is done once, however often it is asked for.",
                                Documents.CreateRequest.class,
                                Documents.Created.class,
                                call ->
                                        creation.create(
                                                call.body(Documents.CreateRequest.class),
                                                call.access()))
                        .forTenants(),
                Route.change(
                                "PATCH",
                                "/v1/cartridges/{barcode}",
                                "changeCartridge",
                                "Sets or clears the write-protect tab; a drive sees it when it loads the cartridge again.",
                                Documents.ChangeRequest.class,
                                Documents.Cartridge.class,
                                this::change)
                        .forTenants(),
                Route.change(
                                "POST",
                                "/v1/cartridges/{barcode}/erase",
                                "eraseCartridge",
                                "Makes a cartridge blank, at once. What was on it is kept as long as the node keeps generations.",
                                Void.class,
                                Documents.Cartridge.class,
                                this::erase)
                        .forTenants(),
                Route.change(
                                "DELETE",
                                "/v1/cartridges/{barcode}",
                                "destroyCartridge",
                                "Destroys a cartridge that is outside every library; its barcode stays known.",
                                Void.class,
                                Documents.Accepted.class,
                                this::destroy)
                        .forTenants());
    }

    private Cartridges cartridges() {
        return node.storage().cartridges();
    }

    private Catalog catalog() {
        return node.storage().catalog();
    }

    private Documents.CartridgePage list(Call call) throws StoreException {
        String prefix = call.query("prefix").orElse("");
        Optional<VolumeIdentifier> after = call.query("after").map(Call::volume);
        int limit = call.queryNumber("limit", LIMIT_DEFAULT, 1, LIMIT_MAX);
        boolean isDestroyed = isDestroyed(call);
        List<CartridgeRecord> records = page(call.access(), prefix, after, limit);
        List<Documents.Cartridge> documents = new ArrayList<>();
        for (CartridgeRecord record : records) {
            if (isDestroyed && record.state() == CartridgeState.DESTROYED) {
                documents.add(tombstone(record));
            } else if (!isDestroyed && record.state() == CartridgeState.PRESENT) {
                cartridges()
                        .status(record.volume())
                        .ifPresent(status -> documents.add(document(record, status, null)));
            }
        }
        return new Documents.CartridgePage(
                documents, records.size() < limit ? null : records.getLast().volume().text());
    }

    private static boolean isDestroyed(Call call) {
        String state = call.query("state").orElse("present");
        return switch (state) {
            case "present" -> false;
            case "destroyed" -> true;
            default -> throw Problem.badRequest("'state' is present or destroyed");
        };
    }

    /** As many as there are up to the limit of those that whoever asks may see. */
    private List<CartridgeRecord> page(
            Access access, String prefix, Optional<VolumeIdentifier> after, int limit) {
        List<CartridgeRecord> seen = new ArrayList<>();
        Optional<VolumeIdentifier> last = after;
        while (seen.size() < limit) {
            Optional<VolumeIdentifier> from = last;
            List<CartridgeRecord> page =
                    catalog().read(view -> view.cartridges(prefix, from, LIMIT_MAX));
            page.stream()
                    .filter(record -> access.sees(record.volume()))
                    .limit(limit - seen.size())
                    .forEach(seen::add);
            if (page.size() < LIMIT_MAX) {
                return seen;
            }
            last = Optional.of(page.getLast().volume());
        }
        return seen;
    }

    private Documents.Cartridge show(Call call) throws StoreException {
        return show(call.barcode());
    }

    private Documents.Cartridge show(VolumeIdentifier volume) throws StoreException {
        CartridgeRecord record =
                catalog().read(view -> view.cartridge(volume)).orElseThrow(() -> unknown(volume));
        List<Documents.Attribute> attributes =
                record.attributes().stream().map(CartridgeRoutes::attribute).toList();
        Optional<CartridgeStatus> status = cartridges().status(volume);
        return status.isPresent() ? document(record, status.get(), attributes) : tombstone(record);
    }

    /** The cartridge that a call is about, which there has to be. */
    static VolumeIdentifier present(Node node, Call call) {
        VolumeIdentifier volume = call.barcode();
        boolean isPresent =
                node.storage()
                        .catalog()
                        .read(view -> view.cartridge(volume))
                        .filter(cartridge -> cartridge.state() == CartridgeState.PRESENT)
                        .isPresent();
        if (!isPresent) {
            throw unknown(volume);
        }
        return volume;
    }

    static Problem unknown(VolumeIdentifier volume) {
        return Problem.notFound("UNKNOWN_CARTRIDGE", "there is no cartridge " + volume);
    }

    private Documents.Cartridge document(
            CartridgeRecord record,
            CartridgeStatus status,
            @Nullable List<Documents.Attribute> attributes) {
        Retention retention = status.retention();
        Optional<ShownGeneration> shown =
                catalog().read(view -> view.shownGeneration(record.volume()));
        return new Documents.Cartridge(
                record.volume().text(),
                "present",
                typeName(record.densityCode()),
                record.densityCode(),
                record.mediumType(),
                record.nativeCapacityBytes(),
                status.usedBytes(),
                record.worm(),
                record.writeProtected(),
                status.isMounted(),
                record.loadCount(),
                Instant.ofEpochMilli(record.createdEpochMillis()).toString(),
                status.element().map(location -> location.library()).orElse(null),
                status.element().map(location -> location.address()).orElse(null),
                record.container().toString(),
                shown.map(of -> of.volume().text()).orElse(null),
                shown.map(ShownGeneration::generation).orElse(null),
                retention.keepGenerations().map(Duration::toDays).orElse(null),
                retention.lockedUntil().map(Instant::toString).orElse(null),
                null,
                null,
                status.partitions().stream().map(CartridgeRoutes::partition).toList(),
                attributes);
    }

    static Documents.Partition partition(CartridgeStatus.Partition partition) {
        return new Documents.Partition(
                partition.capacityBytes(),
                partition.usedBytes(),
                partition.objectCount(),
                partition.filemarkCount());
    }

    private Documents.Cartridge tombstone(CartridgeRecord record) throws StoreException {
        Optional<Instant> destroyed = cartridges().deleted(record.volume());
        return new Documents.Cartridge(
                record.volume().text(),
                "destroyed",
                typeName(record.densityCode()),
                record.densityCode(),
                record.mediumType(),
                record.nativeCapacityBytes(),
                0,
                record.worm(),
                record.writeProtected(),
                false,
                record.loadCount(),
                Instant.ofEpochMilli(record.createdEpochMillis()).toString(),
                null,
                null,
                record.container().toString(),
                null,
                null,
                null,
                null,
                destroyed.map(Instant::toString).orElse(null),
                knownUntil(destroyed),
                List.of(),
                null);
    }

    private @Nullable String knownUntil(Optional<Instant> destroyed) {
        return destroyed.flatMap(node.tombstones()::keptUntil).map(Instant::toString).orElse(null);
    }

    private @Nullable String typeName(int densityCode) {
        return node.plan().equipment().personalities().cartridgeTypes().stream()
                .filter(type -> type.densityCode() == densityCode)
                .map(CartridgeType::name)
                .findFirst()
                .orElse(null);
    }

    private static Documents.Attribute attribute(MamAttribute attribute) {
        byte[] value = attribute.value();
        String format =
                switch (attribute.format()) {
                    case 0 -> "binary";
                    case 1 -> "ascii";
                    case 2 -> "text";
                    default -> Integer.toString(attribute.format());
                };
        return new Documents.Attribute(
                attribute.partition(),
                "%04x".formatted(attribute.identifier()),
                format,
                HexFormat.of().formatHex(value),
                isPrintable(value) && attribute.format() != 0
                        ? new String(value, StandardCharsets.US_ASCII).strip()
                        : null);
    }

    private static boolean isPrintable(byte[] value) {
        return IntStream.range(0, value.length).allMatch(i -> value[i] >= 0x20 && value[i] < 0x7F);
    }

    private Documents.Cartridge change(Call call) throws StoreException {
        VolumeIdentifier volume = call.barcode();
        Documents.ChangeRequest request = call.body(Documents.ChangeRequest.class);
        Retentions retentions = new Retentions(node);
        UnaryOperator<Retention> retention =
                retentions.step(request.keepGenerationsDays(), request.lockedUntil());
        boolean changesRetention =
                request.keepGenerationsDays() != null || request.lockedUntil() != null;
        if (request.writeProtected() == null && !changesRetention) {
            throw Problem.badRequest(
                    "one of 'writeProtected', 'keepGenerationsDays' and 'lockedUntil' is needed");
        }
        if (changesRetention) {
            GenerationRoutes.requireOwnData(node, volume);
            retentions.retain(volume, retention);
        }
        if (request.writeProtected() != null) {
            setWriteProtected(volume, request.writeProtected());
        }
        node.tiers().jobs().relabel(volume);
        return show(volume);
    }

    private void setWriteProtected(VolumeIdentifier volume, boolean isProtected)
            throws StoreException {
        if (!isProtected) {
            GenerationRoutes.requireOwnData(node, volume);
        }
        if (!cartridges().setWriteProtected(volume, isProtected)) {
            throw unknown(volume);
        }
    }

    private Documents.Cartridge erase(Call call) throws StoreException {
        VolumeIdentifier volume = call.barcode();
        switch (cartridges().mount(volume)) {
            case MountOutcome.Mounted(Medium medium) -> {
                try (medium) {
                    eraseContent(medium);
                }
            }
            case MountOutcome.Unknown() -> throw unknown(volume);
            case MountOutcome.InUse() -> throw inUse(volume);
        }
        return show(volume);
    }

    private static Problem inUse(VolumeIdentifier volume) {
        return Problem.conflict(
                "CARTRIDGE_IN_DRIVE", "cartridge " + volume + " is in a drive: unload it first");
    }

    private void eraseContent(Medium medium) throws StoreException {
        // One of which part is only in a tier is write protected too, but nothing of it is kept.
        boolean isSwitchSet =
                catalog()
                        .read(view -> view.cartridge(medium.volumeIdentifier()))
                        .filter(CartridgeRecord::writeProtected)
                        .isPresent();
        if (isSwitchSet) {
            throw Problem.ofSense(
                    409,
                    AdditionalSense.WRITE_PROTECTED,
                    "cartridge " + medium.volumeIdentifier() + " is write-protected");
        }
        boolean isLocked = medium.isLocked();
        List<Long> capacitiesBytes = new ArrayList<>();
        for (int partition = 0; partition < medium.partitionCount(); partition++) {
            if (medium.description().worm() && medium.endOfData(partition) > 0) {
                throw Problem.ofSense(
                        409,
                        AdditionalSense.WORM_MEDIUM_OVERWRITE_ATTEMPTED,
                        "what is on a WORM cartridge is never erased");
            }
            if (isLocked && medium.endOfData(partition) > 0) {
                throw new Retentions(node).locked(medium.volumeIdentifier());
            }
            capacitiesBytes.add(medium.capacityBytes(partition));
        }
        medium.format(capacitiesBytes);
    }

    private Documents.Accepted destroy(Call call) throws StoreException {
        VolumeIdentifier volume = call.barcode();
        refuseWorm(volume);
        return switch (cartridges().delete(volume)) {
            case DELETED -> new Documents.Accepted("destroyed");
            case UNKNOWN -> throw unknown(volume);
            case IN_USE -> throw inUse(volume);
            case LOCKED -> throw new Retentions(node).locked(volume);
            case IN_TRANSIT ->
                    throw Problem.conflict(
                            "IN_TRANSIT", "cartridge %s is in transit".formatted(volume));
            case SHOWN ->
                    throw Problem.conflict(
                            "GENERATION_SHOWN",
                            "another cartridge shows what was on %s before: destroy that one first"
                                    .formatted(volume));
            case IN_ELEMENT ->
                    throw Problem.conflict(
                            "CARTRIDGE_IN_ELEMENT",
                            "cartridge %s is in a library: export it first".formatted(volume));
        };
    }

    private void refuseWorm(VolumeIdentifier volume) throws StoreException {
        Optional<CartridgeStatus> status = cartridges().status(volume);
        if (status.isPresent()
                && status.get().description().worm()
                && status.get().partitions().stream()
                        .anyMatch(partition -> partition.objectCount() > 0)) {
            throw Problem.ofSense(
                    409,
                    AdditionalSense.WORM_MEDIUM_OVERWRITE_ATTEMPTED,
                    "a WORM cartridge that was written is not destroyed");
        }
    }
}
