package io.capstan.drive;

import io.capstan.medium.MediumPosition;
import io.capstan.scsi.spc.CheckConditionException;
import io.capstan.scsi.spc.DataBuffers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * What the drive knows of itself, as text in the buffer that READ BUFFER reads dumps from. SEND DIAGNOSTIC with the page
 * for a forced dump takes a new one; so does asking for one when there is none.
 *
 * <p>Software that finds a drive in trouble takes dumps for the vendor's service and goes on only once it has got one.
 */
final class DriveDump implements DataBuffers.Buffer {

    /** BUFFER ID of the dump that LTO drives keep for hosts. */
    static final int BUFFER_ID = 0x01;

    /** Diagnostic page of LTO drives that makes them take a dump. */
    static final int FORCE_PAGE = 0x80;

    private final Supplier<DriveStatus> status;
    private final FaultHistory faults;
    private byte[] text = new byte[0];

    DriveDump(Supplier<DriveStatus> status, FaultHistory faults) {
        this.status = status;
        this.faults = faults;
    }

    /** Takes a new dump. */
    void force() {
        text = describe().getBytes(StandardCharsets.US_ASCII);
    }

    private String describe() {
        DriveStatus now = status.get();
        List<String> lines = new ArrayList<>();
        lines.add("Capstan drive dump");
        lines.add("drive " + now.name());
        lines.add("personality " + now.personality());
        lines.add("serial-number " + now.serialNumber());
        lines.add("state " + now.state());
        now.volumeIdentifier().ifPresent(volume -> lines.add("volume " + volume.text()));
        now.position().ifPresent(position -> addPosition(lines, position));
        lines.add("tape-alerts %016X".formatted(now.tapeAlerts()));
        lines.add("internal-target-failures " + now.internalTargetFailures());
        new TreeMap<>(now.counters())
                .forEach((counter, count) -> lines.add("counter " + counter + " " + count));
        faults.lines().forEach(line -> lines.add("fault " + line));
        return String.join("\n", lines) + "\n";
    }

    private static void addPosition(List<String> lines, MediumPosition position) {
        lines.add("partition " + position.partition());
        lines.add("object " + position.objectNumber());
        lines.add("file " + position.fileNumber());
    }

    @Override
    public int capacityBytes() {
        if (text.length == 0) {
            force();
        }
        return text.length;
    }

    @Override
    public byte[] read(int offset, int lengthBytes) {
        return Arrays.copyOfRange(text, offset, offset + lengthBytes);
    }

    /** A dump is only read. */
    @Override
    public void write(int offset, byte[] data) {
        throw CheckConditionException.invalidFieldInCdb(2);
    }
}
