package io.capstan.appliance.daemon;

import io.capstan.appliance.node.LibraryPlan;
import io.capstan.appliance.node.NodePlan;
import io.capstan.catalog.CatalogOptions;
import io.capstan.changer.ChangerPersonality;
import io.capstan.drive.CartridgeType;
import io.capstan.drive.Personality;
import io.capstan.store.StoreOptions;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** The demonstration appliance: one library with 4 drives, 40 slots, 4 import/export slots and 20 cartridges. */
final class Demo {

    private static final int DRIVE_COUNT = 4;

    private Demo() {}

    static NodePlan plan(Path dataDirectory, NodePlan.KernelDevices kernelDevices) {
        CartridgeType type = CartridgeType.byName("LTO-8").orElseThrow();
        LibraryPlan library =
                new LibraryPlan(
                        "lib0",
                        ChangerPersonality.named("stk-l700"),
                        40,
                        4,
                        Collections.nCopies(
                                DRIVE_COUNT, Personality.byName("ULT3580-TD8").orElseThrow()),
                        Optional.of(
                                new LibraryPlan.FirstCartridges(
                                        20, "CAP", type, type.nativeCapacityBytes())));
        return new NodePlan(
                dataDirectory,
                List.of(),
                StoreOptions.DEFAULTS,
                CatalogOptions.MAP_SIZE_INITIAL_DEFAULT_BYTES,
                kernelDevices,
                0,
                16,
                List.of(library));
    }
}
