package io.capstan.changer;

import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogTransaction;
import io.capstan.scsi.spc.LogPage;
import io.capstan.scsi.spc.LogParameter;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * What a library has done in its life, log page 14h. Belongs to the library's owner thread.
 *
 * <p>Kept in the catalog, by the transaction of each move; what was counted since the last move is lost with the process.
 *
 * @see "SMC-3, 7.2 Log parameters, Media Changer Statistics log page"
 */
final class TransportStatistics {

    private static final int PAGE = 0x14;
    private static final int COUNTER_BYTES = 4;

    /** What is counted, by the parameter code it has in the log page. */
    enum Counter {
        MOVES(0x0000),
        PICKS(0x0001),
        PICK_RETRIES(0x0002),
        PLACES(0x0003),
        PLACE_RETRIES(0x0004),
        IMPORT_EXPORT_DOOR_OPENS(0x0008),
        PHYSICAL_INVENTORY_SCANS(0x0009),
        MEDIUM_TRANSPORT_UNRECOVERED_ERRORS(0x000A);

        private final int parameterCode;

        Counter(int parameterCode) {
            this.parameterCode = parameterCode;
        }
    }

    private final String name;
    private final Map<Counter, Long> counters = new EnumMap<>(Counter.class);

    /** Goes on from what the catalog has for a library. */
    TransportStatistics(String library, Catalog catalog) {
        this.name = "unit/" + library + "/changer/counters";
        catalog.read(view -> view.parameters(name)).ifPresent(this::decode);
    }

    void count(Counter counter) {
        counters.merge(counter, 1L, Long::sum);
    }

    void save(CatalogTransaction transaction) {
        String text =
                counters.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
                        .collect(Collectors.joining());
        transaction.putParameters(name, text.getBytes(StandardCharsets.US_ASCII));
    }

    LogPage logPage() {
        return LogPage.of(PAGE, this::parameters);
    }

    private List<LogParameter> parameters() {
        return Arrays.stream(Counter.values())
                .map(counter ->
                        LogParameter.counter(
                                counter.parameterCode,
                                counters.getOrDefault(counter, 0L),
                                COUNTER_BYTES))
                .toList();
    }

    /** A counter that this version does not know is forgotten. */
    private void decode(byte[] bytes) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(new String(bytes, StandardCharsets.US_ASCII)));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        for (Counter counter : Counter.values()) {
            String value = properties.getProperty(counter.name());
            if (value != null) {
                counters.put(counter, Long.valueOf(value));
            }
        }
    }
}
