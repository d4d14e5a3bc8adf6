package io.capstan.config;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the libraries of the tests can be built of. */
final class TestEquipment implements Equipment {

    @Override
    public Set<String> changerPersonalities() {
        return Set.of("stk-l700", "ibm-03584l32");
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
