package io.capstan.changer;

import static io.capstan.changer.Cartridges.volume;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.catalog.Catalog;
import io.capstan.catalog.ElementLocation;
import io.capstan.changer.TransportRefusal.DestinationFull;
import io.capstan.changer.TransportRefusal.InvalidElementAddress;
import io.capstan.changer.TransportRefusal.LoadFailed;
import io.capstan.changer.TransportRefusal.NotUnloaded;
import io.capstan.changer.TransportRefusal.RemovalPrevented;
import io.capstan.changer.TransportRefusal.SourceEmpty;
import io.capstan.changer.TransportRefusal.StationOpen;
import io.capstan.changer.TransportRefusal.UnloadFailed;
import io.capstan.format.VolumeIdentifier;
import io.capstan.scsi.AdditionalSense;
import io.capstan.scsi.Nexus;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Moves, exchanges, imports and exports one by one. L700 addresses: I/E 10 to 11, drives 500 and 501, storage 1000 on. */
final class LibraryTest {

    private static final Nexus HOST = new Nexus("host", "target");

    @TempDir Path directory;

    private final FakeDrive drive0 = new FakeDrive(0);
    private final FakeDrive drive1 = new FakeDrive(1);
    private final List<AdditionalSense> told = new ArrayList<>();
    private Catalog catalog;
    private Library library;

    @BeforeEach
    void build() {
        catalog = Cartridges.open(directory);
        Cartridges.create(catalog, volume(1), volume(2), volume(3));
        library = library(ChangerPersonality.named("stk-l700"), 4);
        library.importCartridge(volume(1), 1000);
        library.importCartridge(volume(2), 1001);
        library.onOperatorAccess(told::add);
    }

    @AfterEach
    void close() {
        catalog.close();
    }

    @Test
    void moveIsInTheCatalogWhenItReturns() {
        assertThat(library.move(1000, 1003)).isEqualTo(new Transported());

        assertThat(locationOf(volume(1))).contains(new ElementLocation("lib0", 1003));
        assertThat(contentOf(1003).sourceElementAddress()).hasValue(1000);
        assertThat(told).isEmpty();
    }

    @Test
    void moveIntoADriveLoadsIt() {
        assertThat(library.move(1000, 500)).isEqualTo(new Transported());

        assertThat(drive0.held()).contains(volume(1));
        assertThat(status(500).accessible()).isFalse();
    }

    @Test
    void aDriveThatIsBecomingReadyHasTakenTheCartridge() {
        drive0.nextLoad(new LoadOutcome.BecomingReady());

        assertThat(library.move(1000, 500)).isEqualTo(new Transported());

        assertThat(status(500).full()).isTrue();
        assertThat(status(500).accessible()).isFalse();
        assertThat(status(500).exception()).isEmpty();
    }

    @Test
    void aCartridgeKeepsItsStorageElementAsSourceFromDriveToDrive() {
        library.move(1000, 500);
        library.move(500, 501);

        assertThat(drive0.held()).isEmpty();
        assertThat(drive1.held()).contains(volume(1));
        assertThat(contentOf(501).sourceElementAddress()).hasValue(1000);

        library.move(501, 1003);
        assertThat(drive1.held()).isEmpty();
        assertThat(contentOf(1003).sourceElementAddress()).hasValue(1000);
    }

    @Test
    void moveIsRefusedForAddressesThatHoldNoCartridge() {
        assertThat(library.move(999, 1003)).isEqualTo(new InvalidElementAddress(999));
        assertThat(library.move(1000, 1004)).isEqualTo(new InvalidElementAddress(1004));
        assertThat(library.move(1, 1003)).isEqualTo(new InvalidElementAddress(1));
        assertThat(library.move(1000, 1)).isEqualTo(new InvalidElementAddress(1));
        assertThat(locationOf(volume(1))).contains(new ElementLocation("lib0", 1000));
    }

    @Test
    void moveIsRefusedForAnEmptySourceBeforeAFullDestination() {
        assertThat(library.move(1003, 1001)).isEqualTo(new SourceEmpty(1003));
        assertThat(library.move(1000, 1001)).isEqualTo(new DestinationFull(1001));
        assertThat(library.move(1000, 1000)).isEqualTo(new DestinationFull(1000));
        assertThat(library.move(1003, 1003)).isEqualTo(new SourceEmpty(1003));
    }

    @Test
    void aPreventedDriveKeepsItsCartridge() {
        library.move(1000, 500);
        drive0.prevent(true);

        assertThat(library.move(500, 1000)).isEqualTo(new RemovalPrevented(500));
        assertThat(library.exchange(1001, 500, 1000)).isEqualTo(new RemovalPrevented(500));

        assertThat(drive0.held()).contains(volume(1));
        assertThat(locationOf(volume(1))).contains(new ElementLocation("lib0", 500));
    }

