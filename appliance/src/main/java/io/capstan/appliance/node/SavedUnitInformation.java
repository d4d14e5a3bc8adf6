package io.capstan.appliance.node;

import io.capstan.catalog.Catalog;
import io.capstan.scsi.spc.SavedIdentifyingInformation;
import java.util.Optional;

/** What hosts wrote on a logical unit to know it again, in the catalog. */
final class SavedUnitInformation implements SavedIdentifyingInformation {

    private final Catalog catalog;
    private final String prefix;

    /**
     * @param unit name of the logical unit
     */
    SavedUnitInformation(Catalog catalog, String unit) {
        this.catalog = catalog;
        this.prefix = "unit/" + unit + "/identifying-information/";
    }

    @Override
    public Optional<byte[]> load(int type) {
        return catalog.read(view -> view.parameters(name(type)));
    }

    @Override
    public void save(int type, byte[] information) {
        byte[] copy = information.clone();
        catalog.commit(change -> change.putParameters(name(type), copy));
    }

    private String name(int type) {
        return prefix + "%02x".formatted(type);
    }
}
