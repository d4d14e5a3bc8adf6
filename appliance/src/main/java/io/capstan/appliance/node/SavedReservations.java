package io.capstan.appliance.node;

import io.capstan.catalog.Catalog;
import io.capstan.scsi.spc.ReservationStore;
import java.util.Optional;

/** Registrations and the reservation of a logical unit, in the catalog. */
final class SavedReservations implements ReservationStore {

    private final Catalog catalog;
    private final String name;

    /**
     * @param unit name of the logical unit
     */
    SavedReservations(Catalog catalog, String unit) {
        this.catalog = catalog;
        this.name = "unit/" + unit + "/reservations";
    }

    @Override
    public Optional<byte[]> load() {
        return catalog.read(view -> view.parameters(name));
    }

    @Override
    public void save(byte[] state) {
        byte[] copy = state.clone();
        catalog.commit(change -> change.putParameters(name, copy));
    }

    @Override
    public void clear() {
        catalog.commit(change -> change.removeParameters(name));
    }
}
