package io.capstan.fakes.scsi;

import io.capstan.scsi.CommandResult;
import io.capstan.scsi.LogicalUnit;
import io.capstan.scsi.SenseData;
import io.capstan.scsi.flight.FlightRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Sends the commands of a flight record to another logical unit and compares the outcomes.
 *
 * <p>A recorder keeps no data, so what came with a command is replaced by as many zeros. For WRITE that changes nothing;
 * parameter lists (MODE SELECT and the like) are refused where they were taken, and are reported as what cannot be replayed.
 */
public final class FlightReplay {

    private static final int WRITE_6 = 0x0A;

    /** How much room there was for an answer is not recorded; what came back says how much there was at least. */
    private static final int DATA_IN_BYTES = 64 << 10;

    /** A command whose outcome was another one. */
    public record Difference(FlightRecord recorded, String replayed) {}

    private final LogicalUnit logicalUnit;
    private final Map<String, FakeInitiator> initiators = new HashMap<>();
    private final List<Difference> differences = new ArrayList<>();
    private final List<FlightRecord> notReplayable = new ArrayList<>();

    public FlightReplay(LogicalUnit logicalUnit) {
        this.logicalUnit = logicalUnit;
    }

    /** Replays in order. */
    public void run(List<FlightRecord> records) {
        for (FlightRecord record : records) {
            if (record.dataOutBytes() > 0 && record.cdb().operationCode() != WRITE_6) {
                notReplayable.add(record);
                continue;
            }
            String initiator =
                    record.nexus().map(FlightRecord.Nexus::initiatorPort).orElse("unknown");
            FakeReply reply =
                    initiators
                            .computeIfAbsent(
                                    initiator, name -> new FakeInitiator(logicalUnit, name))
                            .send(
                                    record.cdb(),
                                    new byte[(int) record.dataOutBytes()],
                                    Math.max((int) record.dataInBytes(), DATA_IN_BYTES));
            String replayed = describe(reply.result());
            if (!replayed.equals(describe(record))) {
                differences.add(new Difference(record, replayed));
            }
        }
    }

    public List<Difference> differences() {
        return List.copyOf(differences);
    }

    /** Commands that came with parameters, which are not recorded. */
    public List<FlightRecord> notReplayable() {
        return List.copyOf(notReplayable);
    }

    private static String describe(FlightRecord record) {
        return record.sense()
                .map(sense ->
                        "%s %b %b %b %b %s"
                                .formatted(
                                        sense.code(),
                                        sense.deferred(),
                                        sense.filemark(),
                                        sense.endOfMedium(),
                                        sense.incorrectLength(),
                                        sense.information()))
                .orElseGet(() -> "status " + record.status());
    }

    private static String describe(CommandResult result) {
        return result.sense()
                .map(FlightReplay::describe)
                .orElseGet(() -> "status " + result.status().code());
    }

    private static String describe(SenseData sense) {
        return "%02X/%02X/%02X %b %b %b %b %s"
                .formatted(
                        sense.key().code(),
                        sense.additionalSense().code(),
                        sense.additionalSense().qualifier(),
                        sense.deferred(),
                        sense.filemark(),
                        sense.endOfMedium(),
                        sense.incorrectLength(),
                        sense.information());
    }
}
