package io.capstan.appliance.api;

import io.capstan.scsi.flight.FlightLog;
import io.capstan.scsi.flight.FlightRecord;
import java.time.Instant;
import java.util.Optional;

/** Documents of what flight recorders have. */
public final class Traces {

    /** As many as any recorder keeps. */
    static final int LIMIT_MAX = 1 << 20;

    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final String CHANGER = "/changer";

    private Traces() {}

    /**
     * The document of {@code GET /v1/drives/{library}/{number}/trace}, also for a file that no daemon has open.
     *
     * @param after only commands with greater sequence numbers
     * @param limit the last so many of them
     */
    public static byte[] json(FlightLog log, long after, int limit) {
        return Json.write(document(log, after, limit));
    }

    static Documents.Trace document(FlightLog log, long after, int limit) {
        boolean changer = log.unit().endsWith(CHANGER);
        return new Documents.Trace(
                log.unit(),
                log.records(after, limit).stream()
                        .map(record -> command(record, changer))
                        .toList());
    }

    private static Documents.TracedCommand command(FlightRecord record, boolean changer) {
        Optional<FlightRecord.Sense> sense = record.sense();
        return new Documents.TracedCommand(
                record.sequence(),
                Instant.ofEpochSecond(
                                record.endEpochNanos() / NANOS_PER_SECOND,
                                record.endEpochNanos() % NANOS_PER_SECOND)
                        .toString(),
                record.durationNanos(),
                record.nexus().map(FlightRecord.Nexus::initiatorPort).orElse(null),
                record.nexus().map(FlightRecord.Nexus::targetPort).orElse(null),
                OperationNames.of(record.cdb().operationCode(), changer),
                record.cdb().toString(),
                record.dataOutBytes(),
                record.dataInBytes(),
                record.status(),
                record.outcome(),
                sense.map(FlightRecord.Sense::deferred).orElse(null),
                sense.map(FlightRecord.Sense::filemark).orElse(null),
                sense.map(FlightRecord.Sense::endOfMedium).orElse(null),
                sense.map(FlightRecord.Sense::incorrectLength).orElse(null),
                sense.flatMap(data -> data.information().stream().boxed().findFirst()).orElse(null),
                record.position().map(FlightRecord.Position::partition).orElse(null),
                record.position().map(FlightRecord.Position::objectNumber).orElse(null));
    }

    /** What a request wants of a log. */
    static Documents.Trace answer(Call call, FlightLog log) {
        return document(log, after(call), call.queryNumber("limit", 100, 1, LIMIT_MAX));
    }

    static Route.QueryParameter[] parameters() {
        return new Route.QueryParameter[] {
            new Route.QueryParameter("after", true, "only commands with greater sequence numbers"),
            new Route.QueryParameter("limit", true, "the last so many of them; 100 unless given")
        };
    }

    private static long after(Call call) {
        String text = call.query("after").orElse("0");
        if (!text.matches("\\d{1,18}")) {
            throw Problem.badRequest("after must be a sequence number, not '" + text + "'");
        }
        return Long.parseLong(text);
    }
}
