package io.capstan.format.tools;

import io.capstan.format.ChunkContent;
import io.capstan.format.ChunkFileReader;
import io.capstan.format.ContainerId;
import io.capstan.format.ContainerRun;
import io.capstan.format.ContainerScan;
import io.capstan.format.Finding;
import io.capstan.format.FormatException;
import io.capstan.format.RecordDescriptor;
import io.capstan.format.RecordHeader;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Extracts a partition of a container from its chunk files alone. One owner thread. */
public final class FormatExtract {

    private static final String PARTIAL_SUFFIX = ".partial";
    private static final int OUTPUT_BUFFER_LENGTH_BYTES = 1 << 20;
    private static final int LENGTH_UNKNOWN = 1;

    /** What becomes of a block that cannot be read. */
    public enum Unreadable {
        /** The extraction fails and leaves no file. */
        REFUSE,
        /**
         * Zeros take its place: as many as the block had bytes, or a single one if its length is lost too. A SIMH image
         * marks them bad; the other formats cannot. Each is a finding of the result.
         */
        MARK
    }

    /**
     * What was extracted.
     *
     * @param byteCount bytes of host data, without the zeros in the place of unreadable blocks
     */
    public record Result(
            long blockCount,
            long filemarkCount,
            long byteCount,
            long unreadableCount,
            List<Finding> findings) {

        public Result {
            findings = List.copyOf(findings);
        }
    }

    private final ImageWriter image;
    private final Unreadable unreadable;
    private final List<Finding> findings = new ArrayList<>();
    private byte[] block = new byte[0];
    private long blockCount;
    private long filemarkCount;
    private long byteCount;
    private long unreadableCount;

    private FormatExtract(ImageWriter image, Unreadable unreadable) {
        this.image = image;
        this.unreadable = unreadable;
    }

    /**
     * Extracts a partition into a new file. The file has its name only once it is whole.
     *
     * @param containerDirectories with the chunk files of a container
     * @param generation the lowest generation in force, which the label says; 0 without a label
     * @param target must not exist
     * @throws FormatException if a block cannot be read and {@code unreadable} is to refuse
     */
    public static Result extract(
            List<Path> containerDirectories,
            long generation,
            int partition,
            ImageFormat format,
            Unreadable unreadable,
            Path target)
            throws IOException {
        if (Files.exists(target)) {
            throw new FileAlreadyExistsException(target.toString());
        }
        ContainerScan scan = ContainerScan.of(containerDirectories, generation);
        Path partial = target.resolveSibling(target.getFileName() + PARTIAL_SUFFIX);
        try {
            Result result;
            try (OutputStream out =
                    new BufferedOutputStream(
                            Files.newOutputStream(
                                    partial,
                                    StandardOpenOption.CREATE,
                                    StandardOpenOption.TRUNCATE_EXISTING,
                                    StandardOpenOption.WRITE),
                            OUTPUT_BUFFER_LENGTH_BYTES)) {
                result =
                        new FormatExtract(ImageWriter.of(format, out), unreadable)
                                .run(scan, partition);
            }
            Files.move(partial, target);
            return result;
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    private Result run(ContainerScan scan, int partition) throws IOException {
        findings.addAll(scan.findings());
        long next = 0;
        for (ContainerRun run : scan.map().runs(partition)) {
            if (next < run.firstObjectNumber()) {
                missing(scan.map().container(), next, run.firstObjectNumber());
            }
            run(scan.file(run.chunk()), run);
            next = run.endObjectNumber();
        }
        return new Result(blockCount, filemarkCount, byteCount, unreadableCount, findings);
    }

    /** One finding for the whole hole: it may have millions of objects. */
    private void missing(ContainerId container, long fromObjectNumber, long toObjectNumber)
            throws IOException {
        String subject = "container " + container;
        report(
                new FormatException(
                        subject,
                        0,
                        "objects %d to %d".formatted(fromObjectNumber, toObjectNumber - 1),
                        "no chunk file here holds them"),
                subject);
        for (long number = fromObjectNumber; number < toObjectNumber; number++) {
            replace(LENGTH_UNKNOWN);
        }
    }

    private void run(Path file, ContainerRun run) throws IOException {
        try (ChunkFileReader reader = ChunkFileReader.open(file)) {
            ChunkContent content = reader.content();
            for (int i = 0; i < run.objectCount(); i++) {
                if (content.directory().isFilemark(i)) {
                    filemark();
                } else {
                    block(file, reader, content, i);
                }
            }
        }
    }

    /** The directory, whose checksum was verified, says that here is a filemark: its record could add nothing. */
    private void filemark() throws IOException {
        image.filemark();
        filemarkCount++;
    }

    private void block(Path file, ChunkFileReader reader, ChunkContent content, int objectIndex)
            throws IOException {
        int length = LENGTH_UNKNOWN;
        try {
            RecordHeader header = reader.readHeader(content.directory(), objectIndex);
            length = header.logicalLengthBytes();
            reserve(header.logicalLengthBytes());
            reader.readData(header, MemorySegment.ofArray(block), 0);
        } catch (IOException fault) {
            report(fault, file.toString());
            replace(length);
            return;
        }
        image.block(block, length);
        blockCount++;
        byteCount += length;
    }

    private void report(IOException fault, String subject) throws IOException {
        if (unreadable == Unreadable.REFUSE) {
            throw fault;
        }
        findings.add(Finding.damage(subject, Finding.problem(subject, fault)));
    }

    private void replace(int lengthBytes) throws IOException {
        unreadableCount++;
        reserve(lengthBytes);
        Arrays.fill(block, 0, lengthBytes, (byte) 0);
        image.unreadable(block, lengthBytes);
    }

    private void reserve(int lengthBytes) {
        if (block.length < lengthBytes) {
            block = new byte[Math.min(RecordDescriptor.BLOCK_LENGTH_MAX, lengthBytes * 2)];
        }
    }
}
