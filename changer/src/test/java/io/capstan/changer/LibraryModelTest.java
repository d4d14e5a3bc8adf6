package io.capstan.changer;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.catalog.Catalog;
import io.capstan.format.VolumeIdentifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** V2: random moves, exchanges, imports, exports and restarts on a library and on a map from address to cartridge. */
final class LibraryModelTest {

    private static final int OPERATIONS = 250;
    private static final int VOLUMES = 9;

    /** Medium transport, I/E, drives, storage, and addresses beside each of them. */
    private static final int[] ADDRESSES = {
        0, 1, 9, 10, 11, 12, 499, 500, 501, 502, 999, 1000, 1001, 1002, 1003, 1004, 1005, 0xFFFF
    };

    @TempDir Path directory;

    private final Map<Integer, VolumeIdentifier> model = new TreeMap<>();
    private final List<FakeDrive> drives = new ArrayList<>();
    private Library library;
    private Random random;

    static LongStream seeds() {
        return LongStream.range(0, 12);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void libraryIsAMap(long seed) {
        random = new Random(seed);
        Catalog catalog = Cartridges.open(directory);
        for (int number = 0; number < VOLUMES; number++) {
            Cartridges.create(catalog, Cartridges.volume(number));
        }
        restart(catalog);
        for (int i = 0; i < OPERATIONS; i++) {
            String context = "seed " + seed + ", operation " + i;
            if (random.nextInt(40) == 0) {
                catalog.close();
                catalog = Cartridges.open(directory);
                restart(catalog);
            } else {
                operate(context);
            }
            assertInventory(context);
        }
        catalog.close();
    }

    private void restart(Catalog catalog) {
        drives.clear();
        drives.add(new FakeDrive(0));
        drives.add(new FakeDrive(1));
        library =
                new Library(
                        new LibraryConfiguration(
                                "lib0", ChangerPersonality.named("stk-l700"), "S1", 5, 2),
                        catalog,
                        List.copyOf(drives));
        library.start();
    }

    private void operate(String context) {
        switch (random.nextInt(6)) {
            case 0, 1 -> {
                int source = address();
                int destination = address();
                boolean done = library.move(source, destination) instanceof Transported;
                assertThat(done).as(context).isEqualTo(modelMove(source, destination));
            }
            case 2 -> {
                int source = address();
                int first = address();
                int second = random.nextBoolean() ? source : address();
                boolean done = library.exchange(source, first, second) instanceof Transported;
                assertThat(done).as(context).isEqualTo(modelExchange(source, first, second));
            }
            case 3 -> {
                VolumeIdentifier volume = Cartridges.volume(random.nextInt(VOLUMES + 1));
                int address = address();
                boolean done =
                        library.importCartridge(volume, address)
                                instanceof InventoryOutcome.Changed;
                assertThat(done).as(context).isEqualTo(modelImport(volume, address));
            }
            case 4 -> {
                int address = address();
                boolean done = library.exportCartridge(address) instanceof InventoryOutcome.Changed;
                assertThat(done).as(context).isEqualTo(modelExport(address));
            }
            default -> drives.get(random.nextInt(2)).prevent(random.nextInt(3) == 0);
        }
    }

    private int address() {
        return ADDRESSES[random.nextInt(ADDRESSES.length)];
    }

    private static boolean isDrive(int address) {
        return address == 500 || address == 501;
    }

    private static boolean isByHand(int address) {
        return address == 10 || address == 11 || (address >= 1000 && address <= 1004);
    }

    private static boolean holds(int address) {
        return isDrive(address) || isByHand(address);
    }

    private boolean canLeave(int address) {
        return !isDrive(address) || !drives.get(address - 500).removalPrevented();
    }

    private boolean modelMove(int source, int destination) {
        boolean possible =
                holds(source)
                        && holds(destination)
                        && model.containsKey(source)
                        && !model.containsKey(destination)
                        && canLeave(source);
        if (possible) {
            model.put(destination, model.remove(source));
        }
        return possible;
    }

    private boolean modelExchange(int source, int first, int second) {
        boolean possible =
                holds(source)
                        && holds(first)
                        && holds(second)
                        && model.containsKey(source)
                        && model.containsKey(first)
                        && source != first
                        && first != second
                        && (source == second || !model.containsKey(second))
                        && canLeave(source)
                        && canLeave(first);
        if (possible) {
            VolumeIdentifier moved = model.remove(source);
            VolumeIdentifier displaced = model.remove(first);
            model.put(first, moved);
            model.put(second, displaced);
        }
        return possible;
    }

    private boolean modelImport(VolumeIdentifier volume, int address) {
        boolean exists = !volume.equals(Cartridges.volume(VOLUMES));
        boolean possible =
                exists
                        && isByHand(address)
                        && !model.containsKey(address)
                        && !model.containsValue(volume);
        if (possible) {
            model.put(address, volume);
        }
        return possible;
    }

    private boolean modelExport(int address) {
        return isByHand(address) && model.remove(address) != null;
    }

    private void assertInventory(String context) {
        Map<Integer, VolumeIdentifier> inventory = new TreeMap<>();
        for (ElementStatus element : library.inventory()) {
            element.content()
                    .ifPresent(content -> inventory.put(element.address(), content.volume()));
        }
        assertThat(inventory).as(context).isEqualTo(model);
        for (int i = 0; i < drives.size(); i++) {
            assertThat(drives.get(i).held())
                    .as("%s, drive %d", context, i)
                    .isEqualTo(Optional.ofNullable(model.get(500 + i)));
        }
    }
}
