package io.capstan.appliance.node;

import io.capstan.catalog.CartridgeState;
import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogTransaction;
import io.capstan.catalog.CatalogView;
import io.capstan.catalog.ElementLocation;
import io.capstan.catalog.ElementRecord;
import io.capstan.catalog.JobRecord;
import io.capstan.config.TenantSettings;
import io.capstan.format.VolumeIdentifier;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who of several tenants owns what. Libraries are given by the configuration. A cartridge in a library is its tenant's; one
 * on the shelf stays whose it was, which the catalog knows. What is no tenant's is the administrator's.
 *
 * <p>Barcodes are unique on the node, whoever owns the cartridge: catalog, labels and tiers know a cartridge by its barcode
 * alone, and a cartridge that changes hands keeps it. So a tenant can learn that a barcode is taken, and nothing more.
 *
 * <p>Any thread.
 */
public final class Tenants {

    private static final String PREFIX = "tenant/of/";

    private final Catalog catalog;
    private final List<TenantSettings> tenants;
    private final Map<String, String> byLibrary = new HashMap<>();

    Tenants(Catalog catalog, List<TenantSettings> tenants) {
        this.catalog = catalog;
        this.tenants = tenants;
        for (TenantSettings tenant : tenants) {
            tenant.libraries().forEach(library -> byLibrary.put(library, tenant.name()));
        }
    }

    public List<TenantSettings> all() {
        return tenants;
    }

    /** The tenant that a token of the API is of. Takes as long for a wrong token as for a right one. */
    public Optional<String> ofToken(String token) {
        byte[] digest = sha256(token);
        Optional<String> found = Optional.empty();
        for (TenantSettings tenant : tenants) {
            for (String known : tenant.tokenDigests()) {
                if (MessageDigest.isEqual(HexFormat.of().parseHex(known), digest)) {
                    found = Optional.of(tenant.name());
                }
            }
        }
        return found;
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    public Optional<String> ofLibrary(String library) {
        return Optional.ofNullable(byLibrary.get(library));
    }

    /** The tenant of a cartridge, or of what is left of one. */
    public Optional<String> ofCartridge(VolumeIdentifier volume) {
        return catalog.read(view -> ofCartridge(view, volume));
    }

    /** As {@link #ofCartridge(VolumeIdentifier)}; a tenant that is not configured any more owns nothing. */
    public Optional<String> ofCartridge(CatalogView view, VolumeIdentifier volume) {
        return tenants.isEmpty()
                ? Optional.empty()
                : view.parameters(name(volume))
                        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                        .filter(name -> tenants.stream().anyMatch(t -> t.name().equals(name)));
    }

    private static String name(VolumeIdentifier volume) {
        return PREFIX + volume.text();
    }

    /** Says whose a cartridge is that is about to be made. It comes before, so that no cartridge is ever nobody's. */
    public void claim(VolumeIdentifier volume, Optional<String> tenant) {
        if (tenants.isEmpty()) {
            return;
        }
        catalog.commit(change -> {
            boolean isThere =
                    change.cartridge(volume)
                            .filter(cartridge -> cartridge.state() == CartridgeState.PRESENT)
                            .isPresent();
            if (!isThere) {
                put(change, volume, tenant);
            }
        });
    }

    /** Says that a barcode is nobody's any more. */
    void forget(CatalogTransaction change, VolumeIdentifier volume) {
        put(change, volume, Optional.empty());
    }

    /** What became of giving a cartridge to a tenant. */
    public enum GiveOutcome {
        GIVEN,
        /** There is no such cartridge. */
        UNKNOWN,
        /** It is in a library, whose tenant's it is, or on its way to one. */
        NOT_ON_SHELF
    }

    /**
     * Gives a cartridge that is on the shelf to a tenant.
     *
     * @param tenant empty for the administrator
     */
    public GiveOutcome give(VolumeIdentifier volume, Optional<String> tenant) {
        GiveOutcome[] outcome = {GiveOutcome.GIVEN};
        catalog.commit(change -> {
            outcome[0] = mayGive(change, volume);
            if (outcome[0] == GiveOutcome.GIVEN) {
                put(change, volume, tenant);
            }
        });
        return outcome[0];
    }

    private static GiveOutcome mayGive(CatalogView view, VolumeIdentifier volume) {
        if (view.cartridge(volume)
                .filter(cartridge -> cartridge.state() == CartridgeState.PRESENT)
                .isEmpty()) {
            return GiveOutcome.UNKNOWN;
        }
        return view.elementOf(volume).isPresent() || view.transit(volume).isPresent()
                ? GiveOutcome.NOT_ON_SHELF
                : GiveOutcome.GIVEN;
    }

    /** Says whose a cartridge is that was just put into a library, or is on its way there. */
    public void settle(VolumeIdentifier volume, String library) {
        Optional<String> tenant = ofLibrary(library);
        if (!ofCartridge(volume).equals(tenant)) {
            catalog.commit(change -> put(change, volume, tenant));
        }
    }

    /** Everything in a library is its tenant's, also when the configuration has given the library to another one. */
    void adopt(List<LibraryUnit> libraries) {
        for (LibraryUnit library : libraries) {
            Optional<String> tenant = ofLibrary(library.name());
            List<VolumeIdentifier> others =
                    catalog.read(view ->
                            view.elements(library.name()).stream()
                                    .map(ElementRecord::volume)
                                    .filter(volume -> !ofCartridge(view, volume).equals(tenant))
                                    .toList());
            if (!others.isEmpty()) {
                catalog.commit(change -> others.forEach(volume -> put(change, volume, tenant)));
            }
        }
    }

    /** As {@link #adopt(List)}, for what is on its way to a library. What is on its way to the shelf stays whose it was. */
    void adoptTravelling(List<JobRecord> jobs) {
        for (JobRecord job : jobs) {
            Optional<String> tenant =
                    job.to().map(ElementLocation::library).flatMap(this::ofLibrary);
            boolean isOthers =
                    catalog.read(view ->
                            job.to().isPresent()
                                    && view.transit(job.volume()).isPresent()
                                    && !ofCartridge(view, job.volume()).equals(tenant));
            if (isOthers) {
                catalog.commit(change -> put(change, job.volume(), tenant));
            }
        }
    }

    private static void put(
            CatalogTransaction change, VolumeIdentifier volume, Optional<String> tenant) {
        if (tenant.isPresent()) {
            change.putParameters(name(volume), tenant.get().getBytes(StandardCharsets.UTF_8));
        } else {
            change.removeParameters(name(volume));
        }
    }
}
