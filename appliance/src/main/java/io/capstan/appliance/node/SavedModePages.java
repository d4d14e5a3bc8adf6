package io.capstan.appliance.node;

import io.capstan.catalog.Catalog;
import io.capstan.scsi.spc.ModePageCode;
import io.capstan.scsi.spc.SavedParameters;
import java.util.Map;
import java.util.Optional;

/** Saved mode pages of a logical unit, in the catalog. */
final class SavedModePages implements SavedParameters {

    private final Catalog catalog;
    private final String prefix;

    /**
     * @param unit name of the logical unit
     */
    SavedModePages(Catalog catalog, String unit) {
        this.catalog = catalog;
        this.prefix = "unit/" + unit + "/mode-page/";
    }

    @Override
    public Optional<byte[]> load(ModePageCode code) {
        return catalog.read(view -> view.parameters(name(code)));
    }

    @Override
    public void save(Map<ModePageCode, byte[]> pages) {
        Map<ModePageCode, byte[]> copy = Map.copyOf(pages);
        catalog.commit(
                change -> copy.forEach((code, bytes) -> change.putParameters(name(code), bytes)));
    }

    private String name(ModePageCode code) {
        return prefix + "%02x-%02x".formatted(code.page(), code.subpage());
    }
}