    @Test
    void preventionThatComesBetweenLookingAndEjectingCountsToo() {
        library.move(1000, 500);
        drive0.nextEject(new EjectOutcome.Prevented());

        assertThat(library.move(500, 1000)).isEqualTo(new RemovalPrevented(500));
        assertThat(locationOf(volume(1))).contains(new ElementLocation("lib0", 500));
    }

    @Test
    void whereHostsMustUnloadALoadedCartridgeStays() {
        library = library(ChangerPersonality.named("stk-l700").withUnloadByHostRequired(true), 4);
        library.move(1000, 500);

        assertThat(library.move(500, 1000)).isEqualTo(new NotUnloaded(500));

        drive0.unloadByHost();
        assertThat(status(500).accessible()).isTrue();
        assertThat(library.move(500, 1000)).isEqualTo(new Transported());
    }

    @Test
    void aDriveThatDoesNotUnloadKeepsItsCartridge() {
        library.move(1000, 500);
        drive0.nextEject(new EjectOutcome.Failed("stuck"));

        assertThat(library.move(500, 1000)).isEqualTo(new UnloadFailed(500, "stuck"));

        assertThat(drive0.held()).contains(volume(1));
        assertThat(locationOf(volume(1))).contains(new ElementLocation("lib0", 500));
    }

    @Test
    void aCartridgeThatDoesNotLoadGoesBack() {
        drive0.nextLoad(new LoadOutcome.Failed("no container"));

        assertThat(library.move(1000, 500)).isEqualTo(new LoadFailed(500, "no container"));

        assertThat(locationOf(volume(1))).contains(new ElementLocation("lib0", 1000));
        assertThat(contentOf(1000).sourceElementAddress()).isEmpty();
        assertThat(status(500).full()).isFalse();
        assertThat(library.move(1000, 500)).isEqualTo(new Transported());
    }

    @Test
    void aCartridgeThatDoesNotLoadInAnotherDriveIsLoadedAgainWhereItWas() {
        library.move(1000, 500);
        drive1.nextLoad(new LoadOutcome.Failed("no container"));

        assertThat(library.move(500, 501)).isEqualTo(new LoadFailed(501, "no container"));

        assertThat(drive0.held()).contains(volume(1));
        assertThat(drive1.held()).isEmpty();
        assertThat(contentOf(500).sourceElementAddress()).hasValue(1000);
    }

    @Test
    void aDriveThatLoadsNothingAnyMoreIsAnExceptionAndCanBeEmptied() {
        library.move(1000, 500);
        drive0.nextLoad(new LoadOutcome.Failed("broken"));
        drive1.nextLoad(new LoadOutcome.Failed("broken"));

        assertThat(library.move(500, 501)).isInstanceOf(LoadFailed.class);

        assertThat(locationOf(volume(1))).contains(new ElementLocation("lib0", 500));
        assertThat(status(500).exception()).isPresent();
        assertThat(library.move(500, 1000)).isEqualTo(new Transported());
        assertThat(status(500).exception()).isEmpty();
    }

    @Test
    void aDriveThatThrowsIsADriveThatFails() {
        FakeDrive broken =
                new FakeDrive(
                        7,
                        step -> {
                            throw new IllegalStateException("bug");
                        });
        library =
                new Library(
                        configuration(ChangerPersonality.named("stk-l700"), 4),
                        catalog,
                        List.of(broken));

        assertThat(library.move(1000, 500)).isInstanceOf(LoadFailed.class);
        assertThat(locationOf(volume(1))).contains(new ElementLocation("lib0", 1000));
    }

    @Test
    void exchangeSwapsWithADrive() {
        library.move(1000, 500);

        assertThat(library.exchange(1001, 500, 1001)).isEqualTo(new Transported());

        assertThat(drive0.held()).contains(volume(2));
        assertThat(contentOf(1001).volume()).isEqualTo(volume(1));
        assertThat(contentOf(1001).sourceElementAddress()).hasValue(1000);
        assertThat(contentOf(500).sourceElementAddress()).hasValue(1001);
    }

    @Test
    void exchangeOfTwoDrives() {
        library.move(1000, 500);
        library.move(1001, 501);

        assertThat(library.exchange(500, 501, 500)).isEqualTo(new Transported());

        assertThat(drive0.held()).contains(volume(2));
        assertThat(drive1.held()).contains(volume(1));
    }

