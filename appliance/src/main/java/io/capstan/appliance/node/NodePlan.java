package io.capstan.appliance.node;

import io.capstan.config.AccountingSettings;
import io.capstan.config.BlankSettings;
import io.capstan.config.Configuration;
import io.capstan.config.GenerationSettings;
import io.capstan.config.IscsiSettings;
import io.capstan.config.KernelSettings;
import io.capstan.config.LinkSettings;
import io.capstan.config.PortalAddress;
import io.capstan.config.RecallSettings;
import io.capstan.config.ShelfSettings;
import io.capstan.config.StoreSettings;
import io.capstan.config.TenantSettings;
import io.capstan.config.TierSettings;
import io.capstan.config.TombstoneSettings;
import io.capstan.store.StoreOptions;
import java.nio.file.Path;
import java.util.List;

/**
 * A node as configuration wants it, every name in it resolved.
 *
 * @param storeDirectories where chunks and labels are; empty for the data directory's own
 * @param store pools, and what upkeep may do
 * @param tiers places for chunks besides the node's own disks
 * @param links between import/export elements of two libraries
 * @param shelf what becomes of the data of cartridges outside every library
 * @param recall drives that read what is only in a tier
 * @param accounting what data costs where it is
 * @param blankCartridges how many blank cartridges libraries are to have
 * @param generations how long what was on cartridges before is kept
 * @param tombstones how long is known which cartridges were destroyed
 * @param tenants who share the node
 * @param equipment what drives that are added later can be
 */
public record NodePlan(
        Path dataDirectory,
        List<Path> storeDirectories,
        StoreOptions storeOptions,
        StoreSettings store,
        long catalogMapBytes,
        boolean synchronousCommits,
        KernelSettings kernel,
        IscsiSettings iscsi,
        List<LibraryPlan> libraries,
        List<TierSettings> tiers,
        List<LinkSettings> links,
        ShelfSettings shelf,
        RecallSettings recall,
        AccountingSettings accounting,
        List<BlankSettings> blankCartridges,
        GenerationSettings generations,
        TombstoneSettings tombstones,
        List<TenantSettings> tenants,
        InstalledEquipment equipment) {

    public NodePlan {
        storeDirectories = List.copyOf(storeDirectories);
        libraries = List.copyOf(libraries);
        tiers = List.copyOf(tiers);
        links = List.copyOf(links);
        blankCartridges = List.copyOf(blankCartridges);
        tenants = List.copyOf(tenants);
    }

    /**
     * @param configuration read with {@code equipment}
     */
    public static NodePlan of(Configuration configuration, InstalledEquipment equipment) {
        return new NodePlan(
                configuration.dataDirectory(),
                configuration.store().directories(),
                new StoreOptions(
                        configuration.store().chunkSizeBytes(),
                        configuration.store().reserveBytes(),
                        1000L * configuration.store().diskTimeoutSeconds()),
                configuration.store(),
                configuration.catalog().mapSizeInitialBytes(),
                configuration.catalog().synchronousCommits(),
                configuration.kernel(),
                configuration.iscsi(),
                configuration.libraries().stream().map(equipment::plan).toList(),
                configuration.tiers(),
                configuration.links(),
                configuration.shelf(),
                configuration.recall(),
                configuration.accounting(),
                configuration.blankCartridges(),
                configuration.generations(),
                configuration.tombstones(),
                configuration.tenants(),
                equipment);
    }

    /** The same with another data directory; a store that is below the data directory goes with it. */
    public NodePlan withDataDirectory(Path directory) {
        return new NodePlan(
                directory,
                storeDirectories,
                storeOptions,
                store,
                catalogMapBytes,
                synchronousCommits,
                kernel,
                iscsi,
                libraries,
                tiers,
                links,
                shelf,
                recall,
                accounting,
                blankCartridges,
                generations,
                tombstones,
                tenants,
                equipment);
    }

    /** The same without kernel devices. */
    public NodePlan withoutKernel() {
        return new NodePlan(
                dataDirectory,
                storeDirectories,
                storeOptions,
                store,
                catalogMapBytes,
                synchronousCommits,
                new KernelSettings(
                        KernelSettings.Enabled.OFF, kernel.maxDataAreaMib(), kernel.spinCount()),
                iscsi,
                libraries,
                tiers,
                links,
                shelf,
                recall,
                accounting,
                blankCartridges,
                generations,
                tombstones,
                tenants,
                equipment);
    }

    /** The same with other iSCSI portals; none for no iSCSI. */
    public NodePlan withIscsiPortals(List<PortalAddress> portals) {
        return new NodePlan(
                dataDirectory,
                storeDirectories,
                storeOptions,
                store,
                catalogMapBytes,
                synchronousCommits,
                kernel,
                iscsi.withPortals(portals),
                libraries,
                tiers,
                links,
                shelf,
                recall,
                accounting,
                blankCartridges,
                generations,
                tombstones,
                tenants,
                equipment);
    }
}
