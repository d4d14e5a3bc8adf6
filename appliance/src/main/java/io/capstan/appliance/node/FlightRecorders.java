package io.capstan.appliance.node;

import io.capstan.scsi.flight.FlightLog;
import io.capstan.scsi.flight.FlightRecorder;
import io.capstan.scsi.spc.CommandObserver;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The flight recorders of a node's logical units, one file each in a directory. */
final class FlightRecorders {

    private static final Logger LOG = LoggerFactory.getLogger(FlightRecorders.class);

    private final Path directory;

    FlightRecorders(Path directory) {
        this.directory = directory;
    }

    /** Begins or goes on recording; a unit that cannot be recorded is served all the same. */
    CommandObserver recorder(String unit, FlightRecorder.PositionSource position) {
        try {
            return FlightRecorder.open(
                    file(unit), unit, FlightRecorder.SLOT_COUNT_DEFAULT, position);
        } catch (IOException e) {
            LOG.error("{}: its commands are not recorded: {}", unit, e.toString());
            return CommandObserver.NONE;
        }
    }

    /**
     * What a logical unit was asked last.
     *
     * @throws IOException if that is not recorded
     */
    FlightLog log(String unit) throws IOException {
        return FlightLog.open(file(unit));
    }

    private Path file(String unit) {
        return directory.resolve(unit.replace('/', '-') + ".flight");
    }
}
