package io.capstan.changer;

import static io.capstan.changer.Cartridges.volume;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogException;
import io.capstan.format.VolumeIdentifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * V2: every kind of move with a power cut before and after each thing a drive or the catalog does, and with each commit
 * failing. Storage elements 1000 to 1002 and drives 500 to 502; cartridge 1 starts in 1000, 2 in drive 500, 3 in drive 501.
 */
final class LibraryCrashTest {

    /** A move, its name for the report. */
    record Operation(String name, Function<Library, TransportOutcome> run) {

        @Override
        public String toString() {
            return name;
        }
    }

    @TempDir Path directory;

    static Stream<Operation> operations() {
        return Stream.of(
                new Operation("storage to storage", library -> library.move(1000, 1001)),
                new Operation("storage to drive", library -> library.move(1000, 502)),
                new Operation("drive to storage", library -> library.move(500, 1001)),
                new Operation("drive to drive", library -> library.move(500, 502)),
                new Operation("swap with a drive", library -> library.exchange(1000, 500, 1000)),
                new Operation("swap drives", library -> library.exchange(500, 501, 500)),
                new Operation(
                        "storage to drive to storage",
                        library -> library.exchange(1000, 500, 1002)),
                new Operation("three drives", library -> library.exchange(500, 501, 502)));
    }

