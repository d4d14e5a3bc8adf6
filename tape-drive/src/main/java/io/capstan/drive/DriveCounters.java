package io.capstan.drive;

import java.util.EnumMap;
import java.util.Map;

/**
 * The counters of one drive: over its life, since the cartridge was loaded, and since a host last reset them with LOG
 * SELECT. Owner thread only.
 */
final class DriveCounters {

    private static final class Cell {
        long lifetime;
        long atLoad;
        long atReset;
    }

    private final Map<DriveCounter, Cell> cells = new EnumMap<>(DriveCounter.class);

    /**
     * @param lifetime what the drive had counted when it was last seen; counters that are not in it start at zero
     */
    DriveCounters(Map<DriveCounter, Long> lifetime) {
        for (DriveCounter counter : DriveCounter.values()) {
            Cell cell = new Cell();
            cell.lifetime = lifetime.getOrDefault(counter, 0L);
            cells.put(counter, cell);
        }
        startLoad();
    }

    void add(DriveCounter counter, long count) {
        cell(counter).lifetime += count;
    }

    /** Notes what another counter shows now. */
    void note(DriveCounter place, DriveCounter counter) {
        cell(place).lifetime = lifetime(counter);
    }

    long lifetime(DriveCounter counter) {
        return cell(counter).lifetime;
    }

    long sinceLoad(DriveCounter counter) {
        return cell(counter).lifetime - cell(counter).atLoad;
    }

    /** Since load, or since LOG SELECT reset the counters after it. */
    long sinceReset(DriveCounter counter) {
        return cell(counter).lifetime - cell(counter).atReset;
    }

    void startLoad() {
        cells.values().forEach(cell -> cell.atLoad = cell.lifetime);
        reset();
    }

    void reset() {
        cells.values().forEach(cell -> cell.atReset = cell.lifetime);
    }

    Map<DriveCounter, Long> snapshot() {
        Map<DriveCounter, Long> snapshot = new EnumMap<>(DriveCounter.class);
        cells.forEach((counter, cell) -> snapshot.put(counter, cell.lifetime));
        return Map.copyOf(snapshot);
    }

    private Cell cell(DriveCounter counter) {
        Cell cell = cells.get(counter);
        if (cell == null) {
            throw new AssertionError(counter);
        }
        return cell;
    }
}
