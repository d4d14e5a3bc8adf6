package io.capstan.smart.history;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * Histories of a fleet as two CSV files, plain or gzip: one row a disk, and one row a change of its counters.
 *
 * <pre>
 * disks:   serial,model,mfr,size_tb,first_date,first_poh,last_date,last_poh,records,failed,poh_ok
 * changes: serial,poh,s5,s10,s12,s187,s188,s189,s196,s197,s198
 * </pre>
 *
 * A change is in force from its power-on hour until the disk's next row; an empty field is an attribute that the disk does not
 * report. Disks whose hours and calendar disagree (poh_ok = 0) are left out.
 */
public final class FleetFiles {

    private FleetFiles() {}

    /** Disks of a directory's {@code *disks*.csv[.gz]} with their {@code *changes*.csv[.gz]}. */
    public static List<Trajectory> read(Path directory) throws IOException {
        return read(only(directory, "*disks*.csv*"), only(directory, "*changes*.csv*"));
    }

    public static List<Trajectory> read(Path disks, Path changes) throws IOException {
        Map<String, Rows> rowsBySerial = readChanges(changes);
        List<Trajectory> fleet = new ArrayList<>();
        try (Table table = Table.open(disks)) {
            int serial = table.column("serial");
            int model = table.column("model");
            int maker = table.column("mfr");
            int size = table.column("size_tb");
            int firstDate = table.column("first_date");
            int firstHours = table.column("first_poh");
            int lastDate = table.column("last_date");
            int lastHours = table.column("last_poh");
            int failed = table.column("failed");
            int agrees = table.column("poh_ok");
            while (table.next()) {
                Rows rows = rowsBySerial.get(table.text(serial));
                if (!table.text(agrees).equals("1") || rows == null) {
                    continue;
                }
                fleet.add(
                        rows.trajectory(
                                table.text(serial),
                                new DiskTraits(
                                        DiskTraits.DiskClass.ATA_HDD,
                                        table.text(maker),
                                        table.text(model),
                                        table.text(firstDate),
                                        table.real(size)),
                                new Trajectory.Span(
                                        table.whole(firstHours),
                                        table.hourOfDate(firstDate),
                                        table.whole(lastHours),
                                        table.hourOfDate(lastDate)),
                                table.text(failed).equals("1")));
            }
        }
        return fleet;
    }

    @SuppressWarnings("EnumOrdinal") // columns are kept in the order of the attributes
    private static Map<String, Rows> readChanges(Path changes) throws IOException {
        SmartAttribute[] attributes = SmartAttribute.values();
        Map<String, Rows> rowsBySerial = new HashMap<>();
        try (Table table = Table.open(changes)) {
            int serial = table.column("serial");
            int hours = table.column("poh");
            int[] columns = new int[attributes.length];
            for (SmartAttribute attribute : attributes) {
                columns[attribute.ordinal()] = table.column("s" + attribute.id());
            }
            while (table.next()) {
                Rows rows = rowsBySerial.computeIfAbsent(table.text(serial), _ -> new Rows());
                long[] values = rows.add(table.whole(hours));
                for (SmartAttribute attribute : attributes) {
                    String text = table.text(columns[attribute.ordinal()]);
                    values[attribute.ordinal()] =
                            text.isEmpty()
                                    ? Trajectory.NOT_REPORTED
                                    : attribute.count(
                                            table.longWhole(columns[attribute.ordinal()]));
                }
            }
        }
        return rowsBySerial;
    }

    private static Path only(Path directory, String pattern) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, pattern)) {
            entries.forEach(found::add);
        }
        if (found.size() != 1) {
            throw new IOException(
                    "%s has %d files %s; one is needed"
                            .formatted(directory, found.size(), pattern));
        }
        return found.getFirst();
    }

    private static final class Rows {

        private final List<long[]> values = new ArrayList<>(4);
        private int[] powered = new int[4];

        long[] add(int poweredHours) {
            if (values.size() == powered.length) {
                powered = Arrays.copyOf(powered, 2 * powered.length);
            }
            powered[values.size()] = poweredHours;
            long[] row = new long[SmartAttribute.values().length];
            values.add(row);
            return row;
        }

        Trajectory trajectory(
                String serial, DiskTraits traits, Trajectory.Span span, boolean failed) {
            int rows = values.size();
            int[] order = ascending();
            int[] poweredInOrder = new int[rows];
            long[][] columns = new long[SmartAttribute.values().length][rows];
            for (int row = 0; row < rows; row++) {
                poweredInOrder[row] = powered[order[row]];
                for (int column = 0; column < columns.length; column++) {
                    columns[column][row] = values.get(order[row])[column];
                }
            }
            return new Trajectory(serial, traits, poweredInOrder, columns, span, failed);
        }

        private int[] ascending() {
            Integer[] order = new Integer[values.size()];
            Arrays.setAll(order, row -> row);
            Arrays.sort(order, (left, right) -> Integer.compare(powered[left], powered[right]));
            return Arrays.stream(order).mapToInt(Integer::intValue).toArray();
        }
    }

    /** A CSV file without quoting, read row by row; a field that is not what it should be is named with its line. */
    private static final class Table implements AutoCloseable {

        private final Path file;
        private final BufferedReader reader;
        private final List<String> header;
        private String[] fields = new String[0];
        private int line = 1;

        private Table(Path file, BufferedReader reader) throws IOException {
            this.file = file;
            this.reader = reader;
            String first = reader.readLine();
            if (first == null) {
                throw new IOException(file + " is empty");
            }
            this.header = List.of(first.split(",", -1));
        }

        static Table open(Path file) throws IOException {
            InputStream bytes = Files.newInputStream(file);
            try {
                InputStream plain =
                        file.toString().endsWith(".gz")
                                ? new GZIPInputStream(bytes, 1 << 16)
                                : bytes;
                return new Table(
                        file,
                        new BufferedReader(
                                new InputStreamReader(plain, StandardCharsets.UTF_8), 1 << 16));
            } catch (IOException | UncheckedIOException e) {
                bytes.close();
                throw e;
            }
        }

        int column(String name) throws IOException {
            int column = header.indexOf(name);
            if (column < 0) {
                throw new IOException("%s has no column %s".formatted(file, name));
            }
            return column;
        }

        boolean next() throws IOException {
            String text = reader.readLine();
            if (text == null) {
                return false;
            }
            line++;
            fields = text.split(",", -1);
            if (fields.length != header.size()) {
                throw new IOException(
                        "%s line %d has %d fields, its header %d"
                                .formatted(file, line, fields.length, header.size()));
            }
            return true;
        }

        String text(int column) {
            return fields[column];
        }

        long longWhole(int column) throws IOException {
            try {
                return Long.parseLong(fields[column]);
            } catch (NumberFormatException e) {
                throw wrong(column, "a whole number", e);
            }
        }

        int whole(int column) throws IOException {
            return Math.toIntExact(longWhole(column));
        }

        double real(int column) throws IOException {
            try {
                return Double.parseDouble(fields[column]);
            } catch (NumberFormatException e) {
                throw wrong(column, "a number", e);
            }
        }

        int hourOfDate(int column) throws IOException {
            try {
                return Math.toIntExact(24 * LocalDate.parse(fields[column]).toEpochDay());
            } catch (DateTimeParseException e) {
                throw wrong(column, "a date", e);
            }
        }

        private IOException wrong(int column, String wanted, Exception cause) {
            return new IOException(
                    "%s line %d: %s is '%s', not %s"
                            .formatted(file, line, header.get(column), fields[column], wanted),
                    cause);
        }

        @Override
        public void close() throws IOException {
            reader.close();
        }
    }
}