    @ParameterizedTest
    @MethodSource("operations")
    void aPowerCutLeavesTheOldOrTheNewInventory(Operation operation) {
        Map<Integer, VolumeIdentifier> old = new TreeMap<>();
        Map<Integer, VolumeIdentifier> changed = new TreeMap<>();
        List<String> steps = uninterrupted(operation, old, changed);

        Set<Map<Integer, VolumeIdentifier>> seen = new HashSet<>();
        for (int cut = 0; cut < steps.size(); cut++) {
            Map<Integer, VolumeIdentifier> after = cutAt(operation, cut, steps.get(cut));
            boolean committed = steps.subList(0, cut + 1).contains("after commit");
            assertThat(after).as("cut at %s", steps.get(cut)).isEqualTo(committed ? changed : old);
            seen.add(after);
        }
        assertThat(seen).as("both inventories were met").hasSize(2);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void aFailedCommitLeavesTheOldInventoryAndItsDrivesLoaded(Operation operation) {
        try (Bench bench = new Bench(directory.resolve("failed"))) {
            Map<Integer, VolumeIdentifier> before = bench.inventory();
            bench.interrupted.failAfter(0);

            assertThatThrownBy(() -> operation.run().apply(bench.library))
                    .isInstanceOf(CatalogException.class);

            assertThat(bench.inventory()).isEqualTo(before);
            bench.assertDrivesHoldTheirElements();
            bench.interrupted.failAfter(Integer.MAX_VALUE);
            assertThat(operation.run().apply(bench.library)).isEqualTo(new Transported());
        }
    }

    @ParameterizedTest
    @MethodSource("operations")
    void aFailedLoadWhoseUndoFailsTooLosesNoCartridge(Operation operation) {
        try (Bench bench = new Bench(directory.resolve("undo"))) {
            bench.drives.forEach(drive -> drive.nextLoad(new LoadOutcome.Failed("broken")));
            bench.interrupted.failAfter(1);
            bench.power.after(Integer.MAX_VALUE);

            TransportOutcome outcome = operation.run().apply(bench.library);

            boolean loads = bench.power.steps().stream().anyMatch(step -> step.contains("load"));
            assertThat(outcome instanceof TransportRefusal.LoadFailed).isEqualTo(loads);
            assertThat(bench.inventory().values())
                    .containsExactlyInAnyOrder(volume(1), volume(2), volume(3));
            bench.assertNoDriveHoldsWhatIsElsewhere();
            bench.interrupted.failAfter(Integer.MAX_VALUE);
            bench.library.scan(bench.library.addresses().addresses());
            bench.library.scan(bench.library.addresses().addresses());
            bench.assertDrivesHoldTheirElements();
        }
    }

    @ParameterizedTest
    @MethodSource("operations")
    void aPowerCutWhileCarryingBackLeavesTheOldOrTheNewInventory(Operation operation) {
        Map<Integer, VolumeIdentifier> old = new TreeMap<>();
        Map<Integer, VolumeIdentifier> changed = new TreeMap<>();
        uninterrupted(operation, old, changed);
        boolean struck = true;
        for (int cut = 0; struck; cut++) {
            Path place = directory.resolve("back" + cut);
            try (Bench bench = new Bench(place)) {
                bench.drives.forEach(drive -> drive.nextLoad(new LoadOutcome.Failed("broken")));
                bench.power.after(cut);
                struck = strikes(bench, operation);
            }
            try (Bench restarted = new Bench(place)) {
                restarted.assertDrivesHoldTheirElements();
                assertThat(restarted.inventory()).as("cut %d", cut).isIn(old, changed);
            }
        }
    }

    private static boolean strikes(Bench bench, Operation operation) {
        try {
            assertThat(operation.run().apply(bench.library)).isNotNull();
            return false;
        } catch (PowerCut.Struck struck) {
            return true;
        }
    }

    private List<String> uninterrupted(
            Operation operation,
            Map<Integer, VolumeIdentifier> old,
            Map<Integer, VolumeIdentifier> changed) {
        try (Bench bench = new Bench(directory.resolve("whole"))) {
            old.putAll(bench.inventory());
            bench.power.after(Integer.MAX_VALUE);
            assertThat(operation.run().apply(bench.library)).isEqualTo(new Transported());
            changed.putAll(bench.inventory());
            bench.assertDrivesHoldTheirElements();
            return List.copyOf(bench.power.steps());
        }
    }

    private Map<Integer, VolumeIdentifier> cutAt(Operation operation, int cut, String step) {
        Path place = directory.resolve("cut" + cut);
        try (Bench bench = new Bench(place)) {
            bench.power.after(cut);
            assertThatThrownBy(() -> operation.run().apply(bench.library))
                    .isInstanceOf(PowerCut.Struck.class)
                    .hasMessage(step);
        }
        try (Bench restarted = new Bench(place)) {
            restarted.assertDrivesHoldTheirElements();
            return restarted.inventory();
        }
    }

    /** A library on a catalog of its own, with three drives, all of which can lose power. */
    private static final class Bench implements AutoCloseable {

        final PowerCut power = new PowerCut();
        final InterruptedCatalog interrupted;
        final Catalog catalog;
        final List<FakeDrive> drives = new ArrayList<>();
        final Library library;

        Bench(Path directory) {
            interrupted = new InterruptedCatalog(Cartridges.open(directory), power::step);
            catalog = interrupted.catalog();
            for (int i = 0; i < 3; i++) {
                drives.add(new FakeDrive(i, power::step));
            }
            library =
                    new Library(
                            new LibraryConfiguration(
                                    "lib0", ChangerPersonality.named("stk-l700"), "S1", 3, 0),
                            catalog,
                            List.copyOf(drives));
            library.start();
            if (catalog.read(view -> view.elements("lib0")).isEmpty()) {
                fill();
            }
        }

        private void fill() {
            Cartridges.create(catalog, volume(1), volume(2), volume(3));
            library.importCartridge(volume(2), 1000);
            library.move(1000, 500);
            library.importCartridge(volume(3), 1000);
            library.move(1000, 501);
            library.importCartridge(volume(1), 1000);
        }

        Map<Integer, VolumeIdentifier> inventory() {
            Map<Integer, VolumeIdentifier> inventory = new TreeMap<>();
            catalog.read(view -> view.elements("lib0"))
                    .forEach(element ->
                            inventory.put(element.location().address(), element.volume()));
            return inventory;
        }

        void assertDrivesHoldTheirElements() {
            Map<Integer, VolumeIdentifier> inventory = inventory();
            for (int i = 0; i < drives.size(); i++) {
                assertThat(drives.get(i).held().orElse(null))
                        .as("drive %d", i)
                        .isEqualTo(inventory.get(500 + i));
            }
        }

        void assertNoDriveHoldsWhatIsElsewhere() {
            Map<Integer, VolumeIdentifier> inventory = inventory();
            for (int i = 0; i < drives.size(); i++) {
                VolumeIdentifier expected = inventory.get(500 + i);
                drives.get(i).held().ifPresent(held -> assertThat(held).isEqualTo(expected));
            }
        }

        @Override
        public void close() {
            catalog.close();
        }
    }
}
