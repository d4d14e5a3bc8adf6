package io.capstan.format.tools;

import io.capstan.format.CartridgeLabel;
import io.capstan.format.CartridgeLabelFile;
import io.capstan.format.ChunkContent;
import io.capstan.format.ChunkFileReader;
import io.capstan.format.ChunkHeader;
import io.capstan.format.ChunkTrailer;
import io.capstan.format.ContainerMap;
import io.capstan.format.ContainerRun;
import io.capstan.format.ContainerScan;
import io.capstan.format.Finding;
import io.capstan.format.FormatException;
import io.capstan.format.MamAttribute;
import io.capstan.format.MediumDescription;
import io.capstan.format.RecordHeader;
import io.capstan.format.RecordStep;
import io.capstan.format.RecordWalk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Says what chunk files, labels and containers hold, as rows. One owner thread. */
public final class FormatDump {

    /** Where the rows go. */
    public interface Sink {
        void row(DumpRow row) throws IOException;
    }

    private final Sink sink;

    private FormatDump(Sink sink) {
        this.sink = sink;
    }

    /** A sink that writes rows as lines for people. */
    public static Sink text(Appendable target) {
        return row -> target.append(row.toString()).append('\n');
    }

    /**
     * Dumps a chunk file, a label, or a directory with the chunk files of a container.
     *
     * @throws FormatException if {@code path} is none of these
     */
    public static void dump(Path path, Sink sink) throws IOException {
        FormatDump dump = new FormatDump(sink);
        if (Files.isDirectory(path)) {
            dumpContainer(List.of(path), sink);
            return;
        }
        switch (FileType.of(path)) {
            case CHUNK -> dump.chunk(path);
            case LABEL -> dump.label(CartridgeLabelFile.read(path));
            case UNKNOWN ->
                    throw new FormatException(
                            path.toString(), 0, "magic", "neither a chunk nor a label");
        }
    }

    /** Dumps a container whose chunk files lie in one or more directories, as all generations of it stand there. */
    public static void dumpContainer(List<Path> containerDirectories, Sink sink)
            throws IOException {
        new FormatDump(sink).container(ContainerScan.of(containerDirectories, 0));
    }

    private void chunk(Path file) throws IOException {
        try (ChunkFileReader reader = ChunkFileReader.open(file)) {
            sink.row(header(reader.header()).with("sealed", reader.isSealed()).row());
            RecordWalk walk = reader.walk();
            for (Optional<RecordStep> step = walk.next(); step.isPresent(); step = walk.next()) {
                sink.row(row(step.get()));
            }
            Optional<ChunkTrailer> trailer = reader.trailer();
            sink.row(trailer.isPresent() ? trailer(trailer.get()) : tail(reader.content()));
        }
    }

    private static DumpRow.Builder header(ChunkHeader header) {
        DumpRow.Builder row =
                DumpRow.of("chunk")
                        .with("container", header.chunk().container().toString())
                        .with("sequence", header.chunk().sequence())
                        .with("container_kind", header.containerKind().name())
                        .with("generation", header.generation())
                        .with("partition", header.partition())
                        .with("first_object", header.firstObjectNumber())
                        .with("first_filemark", header.firstFilemarkNumber())
                        .with("first_byte", header.firstByteNumber());
        return medium(row, header.medium())
                .with("created_epoch_millis", header.createdEpochMillis())
                .withCrc("record_salt", header.recordSalt());
    }

    private static DumpRow.Builder medium(DumpRow.Builder row, MediumDescription medium) {
        return row.with("volume_identifier", medium.volumeIdentifier().text())
                .withCode("medium_type", medium.mediumTypeCode())
                .withCode("density", medium.densityCode())
                .with("native_capacity_bytes", medium.nativeCapacityBytes())
                .with("partition_count", medium.partitionCount())
                .with("worm", medium.worm());
    }

    private static DumpRow row(RecordStep step) {
        return switch (step) {
            case RecordStep.Whole(RecordHeader header) ->
                    record(header).with("state", "valid").row();
            case RecordStep.BadData(RecordHeader header, FormatException fault) ->
                    record(header).with("state", String.valueOf(fault.getMessage())).row();
            case RecordStep.Lost(long from, long to, FormatException fault) ->
                    DumpRow.of("lost")
                            .with("offset", from)
                            .with("length", to - from)
                            .with("state", String.valueOf(fault.getMessage()))
                            .row();
        };
    }