    @Test
    void exchangeChecksItsThreeElements() {
        assertThat(library.exchange(1003, 1001, 1002)).isEqualTo(new SourceEmpty(1003));
        assertThat(library.exchange(1000, 1002, 1003)).isEqualTo(new SourceEmpty(1002));
        assertThat(library.exchange(1000, 1001, 1001)).isEqualTo(new DestinationFull(1001));
        assertThat(library.exchange(1000, 1000, 1003)).isEqualTo(new DestinationFull(1000));
        assertThat(library.exchange(1000, 1001, 1)).isEqualTo(new InvalidElementAddress(1));
        library.importCartridge(volume(3), 1002);
        assertThat(library.exchange(1000, 1001, 1002)).isEqualTo(new DestinationFull(1002));
        assertThat(library.exchange(1000, 1001, 1003)).isEqualTo(new Transported());
        assertThat(contentOf(1001).volume()).isEqualTo(volume(1));
        assertThat(contentOf(1003).volume()).isEqualTo(volume(2));
        assertThat(status(1000).full()).isFalse();
    }

    @Test
    void aFailedExchangeLeavesNothingHalfDone() {
        library.move(1000, 500);
        library.move(1001, 501);
        drive1.nextLoad(new LoadOutcome.Failed("broken"));

        assertThat(library.exchange(500, 501, 500)).isEqualTo(new LoadFailed(501, "broken"));

        assertThat(drive0.held()).contains(volume(1));
        assertThat(drive1.held()).contains(volume(2));
        assertThat(contentOf(500).volume()).isEqualTo(volume(1));
        assertThat(contentOf(501).volume()).isEqualTo(volume(2));
    }

    @Test
    void anExchangeWhoseSecondLoadFailsTakesTheFirstOneBack() {
        library.move(1000, 500);
        library.move(1001, 501);
        drive0.nextLoad(new LoadOutcome.Failed("broken"));

        assertThat(library.exchange(500, 501, 500)).isEqualTo(new LoadFailed(500, "broken"));

        assertThat(drive0.held()).contains(volume(1));
        assertThat(drive1.held()).contains(volume(2));
        assertThat(contentOf(500).volume()).isEqualTo(volume(1));
        assertThat(contentOf(501).volume()).isEqualTo(volume(2));
    }

    @Test
    void anExchangeThatCannotBeTakenBackStandsAsCommitted() {
        library.move(1000, 500);
        library.move(1001, 501);
        drive0.nextLoad(new LoadOutcome.Failed("broken"));
        drive1.nextEject(new EjectOutcome.Ejected());
        drive1.nextEject(new EjectOutcome.Failed("stuck"));

        assertThat(library.exchange(500, 501, 500)).isEqualTo(new LoadFailed(500, "broken"));

        assertThat(drive1.held()).contains(volume(1));
        assertThat(contentOf(501).volume()).isEqualTo(volume(1));
        assertThat(contentOf(500).volume()).isEqualTo(volume(2));
        assertThat(status(500).exception()).isPresent();
        assertThat(library.move(500, 1001)).isEqualTo(new Transported());
    }

    @Test
    void aSecondDriveThatDoesNotUnloadGivesTheFirstItsCartridgeBack() {
        library.move(1000, 500);
        library.move(1001, 501);
        drive1.nextEject(new EjectOutcome.Failed("stuck"));

        assertThat(library.exchange(500, 501, 1000)).isEqualTo(new UnloadFailed(501, "stuck"));

        assertThat(drive0.held()).contains(volume(1));
        assertThat(drive1.held()).contains(volume(2));
    }

    @Test
    void importedCartridgesAreToldOfAndMarked() {
        InventoryOutcome outcome = library.importCartridge(volume(3), ElementType.IMPORT_EXPORT);

        assertThat(outcome).isEqualTo(new InventoryOutcome.Changed(volume(3), 10));
        assertThat(told).containsExactly(AdditionalSense.IMPORT_OR_EXPORT_ELEMENT_ACCESSED);
        assertThat(status(10).placedByOperator()).isTrue();

        library.move(10, 1003);
        library.move(1003, 10);
        assertThat(status(10).placedByOperator()).isFalse();
    }

    @Test
    void cartridgesImportedIntoStorageMayHaveChangedTheMedium() {
        library.importCartridge(volume(3), ElementType.STORAGE);

        assertThat(contentOf(1002).volume()).isEqualTo(volume(3));
        assertThat(told)
                .containsExactly(AdditionalSense.NOT_READY_TO_READY_CHANGE_MEDIUM_MAY_HAVE_CHANGED);
    }

