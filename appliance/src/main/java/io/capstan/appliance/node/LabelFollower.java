package io.capstan.appliance.node;

import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogException;
import io.capstan.catalog.ElementLocation;
import io.capstan.format.VolumeIdentifier;
import io.capstan.scsi.Cdb;
import io.capstan.scsi.CommandResult;
import io.capstan.scsi.Status;
import io.capstan.scsi.Task;
import io.capstan.scsi.spc.CommandObserver;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the label of a cartridge follow it when a host moves it, so that a rebuilt catalog finds it in its element. */
final class LabelFollower implements CommandObserver {

    private static final Logger LOG = LoggerFactory.getLogger(LabelFollower.class);

    private static final int MOVE_MEDIUM = 0xA5;
    private static final int EXCHANGE_MEDIUM = 0xA6;
    private static final int FIRST_DESTINATION_AT = 6;
    private static final int SECOND_DESTINATION_AT = 8;

    private final String library;
    private final Catalog catalog;
    private final Consumer<VolumeIdentifier> moved;

    /**
     * @param moved told of each cartridge that is in another element now
     */
    LabelFollower(String library, Catalog catalog, Consumer<VolumeIdentifier> moved) {
        this.library = library;
        this.catalog = catalog;
        this.moved = moved;
    }

    @Override
    public void finished(String commandName, Task task, CommandResult result, long elapsedNanos) {
        Cdb cdb = task.cdb();
        if (result.status() != Status.GOOD) {
            return;
        }
        if (cdb.operationCode() == MOVE_MEDIUM || cdb.operationCode() == EXCHANGE_MEDIUM) {
            follow(cdb.u16(FIRST_DESTINATION_AT));
        }
        if (cdb.operationCode() == EXCHANGE_MEDIUM) {
            follow(cdb.u16(SECOND_DESTINATION_AT));
        }
    }

    /** What is in an element has its label brought up to date. */
    void follow(int address) {
        ElementLocation location = new ElementLocation(library, address);
        try {
            catalog.read(view -> view.element(location))
                    .ifPresent(element -> moved.accept(element.volume()));
        } catch (CatalogException e) {
            // The next start compares all labels with the catalog.
            LOG.warn("{}: label not brought up to date: {}", location, e.getMessage());
        }
    }
}
