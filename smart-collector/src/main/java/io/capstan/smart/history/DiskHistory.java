package io.capstan.smart.history;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that is known of one disk's life: counters as a row whenever one changed, values that always change as a day's least,
 * mean and greatest, and events. Has one owner, its {@link DiskLog}.
 */
public final class DiskHistory {

    private static final String PLACE_SEPARATOR = " > ";

    private final List<Row> rows = new ArrayList<>();
    private final List<Day> days = new ArrayList<>();
    private final List<DiskEvent> events = new ArrayList<>();
    private long lastSeenSeconds;
    private int lastPoweredHours;

    /**
     * Counters from a time on, all of them.
     *
     * @param poweredHours 0 where the disk does not say
     */
    public record Row(long timeSeconds, int poweredHours, SortedMap<String, Long> counters) {

        public Row {
            counters = Collections.unmodifiableSortedMap(new TreeMap<>(counters));
        }
    }

    /** A day of one value that always changes; days since 1970-01-01. */
    public record Day(int day, String key, long least, long mean, long greatest) {}

    public List<Row> rows() {
        return Collections.unmodifiableList(rows);
    }

    public List<Day> days() {
        return Collections.unmodifiableList(days);
    }

    public List<DiskEvent> events() {
        return Collections.unmodifiableList(events);
    }

    /** When the disk last answered, in seconds since 1970; 0 if never. */
    public long lastSeenSeconds() {
        return lastSeenSeconds;
    }

    public int lastPoweredHours() {
        return lastPoweredHours;
    }

    void add(Row row) {
        rows.add(row);
        seen(row.timeSeconds, row.poweredHours);
    }

    void add(Day day) {
        days.add(day);
    }

    void add(DiskEvent event) {
        events.add(event);
    }

    void seen(long timeSeconds, int poweredHours) {
        lastSeenSeconds = Math.max(lastSeenSeconds, timeSeconds);
        lastPoweredHours = Math.max(lastPoweredHours, poweredHours);
    }

    /** The event that ended the disk's life here, if one did; of the last life, of a disk that came back. */
    public Optional<DiskEvent> end() {
        Optional<DiskEvent> end = Optional.empty();
        for (DiskEvent event : events) {
            if (event.kind() == DiskEvent.Kind.OBSERVED) {
                end = Optional.empty();
            } else if (end.isEmpty() && event.isEnd()) {
                end = Optional.of(event);
            }
        }
        return end;
    }

    /** Where the disk was seen last, from the outside in: room, enclosure, slot; as far as that was ever known. */
    public List<String> place() {
        List<String> place = List.of();
        for (DiskEvent event : events) {
            if (event.kind() == DiskEvent.Kind.PLACED) {
                place = List.of(event.detail().split(PLACE_SEPARATOR));
            }
        }
        return place;
    }

    /** A place as an event's detail. */
    public static String placeText(List<String> place) {
        return String.join(PLACE_SEPARATOR, place);
    }

    /** Whether a life begins when the disk is seen now: there was none yet, or the last ended in health. */
    public boolean mayBegin() {
        return events.stream().noneMatch(event -> event.kind() == DiskEvent.Kind.OBSERVED)
                || end().filter(event -> event.kind() == DiskEvent.Kind.REMOVED_HEALTHY)
                        .isPresent();
    }

    /** What a person acknowledged: by counter, the value that it had then. */
    public Map<String, Long> acknowledged() {
        Map<String, Long> baselines = new TreeMap<>();
        for (DiskEvent event : events) {
            if (event.kind() == DiskEvent.Kind.ACKNOWLEDGED) {
                int at = event.detail().lastIndexOf('=');
                baselines.put(
                        event.detail().substring(0, at),
                        Long.parseLong(event.detail().substring(at + 1)));
            }
        }
        return baselines;
    }

    /** The probability at which a person last said to keep the disk in service; empty if none did. */
    public OptionalDouble keptAt() {
        return events.stream()
                .filter(event -> event.kind() == DiskEvent.Kind.KEPT)
                .mapToDouble(event ->
                        Double.parseDouble(
                                event.detail().substring(event.detail().lastIndexOf('=') + 1)))
                .reduce((_, last) -> last);
    }

    /** What the failure model sees of it; empty before the first row. */
    public Optional<Trajectory> trajectory(String serial, DiskTraits traits) {
        if (rows.isEmpty()) {
            return Optional.empty();
        }
        int[] powered = new int[rows.size()];
        long[][] values = new long[SmartAttribute.values().length][rows.size()];
        long first = rows.getFirst().timeSeconds;
        for (int row = 0; row < powered.length; row++) {
            Row at = rows.get(row);
            int hours =
                    at.poweredHours > 0 ? at.poweredHours : (int) ((at.timeSeconds - first) / 3600);
            powered[row] = row == 0 ? hours : Math.max(hours, powered[row - 1]);
            fill(values, row, at);
        }
        int last = Math.max(lastPoweredHours, powered[powered.length - 1]);
        if (lastPoweredHours == 0) {
            last = Math.max(last, (int) ((lastSeenSeconds - first) / 3600));
        }
        Optional<DiskEvent> end = end();
        return Optional.of(
                new Trajectory(
                        serial,
                        traits,
                        powered,
                        values,
                        new Trajectory.Span(
                                powered[0],
                                (int) (first / 3600),
                                last,
                                (int) (Math.max(lastSeenSeconds, first) / 3600)),
                        end.isPresent() && end.get().kind() == DiskEvent.Kind.FAILED));
    }

    @SuppressWarnings("EnumOrdinal") // columns are kept in the order of the attributes
    private static void fill(long[][] values, int row, Row at) {
        for (SmartAttribute attribute : SmartAttribute.values()) {
            Long raw = at.counters.get("ata." + attribute.id() + ".raw");
            if (raw == null && attribute == SmartAttribute.POWER_CYCLES) {
                raw = at.counters.get("nvme.power_cycles");
            }
            values[attribute.ordinal()][row] =
                    raw == null ? Trajectory.NOT_REPORTED : attribute.count(raw);
        }
    }
}