    /** V3: many new cartridges at once; one that cannot be placed keeps no other from its element. */
    @Test
    void manyAreImportedInOneTransaction() {
        VolumeIdentifier unknown = new VolumeIdentifier("NOSUCH");
        Cartridges.create(catalog, volume(4), volume(5));

        List<InventoryOutcome> outcomes =
                library.importCartridges(
                        List.of(volume(3), unknown, volume(1), volume(4), volume(5)));

        assertThat(outcomes)
                .containsExactly(
                        new InventoryOutcome.Changed(volume(3), 1002),
                        new InventoryOutcome.VolumeUnknown(unknown),
                        new InventoryOutcome.VolumeElsewhere(
                                volume(1), new ElementLocation("lib0", 1000)),
                        new InventoryOutcome.Changed(volume(4), 1003),
                        new InventoryOutcome.NoEmptyElement(ElementType.STORAGE));
        assertThat(locationOf(volume(4))).contains(new ElementLocation("lib0", 1003));
        assertThat(locationOf(volume(5))).isEmpty();
        assertThat(told)
                .containsExactly(AdditionalSense.NOT_READY_TO_READY_CHANGE_MEDIUM_MAY_HAVE_CHANGED);
        assertThat(library.importCartridges(List.of())).isEmpty();
    }

    @Test
    void importIsRefusedWithAReason() {
        VolumeIdentifier unknown = new VolumeIdentifier("NOSUCH");

        assertThat(library.importCartridge(unknown, 10))
                .isEqualTo(new InventoryOutcome.VolumeUnknown(unknown));
        assertThat(library.importCartridge(volume(1), 10))
                .isEqualTo(
                        new InventoryOutcome.VolumeElsewhere(
                                volume(1), new ElementLocation("lib0", 1000)));
        assertThat(library.importCartridge(volume(3), 1000)).isEqualTo(new DestinationFull(1000));
        assertThat(library.importCartridge(volume(3), 500))
                .isEqualTo(new InvalidElementAddress(500));
        assertThat(library.importCartridge(volume(3), 12)).isEqualTo(new InvalidElementAddress(12));
        assertThat(told).isEmpty();
    }

    @Test
    void importFindsNoEmptyElement() {
        library.importCartridge(volume(3), 10);
        Cartridges.create(catalog, volume(4), volume(5));
        library.importCartridge(volume(4), 11);

        assertThat(library.importCartridge(volume(5), ElementType.IMPORT_EXPORT))
                .isEqualTo(new InventoryOutcome.NoEmptyElement(ElementType.IMPORT_EXPORT));
        assertThat(library.importCartridge(volume(5), ElementType.DATA_TRANSFER))
                .isEqualTo(new InventoryOutcome.NoEmptyElement(ElementType.DATA_TRANSFER));
    }

    @Test
    void exportedCartridgesAreOutsideEveryLibrary() {
        library.move(1000, 11);

        assertThat(library.exportCartridge(11))
                .isEqualTo(new InventoryOutcome.Changed(volume(1), 11));

        assertThat(locationOf(volume(1))).isEmpty();
        assertThat(told).containsExactly(AdditionalSense.IMPORT_OR_EXPORT_ELEMENT_ACCESSED);
        assertThat(library.exportCartridge(11)).isEqualTo(new SourceEmpty(11));
        assertThat(library.exportCartridge(500)).isEqualTo(new InvalidElementAddress(500));
        assertThat(library.exportCartridge(1001))
                .isEqualTo(new InventoryOutcome.Changed(volume(2), 1001));
    }

    @Test
    void aHostThatPreventsRemovalKeepsOperatorsOut() {
        library.move(1000, 11);
        library.mediumRemoval().prevent(HOST);

        assertThat(library.exportCartridge(11)).isEqualTo(new RemovalPrevented(11));
        assertThat(library.exportCartridge(1001)).isEqualTo(new RemovalPrevented(1001));
        assertThat(library.importCartridge(volume(3), 10)).isEqualTo(new RemovalPrevented(10));
        assertThat(library.openStation()).contains(new RemovalPrevented(10));
        assertThat(library.stationOpen()).isFalse();
        assertThat(library.importCartridge(volume(3), 1003))
                .isEqualTo(new InventoryOutcome.Changed(volume(3), 1003));

        assertThat(library.removalPrevented()).isTrue();
        library.allowRemoval();
        assertThat(library.exportCartridge(11))
                .isEqualTo(new InventoryOutcome.Changed(volume(1), 11));
    }

