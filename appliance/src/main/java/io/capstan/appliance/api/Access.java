package io.capstan.appliance.api;

import io.capstan.appliance.node.LibraryUnit;
import io.capstan.appliance.node.Node;
import io.capstan.appliance.node.Tenants;
import io.capstan.format.VolumeIdentifier;
import java.util.Optional;

/**
 * What whoever asks may see: a tenant what is its own, the administrator everything. What a tenant may not see is answered as
 * if it were not there.
 */
final class Access {

    private final Node node;
    private final Optional<String> tenant;

    /**
     * @param tenant empty for the administrator
     */
    Access(Node node, Optional<String> tenant) {
        this.node = node;
        this.tenant = tenant;
    }

    private Tenants tenants() {
        return node.tenants();
    }

    boolean isTenant() {
        return tenant.isPresent();
    }

    Optional<String> tenant() {
        return tenant;
    }

    boolean sees(LibraryUnit library) {
        return tenant.isEmpty() || tenants().ofLibrary(library.name()).equals(tenant);
    }

    boolean sees(VolumeIdentifier volume) {
        return tenant.isEmpty() || tenants().ofCartridge(volume).equals(tenant);
    }

    /** A library by its name. */
    LibraryUnit library(String name) {
        return node.library(name)
                .filter(this::sees)
                .orElseThrow(
                        () -> Problem.notFound("UNKNOWN_LIBRARY", "there is no library " + name));
    }

    /** For a tenant, a cartridge has to be there and its own; the administrator is answered by whatever comes next. */
    void requireCartridge(VolumeIdentifier volume) {
        if (!sees(volume)) {
            throw CartridgeRoutes.unknown(volume);
        }
    }

    /** Cartridges are put into libraries of their own tenant alone; one of no tenant's into any. */
    void requireSameTenant(VolumeIdentifier volume, LibraryUnit library) {
        requireCartridge(volume);
        Optional<String> own = tenants().ofCartridge(volume);
        Optional<String> wanted = tenants().ofLibrary(library.name());
        if (own.isPresent() && !own.equals(wanted)) {
            throw Problem.conflict(
                    "OTHER_TENANT",
                    "cartridge %s is %s, and library %s is %s: give it to that tenant first"
                            .formatted(volume, whose(own), library.name(), whose(wanted)));
        }
    }

    private static String whose(Optional<String> tenant) {
        return tenant.map(name -> "tenant " + name + "'s").orElse("no tenant's");
    }

    /** Whose a new cartridge is. */
    Optional<String> ownerOfNew(Optional<LibraryUnit> library) {
        return library.isPresent() ? tenants().ofLibrary(library.get().name()) : tenant;
    }
}
