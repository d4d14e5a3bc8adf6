package io.capstan.conformance.changer;

import io.capstan.catalog.CartridgeRecord;
import io.capstan.catalog.CartridgeState;
import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogOptions;
import io.capstan.changer.ChangerPersonality;
import io.capstan.changer.DataTransferElement;
import io.capstan.changer.InventoryOutcome;
import io.capstan.changer.Library;
import io.capstan.changer.LibraryConfiguration;
import io.capstan.changer.MediumChanger;
import io.capstan.conformance.transport.ChosenTransport;
import io.capstan.fakes.scsi.FakeInitiator;
import io.capstan.format.ContainerId;
import io.capstan.format.VolumeIdentifier;
import io.capstan.scsi.LogicalUnit;
import io.capstan.scsi.LogicalUnitOwner;
import io.capstan.scsi.spc.CommandObserver;
import io.capstan.scsi.spc.UnitAttentions;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** A library with its changer on a catalog of its own, started; empty where the directory is. */
final class Bench implements AutoCloseable {

    static final Instant NOW = Instant.ofEpochMilli(0x0123_4567_89ABL);

    final Catalog catalog;
    final List<FakeDrive> drives = new ArrayList<>();
    Library library;
    LogicalUnit changer;
    FakeInitiator host;

    Bench(
            Path directory,
            ChangerPersonality personality,
            int storageCount,
            int importExportCount,
            int driveCount) {
        this(
                directory,
                personality,
                storageCount,
                importExportCount,
                driveCount,
                UnitAttentions.afterAdoption());
    }

    Bench(
            Path directory,
            ChangerPersonality personality,
            int storageCount,
            int importExportCount,
            int driveCount,
            UnitAttentions unitAttentions) {
        catalog =
                Catalog.open(
                        directory,
                        CatalogOptions.defaults()
                                .withMapSizeInitialBytes(8 << 20)
                                .withSynchronousCommits(false));
        LibraryConfiguration configuration =
                new LibraryConfiguration(
                        "lib0", personality, "CAP00001", storageCount, importExportCount);
        for (int number = 0; number < driveCount; number++) {
            drives.add(new FakeDrive(number));
        }
        library = library(configuration);
        changer = changer(unitAttentions);
        host = new FakeInitiator(changer, "host0");
    }

    /** A new library and changer with new, empty drives over the same catalog. */
    void restart() {
        drives.replaceAll(old -> new FakeDrive(drives.indexOf(old)));
        library = library(library.configuration());
        changer = changer(UnitAttentions.afterAdoption());
        host = new FakeInitiator(changer, "host0");
    }

    private Library library(LibraryConfiguration configuration) {
        Library opened =
                new Library(configuration, catalog, List.<DataTransferElement>copyOf(drives));
        opened.start();
        return opened;
    }

    private LogicalUnit changer(UnitAttentions unitAttentions) {
        LogicalUnitOwner owner = new LogicalUnitOwner();
        LogicalUnit unit =
                MediumChanger.logicalUnit(
                        library,
                        owner,
                        unitAttentions,
                        InstantSource.fixed(NOW),
                        CommandObserver.NONE);
        ChosenTransport.owner(unit, owner);
        return unit;
    }

    /** Creates a cartridge and brings it into an element, as hosts are told once they are known. */
    void place(String volume, int address) {
        place(volume, address, false);
    }

    void place(String volume, int address, boolean worm) {
        VolumeIdentifier identifier = new VolumeIdentifier(volume);
        create(identifier, worm);
        InventoryOutcome outcome = library.importCartridge(identifier, address);
        if (!(outcome instanceof InventoryOutcome.Changed)) {
            throw new AssertionError(volume + " does not go to " + address + ": " + outcome);
        }
    }

    /** Creates a cartridge outside every library. */
    void create(VolumeIdentifier volume, boolean worm) {
        catalog.commit(change ->
                change.putCartridge(
                        new CartridgeRecord(
                                volume,
                                new ContainerId(0x5EEDL, volume.text().hashCode()),
                                0x88,
                                0x5E,
                                12_000_000_000_000L,
                                worm,
                                false,
                                NOW.toEpochMilli(),
                                0,
                                0,
                                List.of(),
                                CartridgeState.PRESENT)));
    }

    @Override
    public void close() {
        catalog.close();
    }
}
