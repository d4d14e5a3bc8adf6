package io.capstan.format.tools;

import io.capstan.format.ChunkContent;
import io.capstan.format.ChunkDigest;
import io.capstan.format.ChunkDirectory;
import io.capstan.format.ChunkFileReader;
import io.capstan.format.ChunkHeaderDescriptor;
import io.capstan.format.ChunkTrailer;
import io.capstan.format.Finding;
import io.capstan.format.FormatException;
import io.capstan.format.RecordDescriptor;
import io.capstan.format.RecordHeader;
import io.capstan.format.RecordKind;
import io.capstan.format.RecordStep;
import io.capstan.format.RecordWalk;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Verifies one open chunk file: every record, and that a trailer says what the records say. */
final class ChunkVerification {

    private final Path file;
    private final ChunkFileReader reader;
    private final Consumer<Finding> findings;
    private final MemorySegment headerBytes =
            MemorySegment.ofArray(new byte[ChunkHeaderDescriptor.HEADER_LENGTH_BYTES]);
    private final ChunkDigest digest = new ChunkDigest();
    private long recordCount;
    private long objectCount;
    private long filemarkCount;
    private long storedByteCount;
    private OptionalLong endOfData = OptionalLong.empty();
    private boolean whole = true;
    private byte[] block = new byte[0];

    ChunkVerification(Path file, ChunkFileReader reader, Consumer<Finding> findings) {
        this.file = file;
        this.reader = reader;
        this.findings = findings;
    }

    void run() throws IOException {
        if (reader.trailer().isPresent()) {
            sealed(reader.trailer().get());
        } else {
            unsealed();
        }
    }

    long recordCount() {
        return recordCount;
    }

    long storedByteCount() {
        return storedByteCount;
    }

    private void unsealed() throws IOException {
        ChunkContent content = reader.scan(ChunkHeaderDescriptor.HEADER_LENGTH_BYTES);
        content.damage().forEach(this::damage);
        recordCount = content.directory().objectCount();
        storedByteCount = content.storedByteCount();
        if (content.tail() == ChunkContent.Tail.TORN) {
            content.tailFault()
                    .ifPresent(fault ->
                            note(
                                    "not sealed, torn tail: "
                                            + Finding.problem(file.toString(), fault)));
        } else {
            note("not sealed");
        }
    }

    private void sealed(ChunkTrailer trailer) throws IOException {
        Optional<ChunkDirectory> directory = directory();
        ChunkHeaderDescriptor.encode(headerBytes, 0, reader.header());
        digest.chunkHeader(headerBytes, 0);
        RecordWalk walk = reader.walk();
        for (Optional<RecordStep> step = walk.next(); step.isPresent(); step = walk.next()) {
            switch (step.get()) {
                case RecordStep.Whole(RecordHeader header) -> {
                    undo(header);
                    record(header, directory);
                }
                case RecordStep.BadData(RecordHeader header, FormatException fault) -> {
                    damage(fault);
                    record(header, directory);
                }
                case RecordStep.Lost(long from, long to, FormatException fault) -> {
                    whole = false;
                    damage(
                            "no valid record from offset %d to %d: %s"
                                    .formatted(from, to, Finding.problem(file.toString(), fault)));
                }
            }
        }
        if (whole) {
            compare(trailer);
        }
    }

    private Optional<ChunkDirectory> directory() throws IOException {
        try {
            return Optional.of(reader.readDirectory());
        } catch (FormatException fault) {
            damage(fault);
            return Optional.empty();
        }
    }

    private void record(RecordHeader header, Optional<ChunkDirectory> directory)
            throws IOException {
        recordCount++;
        RecordDescriptor.encode(headerBytes, 0, header, reader.header().recordSalt());
        digest.recordHeader(headerBytes, 0);
        switch (header.kind()) {
            case BLOCK -> {
                objectCount++;
                storedByteCount += header.storedLengthBytes();
            }
            case FILEMARK -> {
                objectCount++;
                filemarkCount++;
            }
            case END_OF_DATA -> endOfData = OptionalLong.of(header.objectNumber());
            case PADDING -> {}
        }
        checkCrcsAgree(header);
        if (header.kind().isObject()) {
            directory.ifPresent(entries -> checkEntry(header, entries));
        }
    }

    /** Whether what is intact as it is stored also is what the host wrote. */
    private void undo(RecordHeader header) throws IOException {
        if (header.kind() != RecordKind.BLOCK || header.isPlain() || header.isEncrypted()) {
            return;
        }
        if (block.length < header.logicalLengthBytes()) {
            block = new byte[header.logicalLengthBytes()];
        }
        try {
            reader.readData(header, MemorySegment.ofArray(block), 0);
        } catch (FormatException fault) {
            damage(fault);
        }
    }

    private void checkCrcsAgree(RecordHeader header) {
        if (header.kind() == RecordKind.BLOCK
                && header.isPlain()
                && header.extensionLengthBytes() == 0
                && header.logicalCrc32c() != header.storedCrc32c()) {
            damage(
                    "object %d is stored as it was written, but its checksums differ"
                            .formatted(header.objectNumber()));
        }
    }

    private void checkEntry(RecordHeader header, ChunkDirectory directory) {
        long index = header.objectNumber() - reader.header().firstObjectNumber();
        boolean agrees =
                index < directory.objectCount()
                        && directory.fileOffsetBytes((int) index) == header.fileOffsetBytes()
                        && directory.isFilemark((int) index)
                                == (header.kind() == RecordKind.FILEMARK);
        if (!agrees) {
            damage("directory does not lead to object " + header.objectNumber());
        }
    }

    private void compare(ChunkTrailer trailer) {
        boolean countsAgree =
                trailer.objectCount() == objectCount
                        && trailer.filemarkCount() == filemarkCount
                        && trailer.storedByteCount() == storedByteCount
                        && trailer.endOfDataObjectNumber().equals(endOfData);
        if (!countsAgree) {
            damage("the trailer's counts are not those of the records");
        }
        byte[] computed = digest.finish();
        if (!MessageDigest.isEqual(computed, trailer.digest())) {
            damage("the trailer's SHA-256 is not that of the headers");
        }
    }

    private void damage(FormatException fault) {
        damage(Finding.problem(file.toString(), fault));
    }

    private void damage(String text) {
        findings.accept(Finding.damage(file.toString(), text));
    }

    private void note(String text) {
        findings.accept(Finding.note(file.toString(), text));
    }
}