    @Test
    void anOpenStationIsOutOfReach() {
        library.move(1000, 10);
        assertThat(library.openStation()).isEmpty();

        assertThat(status(10).accessible()).isFalse();
        assertThat(library.move(10, 1000)).isEqualTo(new StationOpen(10));
        assertThat(library.move(1001, 11)).isEqualTo(new StationOpen(11));
        assertThat(library.move(1001, 1000)).isEqualTo(new Transported());

        library.closeStation();
        assertThat(library.move(10, 1001)).isEqualTo(new Transported());
    }

    @Test
    void operatorsMovesAreToldOf() {
        library.moveByOperator(1000, 1003);
        library.moveByOperator(1003, 10);
        library.moveByOperator(1003, 10);

        assertThat(told)
                .containsExactly(
                        AdditionalSense.NOT_READY_TO_READY_CHANGE_MEDIUM_MAY_HAVE_CHANGED,
                        AdditionalSense.IMPORT_OR_EXPORT_ELEMENT_ACCESSED);
    }

    @Test
    void startLoadsWhatIsInDrives() {
        library.move(1000, 500);
        library.move(1001, 501);
        FakeDrive again0 = new FakeDrive(0);
        FakeDrive again1 = new FakeDrive(1).nextLoad(new LoadOutcome.Failed("broken"));
        Library restarted =
                new Library(
                        configuration(ChangerPersonality.named("stk-l700"), 4),
                        catalog,
                        List.of(again0, again1));

        restarted.start();

        assertThat(again0.held()).contains(volume(1));
        assertThat(again1.held()).isEmpty();
        ElementStatus failed = restarted.inventory().get(4);
        assertThat(failed.address()).isEqualTo(501);
        assertThat(failed.content().orElseThrow().volume()).isEqualTo(volume(2));
        assertThat(failed.exception()).contains("the drive has not loaded cartridge CAP002L8");
        restarted.scan(restarted.addresses().addresses());
        assertThat(again1.held()).contains(volume(2));
    }

    @Test
    void aConfigurationThatLosesCartridgesIsRefused() {
        library.move(1000, 1003);

        assertThatThrownBy(() -> library(ChangerPersonality.named("stk-l700"), 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("CAP001L8 in element 1003");
        assertThatThrownBy(() -> library(ChangerPersonality.named("ibm-03584l32"), 4))
                .hasMessageContaining("2 cartridges");
    }

    @Test
    void librariesOfOneCatalogShareNothing() {
        Library other =
                new Library(
                        new LibraryConfiguration(
                                "lib1", ChangerPersonality.named("stk-l700"), "S2", 4, 2),
                        catalog,
                        List.of());

        assertThat(other.inventory()).noneMatch(ElementStatus::full);
        assertThat(other.importCartridge(volume(3), 1000))
                .isEqualTo(new InventoryOutcome.Changed(volume(3), 1000));
        assertThat(contentOf(1000).volume()).isEqualTo(volume(1));
    }

    @Test
    void everyRefusalHasAReason() {
        List<TransportRefusal> refusals =
                List.of(
                        new InvalidElementAddress(5),
                        new SourceEmpty(5),
                        new DestinationFull(5),
                        new RemovalPrevented(5),
                        new StationOpen(5),
                        new NotUnloaded(5),
                        new UnloadFailed(5, "x"),
                        new LoadFailed(5, "x"));

        assertThat(refusals).allSatisfy(refusal -> assertThat(refusal.reason()).contains("5"));
        assertThat(new InventoryOutcome.NoEmptyElement(ElementType.STORAGE).reason())
                .isEqualTo("no storage element is empty");
        assertThat(
                        new InventoryOutcome.VolumeElsewhere(
                                        volume(1), new ElementLocation("lib0", 1000))
                                .reason())
                .isEqualTo("cartridge CAP001L8 is in element 1000 of library lib0");
    }

    private Library library(ChangerPersonality personality, int storageCount) {
        return new Library(
                configuration(personality, storageCount), catalog, List.of(drive0, drive1));
    }

    private static LibraryConfiguration configuration(
            ChangerPersonality personality, int storageCount) {
        return new LibraryConfiguration("lib0", personality, "S1", storageCount, 2);
    }

    private Optional<ElementLocation> locationOf(VolumeIdentifier volume) {
        return catalog.read(view -> view.elementOf(volume));
    }

    private ElementStatus status(int address) {
        return library.inventory().stream()
                .filter(element -> element.address() == address)
                .findFirst()
                .orElseThrow();
    }

    private ElementStatus.Content contentOf(int address) {
        return status(address).content().orElseThrow();
    }

    @Test
    void sourceIsEmptyWhereAnOperatorBroughtTheCartridge() {
        assertThat(contentOf(1000).sourceElementAddress()).isEqualTo(OptionalInt.empty());
    }
}
