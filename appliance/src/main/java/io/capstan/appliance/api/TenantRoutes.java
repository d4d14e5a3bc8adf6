package io.capstan.appliance.api;

import io.capstan.appliance.node.Node;
import io.capstan.config.TenantSettings;
import io.capstan.format.VolumeIdentifier;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Who shares the node; for the administrator. */
final class TenantRoutes {

    private final Node node;

    TenantRoutes(Node node) {
        this.node = node;
    }

    record Tenant(
            String name,
            List<String> libraries,
            long cartridgeCount,
            List<String> initiators,
            List<String> users,
            int tokenCount) {}

    record TenantList(List<Tenant> tenants) {}

    /**
     * @param tenant to give it to; the administrator if not given
     */
    record GiveRequest(@Nullable String tenant) {}

    List<Route> routes() {
        return List.of(
                Route.get(
                        "/v1/tenants",
                        "listTenants",
                        "Who shares the node, and what is theirs.",
                        TenantList.class,
                        call -> list()),
                Route.change(
                        "POST",
                        "/v1/cartridges/{barcode}/give",
                        "giveCartridge",
                        "Gives a cartridge that is on the shelf to a tenant, or takes it from one.",
                        GiveRequest.class,
                        Documents.Accepted.class,
                        this::give));
    }

    private TenantList list() {
        Map<String, Long> counts = new TreeMap<>();
        node.storage()
                .catalog()
                .read(view -> {
                    counts.clear();
                    view.forEachCartridge(cartridge ->
                            node.tenants()
                                    .ofCartridge(view, cartridge.volume())
                                    .ifPresent(tenant -> counts.merge(tenant, 1L, Long::sum)));
                    return null;
                });
        return new TenantList(
                node.tenants().all().stream()
                        .map(tenant -> document(tenant, counts.getOrDefault(tenant.name(), 0L)))
                        .toList());
    }

    private static Tenant document(TenantSettings tenant, long cartridgeCount) {
        return new Tenant(
                tenant.name(),
                tenant.libraries(),
                cartridgeCount,
                tenant.access().initiators(),
                tenant.access().users(),
                tenant.tokenDigests().size());
    }

    private Documents.Accepted give(Call call) {
        VolumeIdentifier volume = call.barcode();
        Optional<String> tenant = Optional.ofNullable(call.body(GiveRequest.class).tenant());
        if (tenant.isPresent()
                && node.tenants().all().stream().noneMatch(t -> t.name().equals(tenant.get()))) {
            throw Problem.notFound("UNKNOWN_TENANT", "there is no tenant " + tenant.get());
        }
        return switch (node.tenants().give(volume, tenant)) {
            case GIVEN -> new Documents.Accepted("given");
            case UNKNOWN -> throw CartridgeRoutes.unknown(volume);
            case NOT_ON_SHELF ->
                    throw Problem.conflict(
                            "NOT_ON_SHELF",
                            "cartridge %s is in a library, or on its way to one: export it first"
                                    .formatted(volume));
        };
    }
}
