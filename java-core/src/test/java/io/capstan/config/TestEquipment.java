package io.capstan.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the libraries of the tests can be built of. */
final class TestEquipment implements Equipment {

    private final List<Path> added = new ArrayList<>();

    /** Knows one more changer personality, {@code own-changer}, once a directory was named; objects to {@code /bad}. */
    @Override
    public List<String> addPersonalities(Path directory) {
        if (directory.equals(Path.of("/bad"))) {
            return List.of("/bad/changer/x.properties: line 3: version is not a number: x");
        }
        added.add(directory);
        return List.of();
    }

    @Override
    public Set<String> changerPersonalities() {
        return added.isEmpty()
                ? Set.of("stk-l700", "ibm-03584l32")
                : Set.of("stk-l700", "ibm-03584l32", "own-changer");
    }

    @Override
    public Set<String> drivePersonalities() {
        return Set.of("ibm-ult3580-td8", "ibm-ult3580-td9");
    }

    @Override
    public Map<String, String> barcodeSuffixes() {
        return Map.of("LTO-8", "L8", "LTO-9", "L9");
    }

    @Override
    public Optional<String> objection(LibrarySettings library) {
        return library.importExportElements() > 490
                ? Optional.of("import/export elements overlap data transfer elements")
                : Optional.empty();
    }
}