    private static DumpRow.Builder record(RecordHeader header) {
        return DumpRow.of("record")
                .with("offset", header.fileOffsetBytes())
                .with("kind", header.kind().name())
                .with("object", header.objectNumber())
                .with("logical_length", header.logicalLengthBytes())
                .with("stored_length", header.storedLengthBytes())
                .with("extension_length", header.extensionLengthBytes())
                .with("compression", header.compression())
                .with("encryption", header.encryption())
                .with("protection", header.protection())
                .withCrc("logical_crc32c", header.logicalCrc32c())
                .withCrc("stored_crc32c", header.storedCrc32c());
    }

    private static DumpRow trailer(ChunkTrailer trailer) {
        DumpRow.Builder row =
                DumpRow.of("trailer")
                        .with("object_count", trailer.objectCount())
                        .with("filemark_count", trailer.filemarkCount())
                        .with("stored_byte_count", trailer.storedByteCount())
                        .with("content_length", trailer.contentLengthBytes())
                        .with("directory_length", trailer.directoryLengthBytes())
                        .withCrc("directory_crc32c", trailer.directoryCrc32c())
                        .with("sha256", trailer.digestText());
        trailer.endOfDataObjectNumber().ifPresent(number -> row.with("end_of_data_object", number));
        return row.row();
    }

    private static DumpRow tail(ChunkContent content) {
        DumpRow.Builder row =
                DumpRow.of("tail")
                        .with("offset", content.contentLengthBytes())
                        .with("state", content.tail().name());
        content.tailFault()
                .ifPresent(fault -> row.with("fault", String.valueOf(fault.getMessage())));
        return row.row();
    }

    private void label(CartridgeLabel label) throws IOException {
        DumpRow.Builder row =
                DumpRow.of("label")
                        .with("container", label.container().toString())
                        .with("generation", label.generation())
                        .with("revision", label.revision());
        medium(row, label.medium());
        for (int i = 0; i < label.partitionSizesBytes().size(); i++) {
            row.with("partition_" + i + "_bytes", label.partitionSizesBytes().get(i));
        }
        row.with("write_protected", label.writeProtected()).with("library", label.libraryName());
        label.elementAddress().ifPresent(address -> row.with("element_address", address));
        sink.row(row.with("created_epoch_millis", label.createdEpochMillis()).row());
        for (MamAttribute attribute : label.attributes()) {
            sink.row(attribute(attribute));
        }
    }

    private static DumpRow attribute(MamAttribute attribute) {
        return DumpRow.of("attribute")
                .with("partition", attribute.partition())
                .with("id", "%04xh".formatted(attribute.id()))
                .with("format", attribute.format())
                .with("value", HexFormat.of().formatHex(attribute.value()))
                .row();
    }

    private void container(ContainerScan scan) throws IOException {
        ContainerMap map = scan.map();
        DumpRow.Builder row =
                DumpRow.of("container")
                        .with("container", map.container().toString())
                        .with("generation", map.generation())
                        .with("chunk_count", scan.files().size());
        scan.latest().ifPresent(header -> medium(row, header.medium()));
        sink.row(row.row());
        for (int partition = 0; partition < ChunkHeader.PARTITION_COUNT_MAX; partition++) {
            for (ContainerRun run : map.runs(partition)) {
                sink.row(run(run));
            }
        }
        for (Finding finding : scan.findings()) {
            sink.row(
                    DumpRow.of("finding")
                            .with("severity", finding.severity().name())
                            .with("subject", finding.subject())
                            .with("text", finding.text())
                            .row());
        }
    }

    private static DumpRow run(ContainerRun run) {
        return DumpRow.of("run")
                .with("partition", run.partition())
                .with("sequence", run.chunk().sequence())
                .with("first_object", run.firstObjectNumber())
                .with("object_count", run.objectCount())
                .with("first_filemark", run.firstFilemarkNumber())
                .with("filemark_count", run.filemarkCount())
                .with("first_byte", run.firstByteNumber())
                .with("byte_count", run.byteCount())
                .row();
    }
}
